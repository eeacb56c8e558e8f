"""The pages of the second factors, as a browser asks for them."""

import re

from django.test import Client as Browser
from doors import door

from accounts.models import Client


def page(browser: Browser, client: Client, name: str = "factors") -> str:
    answer = browser.get(door(name, client))
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


def removal(client: Client, factor: str) -> str:
    return f"/{client.establishment.slug}/securite/moyens/{factor}/supprimer/"


def options_in(html: str) -> str:
    found = re.search(r'data-options="([^"]+)"', html)
    assert found is not None
    return found[1].replace("&quot;", '"')
