"""Whose session it is, from the row that the session came with."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.sessions import SessionStore


class SessionOwnerMiddleware(AuthenticationMiddleware):
    """Django's, without its query for the user."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        setattr(request, "user", SimpleLazyObject(lambda: owner_of(request)))  # noqa: B010 - lazy, as Django's own


def owner_of(request: HttpRequest) -> User | AnonymousUser:
    """In the one clear case, here. Whatever else a session says is Django's to judge: it flushes, or renews a hash."""
    session = request.session
    assert isinstance(session, SessionStore)
    user_key = session.get(SESSION_KEY)
    user = session.row.user if session.row else None
    is_clear = (
        user is not None
        and user.is_active
        and user_key == str(user.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
    if user is None or not is_clear:
        found = get_user(request)
        assert isinstance(found, User | AnonymousUser)
        return found
    return user
