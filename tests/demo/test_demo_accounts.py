"""Passwords and the agent of the demonstration."""

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import Authenticator, User
from demo.accounts import create_agent, give_password
from demo.cast import DEMO_PASSWORD
from establishments.models import Establishment

pytestmark = pytest.mark.django_db

IDENTIFIER = "5501234567"


def make_establishment(slug: str) -> Establishment:
    return Establishment.objects.create(
        slug=slug, name=slug, city=slug, prolongation_months=6, cap_months=24, window_days=30
    )


def make_client_user(establishment: Establishment, password: str) -> User:
    username = User.client_username(establishment.pk, IDENTIFIER)
    return User.objects.create(username=username, establishment=establishment, identifier=IDENTIFIER, password=password)


@pytest.mark.parametrize("without_password", ["", make_password(None)], ids=["empty", "unusable"])
def test_a_client_without_password_gets_the_demonstrations(without_password: str) -> None:
    user = make_client_user(make_establishment("nantes"), without_password)
    give_password("nantes", IDENTIFIER)
    user.refresh_from_db()
    assert user.check_password(DEMO_PASSWORD)


def test_a_password_that_the_client_chose_stays() -> None:
    user = make_client_user(make_establishment("nantes"), make_password("un autre mot de passe"))
    give_password("nantes", IDENTIFIER)
    user.refresh_from_db()
    assert user.check_password("un autre mot de passe")


def test_the_same_identifier_elsewhere_is_somebody_else() -> None:
    make_establishment("nantes")
    stranger = make_client_user(make_establishment("paris"), make_password(None))
    give_password("nantes", IDENTIFIER)
    stranger.refresh_from_db()
    assert not stranger.has_usable_password()


def test_the_agent_is_made_once_with_an_authenticator() -> None:
    make_establishment("nantes")
    make_establishment("paris")
    make_establishment("rouen")
    for _ in range(2):
        create_agent("agent@example.fr", ["nantes", "paris"])
    agent = User.objects.get(username="agent@example.fr")
    assert agent.is_staff
    assert agent.check_password(DEMO_PASSWORD)
    assert {place.slug for place in agent.staff_establishments.all()} == {"nantes", "paris"}
    assert Authenticator.objects.get(user=agent).confirmed
