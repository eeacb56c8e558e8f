"""The whole demonstration, through the commands that load a real establishment."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Client, User
from contracts.models import Contract
from demo.cast import AGENT_EMAIL, CAST, DEMO_PASSWORD
from establishments.models import Establishment

pytestmark = pytest.mark.django_db


def load_demo() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_refused_outside_of_the_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1") as refusal:
        load_demo()
    assert refusal.value.returncode == 1
    assert not Establishment.objects.exists()


def test_everything_goes_in_and_every_figure_agrees(settings: Settings) -> None:
    settings.DEMO = True
    load_demo()
    assert Establishment.objects.count() == len(CAST) == 3
    for member in CAST:
        contracts = Contract.objects.filter(establishment__slug=member.establishment)
        assert contracts.count() == 200
        assert not contracts.filter(is_disputed=True).exists()
        clients = Client.objects.filter(establishment__slug=member.establishment)
        assert clients.count() == 60
        played = clients.get(user__identifier=member.identifier)
        assert (played.full_name, played.phone) == (member.name, member.phone)
        with_password = [client for client in clients if client.user.has_usable_password() and client.user.password]
        assert with_password == [played]
        assert played.user.check_password(DEMO_PASSWORD)
    agent = User.objects.get(username=AGENT_EMAIL)
    assert agent.staff_establishments.count() == 3


def test_a_second_load_says_so_and_keeps_what_clients_changed(settings: Settings) -> None:
    settings.DEMO = True
    load_demo()
    client = Client.objects.get(user__identifier=CAST[0].identifier)
    client.email = "nouvelle.adresse@example.org"
    client.save(update_fields=["email"])
    contracts = list(Contract.objects.order_by("pk").values())
    passwords = set(User.objects.values_list("username", "password"))
    assert load_demo().count("déjà chargée") == 3
    client.refresh_from_db()
    assert client.email == "nouvelle.adresse@example.org"
    assert list(Contract.objects.order_by("pk").values()) == contracts
    assert set(User.objects.values_list("username", "password")) == passwords
