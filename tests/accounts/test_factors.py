"""Which factors a client has, which one is asked first, and how one goes."""

from collections.abc import Iterable

import pytest
from doors import journal_kinds, newest_mail
from passkeys import SoftKey, a_passkey

from accounts.actions.backup_codes import SheetMade, make_backup_codes
from accounts.actions.factors import (
    LastFactor,
    NotThere,
    Preferred,
    Removed,
    confirmed_factors,
    leaves_a_factor,
    prefer_factor,
    remove_factor,
)
from accounts.models import Authenticator, BackupCode, BackupCodes, Client, Factor, Passkey, SMSDevice, User
from messaging.models import Message

SMS, APP, PASSKEY, BACKUP = Factor


def an_app(client: Client) -> Authenticator:
    device: Authenticator = Authenticator.objects.create(user=client.user, name="application", confirmed=True)
    return device


def a_sheet(client: Client) -> list[str]:
    outcome = make_backup_codes(user_pk=client.user_id, by="user:1")
    assert isinstance(outcome, SheetMade)
    return outcome.codes


def remove(client: Client, factor: Factor, passkey: Passkey | None = None) -> object:
    return remove_factor(user_pk=client.user_id, factor=factor, passkey_pk=passkey.pk if passkey else None, by="user:1")


def prefer(client: Client, factor: Factor) -> object:
    return prefer_factor(user_pk=client.user_id, factor=factor, by="user:1")


def preferred(client: Client) -> str:
    return User.objects.get(pk=client.user_id).preferred_factor


def test_all_factors_are_found_in_one_query(helene: Client, ousmane: Client, django_assert_num_queries: object) -> None:
    assert confirmed_factors(helene.user) == [SMS]
    an_app(helene)
    a_passkey(helene, SoftKey())
    a_sheet(helene)
    with django_assert_num_queries(1):  # type: ignore[operator] # pytest-django's fixture
        assert confirmed_factors(helene.user) == [SMS, APP, PASSKEY, BACKUP]
    assert confirmed_factors(ousmane.user) == [SMS]


def test_what_is_closed_or_spent_is_no_factor(helene: Client) -> None:
    an_app(helene)
    a_passkey(helene, SoftKey())
    a_sheet(helene)
    for model in (SMSDevice, Authenticator, Passkey):
        model.objects.update(confirmed=False)
    assert confirmed_factors(helene.user) == [BACKUP]
    BackupCode.objects.update(used_at=helene.user.created_at)
    assert confirmed_factors(helene.user) == []


@pytest.mark.parametrize(
    ("factors", "removed", "passkeys", "stays"),
    [
        ({SMS, APP}, APP, 0, True),
        ({APP}, APP, 0, False),
        ({APP, BACKUP}, APP, 0, False),
        ({PASSKEY}, PASSKEY, 2, True),
        ({PASSKEY, BACKUP}, PASSKEY, 1, False),
        ({PASSKEY, APP}, PASSKEY, 1, True),
        ({SMS, BACKUP}, BACKUP, 0, True),
        ({SMS}, SMS, 0, False),
        ({BACKUP}, BACKUP, 0, False),
    ],
)
def test_backup_codes_alone_are_not_enough(
    factors: Iterable[Factor], removed: Factor, passkeys: int, stays: bool
) -> None:
    assert leaves_a_factor(set(factors), removed, passkeys=passkeys) is stays


def test_a_factor_goes_and_the_client_is_told(helene: Client) -> None:
    an_app(helene)
    assert remove(helene, APP) == Removed()
    assert not Authenticator.objects.exists()
    assert journal_kinds()[-1] == "factor_removed"
    assert Message.objects.filter(kind="account_changed", recipient=helene.email).count() == 1


def test_one_of_two_passkeys_goes(helene: Client) -> None:
    first, second = a_passkey(helene, SoftKey(identifier=b"first")), a_passkey(helene, SoftKey(identifier=b"second"))
    SMSDevice.objects.all().delete()
    assert remove(helene, PASSKEY, first) == Removed()
    assert remove(helene, PASSKEY, second) == LastFactor()
    assert Passkey.objects.get() == second


def test_the_last_factor_stays(helene: Client) -> None:
    an_app(helene)
    a_sheet(helene)
    SMSDevice.objects.all().delete()
    assert remove(helene, APP) == LastFactor()
    assert remove(helene, BACKUP) == Removed()
    assert not BackupCodes.objects.exists()
    assert remove(helene, APP) == LastFactor()
    assert Authenticator.objects.exists()


def test_a_closed_application_can_be_cleared_away(helene: Client) -> None:
    device = an_app(helene)
    device.confirmed = False
    device.save()
    assert remove(helene, APP) == Removed()


def test_what_is_not_there_or_anothers_does_not_go(helene: Client, ousmane: Client) -> None:
    of_another = a_passkey(ousmane, SoftKey())
    an_app(ousmane)
    a_passkey(helene, SoftKey(identifier=b"mine"))
    assert remove(helene, PASSKEY, of_another) == NotThere()
    assert remove(helene, PASSKEY) == NotThere()
    assert remove(helene, APP) == NotThere()
    assert remove(helene, SMS) == NotThere()
    assert Passkey.objects.count() == 2


def test_a_client_chooses_what_is_asked_first(helene: Client) -> None:
    an_app(helene)
    assert prefer(helene, APP) == Preferred()
    assert preferred(helene) == APP
    assert journal_kinds()[-1] == "factor_preferred"


def test_what_the_client_has_not_cannot_be_asked_first(helene: Client) -> None:
    a_sheet(helene)
    assert [prefer(helene, factor) for factor in (APP, PASSKEY, BACKUP)] == [NotThere()] * 3
    assert preferred(helene) == SMS


def test_another_factor_stands_in_for_the_preferred_one(helene: Client) -> None:
    an_app(helene)
    passkey = a_passkey(helene, SoftKey())
    prefer(helene, PASSKEY)
    remove(helene, PASSKEY, passkey)
    assert preferred(helene) == APP
    remove(helene, APP)
    assert preferred(helene) == SMS


def test_the_message_says_what_changed(helene: Client, helene_browser: object) -> None:
    an_app(helene)
    helene_browser.post("/nantes/securite/moyens/app/supprimer/")  # type: ignore[attr-defined]
    assert "application de codes a été retirée" in newest_mail(helene.email).text
