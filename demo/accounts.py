"""The passwords and the agent that let a visitor in."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.staff import create_staff
from accounts.models import User
from demo.cast import DEMO_PASSWORD
from establishments.models import Establishment
from journal.actions import record


@transaction.atomic(durable=True)
def give_password(establishment_slug: str, identifier: str) -> None:
    """The demonstration's password for a client who has none; a password that the client chose stays."""
    clients = User.objects.select_for_update(of=("self",)).filter(establishment__slug=establishment_slug)
    user = clients.filter(identifier=identifier).first()
    if user is None or _has_password(user):
        return
    user.password = make_password(DEMO_PASSWORD)
    user.save(update_fields=["password"])
    record("password_set", by="system", subject=user)


def create_agent(email: str, slugs: Sequence[str]) -> None:
    """An agent of these establishments with an authenticator, unless one already has this e-mail."""
    if not User.objects.filter(username=email).exists():
        establishments = list(Establishment.objects.filter(slug__in=slugs))
        create_staff(email=email, establishments=establishments, password=DEMO_PASSWORD, by="system")


def _has_password(user: User) -> bool:
    # Django calls an empty password usable.
    return bool(user.password) and user.has_usable_password()
