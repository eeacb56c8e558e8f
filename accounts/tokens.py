"""The link that lets a client define a password: 24 hours to the second, single use."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import User

LINK_HOURS = 24


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Django's tokens, which die at a password or e-mail change and at a login, counted in UTC.

    Its local clock makes a link live 23 or 25 hours across a clock change.
    """

    key_salt = "accounts.tokens.PasswordLinkTokens"

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Django's check, whose setting allows three days, then ours."""
        if not token or not super().check_token(user, token):
            return False
        made_at = base36_to_int(token.partition("-")[0])
        return self._num_seconds(self._now()) - made_at <= LINK_HOURS * 3600

    def _now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        email = user.client.email if not user.is_staff else user.username
        return f"{super()._make_hash_value(user, timestamp)}{email}"


password_link_tokens = PasswordLinkTokens()


def password_link(user: User) -> str:
    """The full address, built from SITE_URL: the Host header has no say."""
    assert user.establishment is not None
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("accounts:set_password", args=[user.establishment.slug, uid, password_link_tokens.make_token(user)])
    return f"{settings.SITE_URL}{path}"


def user_of_link(uid: str, *, establishment_pk: int) -> User | None:
    """The active client that a link names, in its own establishment."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    return User.objects.filter(pk=pk, establishment_id=establishment_pk, is_active=True).first() if pk < 2**63 else None
