"""The session's row brings its owner; whatever is not plainly right is left to Django's own judgement."""

from typing import Any

import pytest
from browsers import CommittingBrowser, log_in
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Client, Session, User

SPACE = "/nantes/espace/"


def is_inside(browser: Any) -> bool:
    return bool(browser.get(SPACE).status_code == 200)


def test_the_owner_costs_no_query_of_its_own(helene_browser: Any) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert is_inside(helene_browser)
    asked = [query["sql"] for query in captured if 'FROM "accounts_user"' in query["sql"]]
    assert len(asked) <= 1, "the factor offer alone"


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!another"}])
def test_a_closed_account_and_another_password_end_it(helene: Client, helene_browser: Any, change: Any) -> None:
    assert is_inside(helene_browser)
    User.objects.filter(pk=helene.user_id).update(**change)
    assert not is_inside(helene_browser)


@pytest.mark.parametrize("key", ["_auth_user_id", "_auth_user_backend", "_auth_user_hash"])
def test_a_session_that_says_less_or_otherwise(helene: Client, ousmane: Client, helene_browser: Any, key: str) -> None:
    session = helene_browser.session
    session[key] = str(ousmane.user_id) if key == "_auth_user_id" else "other"
    session.save()
    assert not is_inside(helene_browser)


def test_a_row_of_another_owner_opens_nothing(helene: Client, ousmane: Client) -> None:
    browser = log_in(CommittingBrowser(), helene)
    Session.objects.filter(user=helene.user).update(user=ousmane.user)
    assert browser.get(SPACE).context["client"] == helene, "what was signed decides, not the column"


def test_under_a_new_secret_key_a_session_goes_on_and_is_renewed(helene_browser: Any, settings: Any) -> None:
    before = helene_browser.session.session_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-the-day-after"
    assert is_inside(helene_browser)
    assert helene_browser.cookies[settings.SESSION_COOKIE_NAME].value != before
