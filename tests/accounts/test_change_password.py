"""A new password inside the area: the present one is asked, other sessions end, this one goes on under a new key."""

from typing import Any

import pytest
import time_machine
from browsers import CommittingBrowser, log_in
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.test import Client as Browser
from doors import another_code, door, enter, is_inside, journal_kinds, newest_mail, sms_code, type_code, type_password
from hypothesis import HealthCheck, example, given, settings
from people import PASSWORD
from test_hostile_forms import ANYTHING, post_raw

from accounts import limits
from accounts.actions import passwords as actions
from accounts.models import Client, Session, User
from accounts.tokens import password_link_tokens
from journal.models import Event
from messaging.models import InboxMessage

NEW = "une-barque-bleue-sur-le-lac"
hostile = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def change(browser: Browser, client: Client, current: str = PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    facts = {"current_password": current, "new_password1": new, "new_password2": new if again is None else again}
    return browser.post(door("change_password", client), facts)


def act(client: Client, current: str = PASSWORD, new: str = NEW) -> Any:
    return actions.change_password(user=client.user, current=current, new=new, session_key="x", by="user:1")


def test_the_new_one_opens_and_the_old_one_does_not(helene_browser: Browser, browser: Browser, helene: Client) -> None:
    assert change(helene_browser, helene).headers["Location"] == door("security", helene)
    assert "Votre nouveau mot de passe est enregistré." in helene_browser.get(door("security", helene)).content.decode()
    assert newest_mail(helene.email).subject == "Votre mot de passe a été enregistré"
    assert type_password(browser, helene).status_code == 422
    assert enter(browser, helene, NEW).status_code == 302
    event = Event.objects.get(kind="password_changed")
    assert (event.actor, event.subject, event.data) == (f"user:{helene.user_id}", f"user:{helene.user_id}", {})


def test_this_session_goes_on_under_a_new_key(helene_browser: Browser, helene: Client) -> None:
    before = helene_browser.session.session_key
    change(helene_browser, helene)
    assert is_inside(helene_browser, helene)
    assert helene_browser.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_the_other_sessions_end(helene_browser: Browser, helene: Client) -> None:
    other = log_in(CommittingBrowser(), helene)
    change(helene_browser, helene)
    assert not is_inside(other, helene)
    assert Session.objects.filter(user=helene.user).count() == 1


def test_a_login_in_progress_ends(helene_browser: Browser, helene: Client) -> None:
    thief = CommittingBrowser()
    type_password(thief, helene)
    code = sms_code(helene)
    change(helene_browser, helene)
    type_code(thief, helene, code)
    assert not is_inside(thief, helene)


def test_a_wrong_present_password_changes_nothing(helene_browser: Browser, helene: Client) -> None:
    answer = change(helene_browser, helene, current="le-chien-dort-au-soleil")
    assert answer.status_code == 422
    assert "Le mot de passe actuel n’est pas le bon." in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "le-chien-dort" not in answer.content.decode()
    assert NEW not in answer.content.decode()
    assert journal_kinds()[-1] == "password_refused"
    helene.user.refresh_from_db()
    assert check_password(PASSWORD, helene.user.password)


def test_the_same_password_is_no_change(helene_browser: Browser, helene: Client) -> None:
    answer = change(helene_browser, helene, new=PASSWORD)
    assert answer.status_code == 422
    assert "est le même que l’actuel" in answer.content.decode()
    assert "password_changed" not in journal_kinds()


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("court", None, "au moins 12 caractères"),
        (NEW, NEW + "x", "ne sont pas les mêmes"),
        ("", None, "Choisissez un mot de passe."),
        ("jetaimejetaime", None, "se devine trop facilement"),
        ("lefèvre-de-nantes", None, "ni votre nom"),
    ],
)
def test_the_rules_are_those_of_the_link(
    helene_browser: Browser, helene: Client, new: str, again: str | None, words: str
) -> None:
    answer = change(helene_browser, helene, new=new, again=again)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "password_refused" not in journal_kinds()


def test_wrong_ones_are_slowed_down_before_they_are_hashed(
    helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(helene.user.created_at, tick=False):
        log_in(helene_browser, helene)
        for _ in range(3):
            change(helene_browser, helene, current="le-chien-dort-au-soleil")
        monkeypatch.setattr(actions, "check_password", lambda *_: pytest.fail("hashed"))
        answer = change(helene_browser, helene)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Trop d’essais. Vous pourrez recommencer dans 30\N{NO-BREAK SPACE}secondes." in answer.content.decode()
    assert journal_kinds().count("password_refused") == 3


def test_a_right_one_forgets_the_wrong_ones(helene: Client) -> None:
    for _ in range(2):
        assert act(helene, current="faux") == actions.WrongPassword()
    assert act(helene, new=PASSWORD) == actions.SamePassword()
    assert [limits.password_of(helene.user_id) for _ in range(3)] == [0, 0, 0]


def test_a_password_changed_meanwhile_is_not_overwritten(helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the check and the lock, somebody set another: what was checked is no longer the password."""

    def meanwhile(password: str) -> str:
        User.objects.filter(pk=helene.user_id).update(password="another")
        return make_password(password)

    monkeypatch.setattr(actions, "make_password", meanwhile)
    assert act(helene) == actions.WrongPassword()
    assert User.objects.get(pk=helene.user_id).password == "another"


def test_nothing_slow_happens_in_the_transaction(helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    depth = len(transaction.get_connection().savepoint_ids)
    for name in ("check_password", "make_password"):
        slow = getattr(actions, name)

        def outside(*args: Any, slow: Any = slow) -> Any:
            assert len(transaction.get_connection().savepoint_ids) == depth
            return slow(*args)

        monkeypatch.setattr(actions, name, outside)
    assert isinstance(act(helene), actions.PasswordChanged)


def test_without_an_e_mail_nothing_is_sent(helene: Client) -> None:
    Client.objects.update(email="")
    helene.user.refresh_from_db()
    assert isinstance(act(helene), actions.PasswordChanged)
    assert not InboxMessage.objects.exists()


def test_the_link_closes_the_sessions_too(helene_browser: Browser, helene: Client) -> None:
    helene.user.refresh_from_db()
    token = password_link_tokens.make_token(helene.user)
    outcome = actions.set_password(user=helene.user, token=token, password=NEW, by="visitor")
    assert outcome == actions.PasswordSet()
    assert not Session.objects.filter(user=helene.user).exists()


def test_the_page_tells_password_managers_what_is_what(helene_browser: Browser, helene: Client) -> None:
    page = helene_browser.get(door("change_password", helene)).content.decode()
    assert 'value="5501234567" autocomplete="username"' in page
    assert page.count('autocomplete="current-password"') == 1
    assert page.count('autocomplete="new-password"') == 2


@pytest.mark.parametrize("field", ["current_password", "new_password1", "new_password2"])
@given(typed=ANYTHING)
@example(typed="\x00")
@example(typed="\ud800" * 20)
@example(typed="9" * 100_000)
@hostile
def test_a_field_takes_anything(helene_browser: Browser, helene: Client, field: str, typed: str) -> None:
    facts = {"current_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, field: typed}
    if field == "new_password1":
        facts["new_password2"] = typed
        facts["current_password"] = another_code("1")  # wrong: the browser stays inside
    limits.password_of_succeeded(helene.user_id)
    assert post_raw(helene_browser, door("change_password", helene), facts).status_code == 422
