"""What an agency changes about the phone closes what went with it, and is told on every number."""

import pytest

from accounts.actions.backup_codes import make_backup_codes
from accounts.actions.clients import replace_mobiles
from accounts.actions.rebind import IdentityPaper, rebind_mobile
from accounts.models import Authenticator, BackupCodes, Client, Passkey, SMSDevice
from messaging.models import Message

NEW = "+33639981234"


@pytest.fixture
def protected(helene: Client) -> Client:
    """An application, a passkey and a sheet beside the phone."""
    Authenticator.objects.create(user=helene.user, name="application", confirmed=True)
    Passkey.objects.create(user=helene.user, name="clé", credential_id="AAAA", public_key="AAAA", confirmed=True)
    make_backup_codes(user_pk=helene.user_id, by="user:1")
    return helene


def rebind(client: Client, phone: str) -> None:
    rebind_mobile(client_pk=client.pk, phone=phone, document_kind=IdentityPaper.CARD, document_end="1234", by="user:9")


def others(client: Client) -> int:
    return sum(model.objects.filter(user=client.user).count() for model in (Authenticator, Passkey, BackupCodes))


def test_a_lost_phone_takes_the_other_factors_with_it(protected: Client) -> None:
    rebind(protected, NEW)
    assert others(protected) == 0


def test_a_phone_that_is_only_opened_again_leaves_them(protected: Client) -> None:
    SMSDevice.objects.filter(user=protected.user).update(confirmed=False)
    rebind(protected, protected.phone)
    assert others(protected) == 3


def test_a_mobile_changed_by_a_file_is_told_on_both_numbers(helene: Client) -> None:
    replace_mobiles(mobiles={helene.user_id: NEW}, by="system")
    told = Message.objects.filter(kind="account_changed")
    assert told.filter(channel="sms").count() == 2
    assert told.filter(channel="email", recipient=helene.email).count() == 1


def test_a_mobile_taken_away_by_a_file_is_told_on_it(helene: Client) -> None:
    replace_mobiles(mobiles={helene.user_id: None}, by="system")
    assert Message.objects.filter(kind="account_changed", channel="sms").count() == 1
