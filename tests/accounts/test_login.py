"""The first factor: identifier and password, and what a refusal says."""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client as Browser
from django.urls import reverse
from doors import door, enter, is_inside, journal_kinds, newest_mail, sms_code, type_code, type_password
from people import PASSWORD, a_client

from accounts.models import Client, Session, SMSDevice
from establishments.models import Establishment
from messaging.models import InboxMessage

WRONG_PASSWORD = "le-chien-dort-au-soleil"
CLIENT_NUMBER_NO_LONGER = "Le numéro client ne fonctionne plus."


def test_both_factors_open_the_area(browser: Browser, helene: Client) -> None:
    assert type_password(browser, helene).headers["Location"] == door("code", helene)
    assert type_code(browser, helene, sms_code(helene)).headers["Location"] == "/nantes/espace/"
    assert is_inside(browser, helene)
    assert journal_kinds() == ["code_sent", "login"]


def test_the_login_page_has_the_words_of_the_guide(browser: Browser, helene: Client) -> None:
    page = browser.get(door("login", helene)).content.decode()
    for words in (
        "Espace client prêt sur gage",
        "Identifiant",
        "Mot de passe",
        "ME CONNECTER",
        "Première connexion ou mot de passe oublié&nbsp;?",
        "Identifiant oublié&nbsp;?",
        "Vérification sécurisée par SMS et authentification 2FA",
    ):
        assert words in page


def test_a_new_browser_is_told_from_the_second_on(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    enter(browser, helene)
    assert not InboxMessage.objects.filter(channel="email").exists(), "the first login, and the same browser again"
    other = type(browser)(headers={"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Firefox/140.0"})
    enter(other, helene)
    assert "un navigateur nouveau pour nous\u00a0: Firefox sur Android." in newest_mail(helene.email).text
    assert journal_kinds()[-1] == "login_from_new_browser"


@pytest.mark.parametrize("typed", ["55 01 23 45 67", "55.01.23.45.67", "550-123-4567", " 5501234567 "])
def test_an_identifier_may_be_typed_with_separators(browser: Browser, helene: Client, typed: str) -> None:
    answer = browser.post(door("login", helene), {"identifier": typed, "password": PASSWORD})
    assert answer.headers["Location"] == door("code", helene)


@pytest.mark.parametrize("typed", ["C000123", "123456789", "123456789012", "５５０１２３４５６７", "5501234567x"])
def test_a_client_number_is_refused_with_the_reason(browser: Browser, helene: Client, typed: str) -> None:
    answer = browser.post(door("login", helene), {"identifier": typed, "password": PASSWORD})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert CLIENT_NUMBER_NO_LONGER in page
    assert typed in page, "what was typed is not lost"


def test_a_refusal_stands_first_and_leads_to_its_field(browser: Browser, helene: Client) -> None:
    page = browser.post(door("login", helene), {"identifier": "12", "password": PASSWORD}).content.decode()
    assert page.index('role="alert"') < page.index("<form")
    assert 'href="#id_identifier"' in page
    assert 'aria-describedby="id_identifier_helptext id_identifier_error"' in page
    assert 'id="id_identifier_error"' in page


def test_a_wrong_password_is_refused_and_not_shown_again(browser: Browser, helene: Client) -> None:
    answer = type_password(browser, helene, WRONG_PASSWORD)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert WRONG_PASSWORD not in answer.content.decode()
    assert journal_kinds() == ["login_refused"]
    assert not InboxMessage.objects.exists()


def test_a_wrong_password_does_not_start_a_login(browser: Browser, helene: Client) -> None:
    type_password(browser, helene, WRONG_PASSWORD)
    assert browser.get(door("code", helene)).headers["Location"] == door("login", helene)


def test_an_identifier_belongs_to_one_establishment(browser: Browser, helene: Client, paris: Establishment) -> None:
    facts = {"identifier": helene.user.identifier, "password": PASSWORD}
    assert browser.post(reverse("accounts:login", args=["paris"]), facts).status_code == 422


def test_the_same_identifier_in_two_establishments_is_two_accounts(
    browser: Browser, helene: Client, paris: Establishment
) -> None:
    namesake = a_client(paris, identifier="5501234567")
    enter(browser, namesake)
    assert is_inside(browser, namesake)
    assert not is_inside(browser, helene)


def test_an_inactive_account_is_refused_like_a_wrong_password(browser: Browser, helene: Client) -> None:
    helene.user.is_active = False
    helene.user.save()
    refused = type_password(browser, helene)
    assert refused.status_code == 422
    assert "n’est pas le bon" in refused.content.decode()


def test_an_account_without_a_password_is_refused(browser: Browser, helene: Client) -> None:
    helene.user.password = ""
    helene.user.save()
    for password in ("", PASSWORD):
        assert type_password(browser, helene, password).status_code == 422


def test_without_a_mobile_the_page_says_whom_to_call(browser: Browser, nantes: Establishment) -> None:
    client = a_client(nantes, mobile=False)
    answer = type_password(browser, client)
    assert answer.status_code == 422
    assert "pas de numéro de mobile" in answer.content.decode()
    assert journal_kinds() == ["login_without_factor"]


def test_a_mobile_that_the_agency_took_back_receives_nothing(browser: Browser, helene: Client) -> None:
    SMSDevice.objects.filter(user=helene.user).update(confirmed=False)
    assert type_password(browser, helene).status_code == 422
    assert not InboxMessage.objects.exists()


def test_the_session_changes_its_key_at_each_factor(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    before = browser.cookies["sessionid"].value
    type_code(browser, helene, sms_code(helene))
    after = browser.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_key_planted_before_the_login_dies(browser: Browser, helene: Client, ousmane: Client) -> None:
    type_password(browser, ousmane)
    planted = browser.cookies["sessionid"].value
    type_password(browser, helene)
    assert browser.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_who_logs_in_after_another_finds_nothing_of_the_other(
    browser: Browser, helene: Client, ousmane: Client
) -> None:
    enter(browser, helene)
    enter(browser, ousmane)
    page = browser.get(reverse("contracts:overview", args=["nantes"])).content.decode()
    assert "Ousmane" in page
    assert "Hélène" not in page


def test_logging_out_closes_the_area(helene_browser: Browser, helene: Client) -> None:
    session_key = helene_browser.cookies["sessionid"].value
    assert helene_browser.post(door("logout", helene)).headers["Location"] == door("login", helene)
    assert not is_inside(helene_browser, helene)
    assert not Session.objects.filter(session_key=session_key).exists()
    assert journal_kinds()[-1] == "logout"


def test_a_link_cannot_log_anybody_out(helene_browser: Browser, helene: Client) -> None:
    assert helene_browser.get(door("logout", helene)).status_code == 405
    assert is_inside(helene_browser, helene)


@pytest.mark.parametrize("page", ["/nantes/contrats/", "/nantes/paiements/?page=2"])
def test_after_the_login_one_comes_back_to_the_page_asked_for(browser: Browser, helene: Client, page: str) -> None:
    assert enter(browser, helene, next=page).headers["Location"] == page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/", "https://evil.example/", "https:evil.example", "/\\evil.example/", "\\\\evil.example",
        "/paris/espace/", "/gestion/", "/nantesevil/", "javascript:alert(1)", "nantes/espace/", "",
        " /nantes/contrats/", "https://testserver/nantes/contrats/", "//testserver/nantes/",
    ],
)  # fmt: skip
def test_coming_back_never_leads_out_of_the_establishment(browser: Browser, helene: Client, elsewhere: str) -> None:
    assert enter(browser, helene, next=elsewhere).headers["Location"] == "/nantes/espace/"


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_one_password_costs_one_hash_whoever_is_named(
    browser: Browser, helene: Client, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the answer's delay tells who is a client."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    identifier = helene.user.identifier if known else "9999999999"
    browser.post(door("login", helene), {"identifier": identifier, "password": WRONG_PASSWORD})
    assert hashed == [WRONG_PASSWORD]
