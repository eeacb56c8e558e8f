"""The public doors as a visitor uses them: what is typed, what arrives by SMS and by e-mail."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse
from people import PASSWORD

from accounts.hashers import Argon2
from accounts.models import Client, Limit
from journal.models import Event
from messaging.models import InboxMessage

NEW_PASSWORD = "quatre-canards-sur-le-quai"


def door(name: str, client: Client, **query: str) -> str:
    """The address of `accounts:<name>` in the client's establishment."""
    return reverse(f"accounts:{name}", args=[client.establishment.slug], query=query or None)


def type_password(browser: Browser, client: Client, password: str = PASSWORD, **query: str) -> Any:
    facts = {"identifier": client.user.identifier, "password": password}
    return browser.post(door("login", client, **query), facts)


def type_code(browser: Browser, client: Client, code: str) -> Any:
    return browser.post(door("code", client), {"code": code})


def sms_code(client: Client) -> str:
    """The newest code that the client's phone received."""
    message = InboxMessage.objects.filter(channel="sms", to=client.phone).first()
    assert message is not None
    return message.text[:6]


def another_code(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def enter(browser: Browser, client: Client, password: str = PASSWORD, **query: str) -> Any:
    """Both factors; the answer to the code."""
    type_password(browser, client, password, **query)
    return type_code(browser, client, sms_code(client))


def is_inside(browser: Browser, client: Client) -> bool:
    """Whether a page of the area opens."""
    path = reverse("contracts:overview", args=[client.establishment.slug])
    return bool(browser.get(path).status_code == 200)


def newest_mail(to: str) -> InboxMessage:
    mail = InboxMessage.objects.filter(channel="email", to=to).first()
    assert mail is not None
    return mail


def link_in(mail: InboxMessage) -> str:
    """The path of the password link that stands alone on its line."""
    found = re.search(r"^https?://\S+/mot-de-passe/\S+/\S+/$", mail.text, re.MULTILINE)
    assert found is not None, mail.text
    return urlsplit(found[0]).path


def ask_for_link(browser: Browser, client: Client) -> str:
    """The path of the link in the e-mail that the request brings."""
    assert browser.post(door("request_password", client), {"identifier": client.user.identifier}).status_code == 200
    return link_in(newest_mail(client.email))


def choose(browser: Browser, link: str, password: str = NEW_PASSWORD) -> int:
    """Open the link, type the password twice; the status of the last answer."""
    page = browser.get(link).headers["Location"]
    return browser.post(page, {"new_password1": password, "new_password2": password}).status_code


def journal_kinds() -> list[str]:
    """What the journal holds, oldest first."""
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def comparable(answer: Any, *typed: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and page without what differs each time: token, nonce, number, what was typed."""
    page: bytes = answer.content
    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)
    page = re.sub(rb'nonce="[^"]+"', b"", page)
    for value in typed:
        page = page.replace(value.encode(), b"")
    headers = {name: value for name, value in answer.headers.items() if name not in {"Date", "Expires", "X-Request-ID"}}
    headers["Content-Security-Policy"] = re.sub("nonce-[^']+", "", headers["Content-Security-Policy"])
    return answer.status_code, headers, page


def age_proof(browser: Browser) -> None:
    """The last proof of both factors is too old: what needs a fresh one asks again."""
    session = browser.session
    session["proved_at"] = 0.0
    session.save()


def forget_limits() -> None:
    """All buckets are empty: for tests whose subject is something else."""
    Limit.objects.all().delete()


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows by one at each hash that the production's hasher makes."""
    made: list[str] = []

    def counted(name: str) -> None:
        original = getattr(Argon2, name)

        def count(self: Argon2, *args: Any) -> Any:
            made.append(name)
            return original(self, *args)

        monkeypatch.setattr(Argon2, name, count)

    counted("encode")
    counted("verify")
    return made
