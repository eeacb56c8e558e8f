"""What the database itself refuses of accounts and files."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from people import a_client

from accounts.models import Client, SMSDevice, User
from establishments.models import Establishment


@pytest.mark.parametrize("identifier", ["123456789", "123456789012", "55012345x7", "５５０１２３４５６７"])
def test_an_identifier_is_10_or_11_ascii_digits(nantes: Establishment, identifier: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        a_client(nantes, identifier=identifier)
    assert not User.objects.exists()


def test_an_account_is_a_clients_or_an_agents(nantes: Establishment) -> None:
    for facts in (
        {"is_staff": True, "establishment": nantes},
        {"is_staff": False},
        {"is_staff": True, "identifier": "5501234567"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(username="somebody", **facts)


@pytest.mark.parametrize("phone", ["0639980006", "+33 639980006", "+", "+3363998000６"])
def test_a_phone_is_e164(nantes: Establishment, phone: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_client(nantes, mobile=False, phone=phone)


def test_a_client_has_one_mobile(helene: Client) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SMSDevice.objects.create(user=helene.user, name="mobile", phone="+33639980007")


def test_names_show_no_full_identifier(helene: Client, agent: User) -> None:
    assert str(helene.user) == "…4567"
    assert str(agent) == "agent@example.fr"
    assert str(helene) == f"Hélène Lefèvre ({helene.client_number})"
    assert str(SMSDevice.objects.get(user=helene.user)) == f"mobile …{helene.phone[-3:]}"


def test_django_otps_own_way_in_is_closed(helene: Client) -> None:
    """Its `verify_token` knows no challenge, and takes an empty code for an empty token."""
    device = SMSDevice.objects.get(user=helene.user)
    device.token = ""
    assert not device.verify_token("")
