"""A lost phone, or one that wrong codes closed: an agent has the client and an identity document before them."""

from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from accounts.models import Authenticator, BackupCodes, Client, ContactChange, Factor, Passkey, Session, SMSDevice, User
from accounts.notices import tell_client
from journal.actions import record


class IdentityPaper(models.TextChoices):
    CARD = "identity_card", "carte d’identité"
    PASSPORT = "passport", "passeport"
    PERMIT = "residence_permit", "titre de séjour"
    DRIVING = "driving_licence", "permis de conduire"


CHANGED = (
    "Votre numéro de mobile a été changé. Par sécurité, vos autres moyens de connexion ont été retirés. Vous pouvez "
    "les ajouter de nouveau dans la rubrique Sécurité."
)


@dataclass(frozen=True, slots=True)
class Rebound:
    """`is_reopened`: the number is the one before; only its device was closed."""

    is_reopened: bool


@dataclass(frozen=True, slots=True)
class SameNumber:
    """It is the client's number already, and codes are sent to it."""


@dataclass(frozen=True, slots=True)
class AccountClosed:
    pass


@transaction.atomic(durable=True)
def rebind_mobile(
    *, client_pk: int, phone: str, document_kind: IdentityPaper, document_end: str, by: str
) -> Rebound | SameNumber | AccountClosed:
    """Codes go to `phone` (E.164) from now on. All sessions end; the client hears of it on every channel.

    With a phone that is lost its application, its passkeys and the codes beside it are lost too: whoever found it and
    knows the password must not come in by them.

    What the client had asked to change and not confirmed is dropped: somebody with the old phone may have asked.
    """
    now = timezone.now()
    user = User.objects.select_for_update(of=("self",)).get(client__pk=client_pk)
    old = SMSDevice.objects.select_for_update(of=("self",)).filter(user=user).first()
    if not user.is_active:
        return AccountClosed()
    if old is not None and old.confirmed and old.phone == phone:
        return SameNumber()
    is_reopened = old is not None and old.phone == phone
    _replace_device(user, phone)
    if not is_reopened:
        _remove_other_factors(user)
    user.preferred_factor = Factor.SMS
    user.save(update_fields=["preferred_factor"])
    client = Client.objects.select_related("user", "establishment").get(pk=client_pk)
    client.phone, client.phone_changed_at = phone, now
    client.save(update_fields=["phone", "phone_changed_at"])
    ContactChange.objects.filter(client=client).delete()
    Session.objects.filter(user=user).delete()
    record(
        "phone_rebound",
        by=by,
        subject=user,
        document=document_kind,
        document_end=document_end,
        phone_end=phone[-3:],
        is_reopened=is_reopened,
    )
    what = "Votre mobile reçoit de nouveau nos codes." if is_reopened else CHANGED
    numbers = dict.fromkeys([old.phone, phone] if old is not None else [phone])
    tell_client(client, f"{what} Un agent l’a fait en agence, sur présentation d’une pièce d’identité.", phones=numbers)
    return Rebound(is_reopened)


def _replace_device(user: User, phone: str) -> None:
    """A new device has a new key: the sessions that the old one verified are verified no more."""
    SMSDevice.objects.filter(user=user).delete()
    SMSDevice.objects.create(user=user, name="mobile", phone=phone, confirmed=True)


def _remove_other_factors(user: User) -> None:
    for model in (Authenticator, Passkey, BackupCodes):
        model.objects.filter(user=user).delete()
