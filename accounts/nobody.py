"""Somebody who does not exist: what is asked for an unknown name does the same work as for a known one."""

from accounts.models import Client, User
from establishments.models import Establishment


def nobody(establishment: Establishment) -> User:
    """A client who was never saved, without an e-mail: what is written to him goes nowhere."""
    user = User(pk=0, establishment=establishment, identifier="0000000000", password="!")  # noqa: S106 - unusable
    user.client = Client(establishment=establishment, user=user, first_name="Personne", last_name="Personne")
    return user
