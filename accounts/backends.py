"""Password check: a client by establishment and identifier, an agent by e-mail."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User
from establishments.models import Establishment


class EstablishmentBackend(ModelBackend):
    """As long for an unknown name as for a known one: Django hashes in both cases."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        *,
        establishment: Establishment | None = None,
        identifier: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if establishment is not None and identifier is not None:
            username = User.client_username(establishment.pk, identifier)
        user = super().authenticate(request, username=username, password=password)
        return user if isinstance(user, User) else None
