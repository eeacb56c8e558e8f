"""What the tests of the captcha share."""

from collections.abc import Iterator
from typing import Any

import pytest
from captchas import Google, google_on_loopback
from django.core.cache import cache

from accounts import captcha


def _forget() -> None:
    captcha._own_memory.clear()
    cache.delete(captcha.REPLACED)


@pytest.fixture
def altcha_asked(settings: Any) -> None:
    settings.CAPTCHA = "altcha"


@pytest.fixture
def google(settings: Any) -> Iterator[Google]:
    """reCAPTCHA v2 is asked, and its server is ours."""
    settings.CAPTCHA = "recaptcha"
    settings.RECAPTCHA_PUBLIC_KEY, settings.RECAPTCHA_PRIVATE_KEY = "public-key", "private-key"
    _forget()
    with google_on_loopback() as stand_in:
        settings.RECAPTCHA_VERIFY_URL = stand_in.url
        yield stand_in
    _forget()


@pytest.fixture
def google_v3(google: Google, settings: Any) -> Google:
    settings.RECAPTCHA_VERSION = "v3"
    return google
