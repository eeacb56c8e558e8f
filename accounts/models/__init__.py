"""Who logs in, with what proof, and the file that an establishment keeps of a client."""

from accounts.models.factors import Authenticator, BackupCode, BackupCodes, Passkey, SMSDevice
from accounts.models.file import ContactChange, Document, DocumentContent
from accounts.models.limits import Limit
from accounts.models.people import Client, Factor, User
from accounts.models.sessions import Session

__all__ = [
    "Authenticator",
    "BackupCode",
    "BackupCodes",
    "Client",
    "ContactChange",
    "Document",
    "DocumentContent",
    "Factor",
    "Limit",
    "Passkey",
    "SMSDevice",
    "Session",
    "User",
]
