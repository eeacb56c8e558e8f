"""A visitor over plain HTTP: forms as they stand in the pages, no browser at all."""

import re
import time
from typing import Any
from urllib.parse import urljoin

import lxml.html
import requests
from demonstration import Demonstration

from demo.cast import CastMember


class Visitor:
    """A session, its page, and the forms of that page."""

    def __init__(self, demonstration: Demonstration) -> None:
        self.demonstration = demonstration
        self.session = requests.Session()
        self.answer = requests.Response()

    def open(self, path: str) -> Any:
        return self._shown(self.session.get(urljoin(self.demonstration.url, path), timeout=20))

    def submit(self, action_ending: str, **typed: str | list[str]) -> Any:
        """Fill the form whose action ends so, keep its hidden fields, send it."""
        page = lxml.html.fromstring(self.answer.text, base_url=self.answer.url)
        form = next(form for form in page.forms if (form.action or self.answer.url).endswith(action_ending))
        given = [(name, value) for name, value in form.form_values() if name not in typed]
        values = [*given, *_pairs(typed)]
        address = urljoin(self.answer.url, form.action or "")
        if form.method == "GET":
            return self._shown(self.session.get(address, params=values, timeout=20))
        return self._shown(self.session.post(address, data=values, timeout=20))

    def _shown(self, answer: requests.Response) -> Any:
        self.answer = answer
        assert answer.status_code == 200, f"{answer.status_code} {answer.url}"
        return lxml.html.fromstring(answer.text)

    def sms_code(self, member: CastMember) -> str:
        """A worker may need a moment to send it."""
        for _ in range(40):
            inbox = lxml.html.fromstring(requests.get(f"{self.demonstration.url}/demo/", timeout=20).text)
            messages = [message.text_content() for message in inbox.iter("article")]
            found = [re.search(r"(\d{6}) est votre code", text) for text in messages if member.phone in text]
            if found and found[0]:
                return found[0][1]
            time.sleep(0.25)
        raise AssertionError("no SMS came")


def _pairs(typed: dict[str, str | list[str]]) -> list[tuple[str, str]]:
    return [(name, one) for name, value in typed.items() for one in ([value] if isinstance(value, str) else value)]
