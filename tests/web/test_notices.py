"""Where a notice waits: what an area says of its client is in no cookie."""

import json
from datetime import timedelta
from typing import Any

from browsers import CommittingBrowser, log_in
from django.utils import timezone
from doors import door

from accounts.models import Client, Session

SAID = "Aucune autre session n’était ouverte."


def test_inside_it_waits_in_the_session_and_is_read_once(helene: Client, helene_browser: Any) -> None:
    answer = helene_browser.post(door("close_sessions", helene))
    assert "messages" not in answer.cookies
    assert SAID in json.loads(helene_browser.session["_messages"])[0]
    page = door("security", helene)
    assert SAID in helene_browser.get(page).content.decode()
    assert SAID not in helene_browser.get(page).content.decode()


def test_a_visitors_waits_in_a_cookie(helene: Client, helene_browser: Any) -> None:
    Session.objects.update(last_used_at=timezone.now() - timedelta(minutes=16))
    answer = helene_browser.get(door("security", helene))
    assert answer.cookies["messages"].value
    assert "sans activité" in helene_browser.get(answer.headers["Location"]).content.decode()


def test_what_waited_in_a_cookie_is_read_inside_too_and_gone(helene: Client, helene_browser: Any) -> None:
    Session.objects.update(last_used_at=timezone.now() - timedelta(minutes=16))
    helene_browser.get(door("security", helene))
    log_in(helene_browser, helene)
    assert "sans activité" in helene_browser.get(door("security", helene)).content.decode()
    assert helene_browser.cookies["messages"].value == ""


def test_a_planted_one_is_not_read(helene: Client) -> None:
    browser = CommittingBrowser()
    browser.cookies["messages"] = '[["__json_message",0,25,"Envoyez votre code"]]:forged'
    assert "Envoyez votre code" not in browser.get(door("login", helene)).content.decode()
