"""Browsers of the tests: their requests commit, and clients log in through the pages."""

from typing import Any

from django.test import Client as Browser
from django.test import TestCase
from django.urls import reverse
from people import PASSWORD

from accounts.models import Client
from messaging.models import InboxMessage


class CommittingBrowser(Browser):
    """A browser whose requests commit: what waits for the commit (messages) happens, as in real life."""

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


def last_sms_code(phone: str) -> str:
    message = InboxMessage.objects.filter(channel="sms", to=phone).first()
    assert message is not None, f"no SMS for {phone}"
    return message.text[:6]


def log_in(browser: Browser, client: Client) -> Browser:
    """Both factors, through the pages."""
    slug = client.establishment.slug
    identifier = client.user.identifier
    browser.post(reverse("accounts:login", args=[slug]), {"identifier": identifier, "password": PASSWORD})
    answer = browser.post(reverse("accounts:code", args=[slug]), {"code": last_sms_code(client.phone)})
    assert answer.status_code == 302, answer.content.decode()
    return browser
