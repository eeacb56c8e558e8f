"""Whatever is sent to a form behind a door gets a page or a refusal, never an error of ours.

The public forms have `tests/accounts/test_hostile_forms.py`. Here each field of a form takes anything while the other
fields are right; what an answer has changed is undone, so that the next value finds the same journey.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from browsers import CommittingBrowser, log_in
from django.db import transaction
from django.test import Client as Browser
from doors import door, forget_limits, type_password
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people import a_contract
from test_access_matrix import agent_here, everything  # noqa: F401 - a fixture

from accounts.actions.backup_codes import make_backup_codes
from accounts.models import Authenticator, Client, Document, Factor, Passkey, User
from accounts.tokens import password_link
from contracts.models import ClientRequest
from payments.actions.links import LinkMade, make_link
from payments.models import Anomaly, PaymentAttempt, Refund

FORM = "application/x-www-form-urlencoded"
hostile = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text("0123456789０１２３٤.,-eE+\x00\n\r\ud800\u202e", max_size=14),
)
# Where to, with what: the right facts of one form.
Journey = tuple[str, dict[str, str]]
Walk = tuple[Browser, list[Journey]]


def inside(owner: Client) -> list[Walk]:
    contract = f"/nantes/contrats/{owner.contracts.earliest('id').number}/"
    key = {"name": "ma clé", "credential": "{}"}
    payment = {"contract": a_contract(owner).number, "capital": "10", "seal": "a.b"}
    visit = {"wished_on": "2026-12-20", "half_day": "morning", "words": "Bonjour."}
    surplus = {"account_holder": "Hélène", "iban": "FR7630006000011234567890189"}
    journeys: list[Journey] = [
        ("/nantes/securite/confirmer/", {"password": "faux"}),
        ("/nantes/securite/moyens/application/", {"code": "123456"}),
        ("/nantes/securite/moyens/cle/", key),
        ("/nantes/securite/moyens/preferer/", {"factor": "sms"}),
        ("/nantes/securite/moyens/passkey/supprimer/", {"passkey": "1"}),
        ("/nantes/calendrier/", {"title": "Mes dates"}),
        ("/nantes/calendrier/titre/", {"title": "Mes dates"}),
        (f"{contract}demander/appointment/", visit),
        (f"{contract}demander/surplus/", surplus),
        (f"{contract}demander/more_time/", {"words": "Bonjour."}),
        (f"{contract}rembourser/", {"capital": "10"}),
        (f"{contract}simuler/", {"day": "2026-12-20", "capital": "10"}),
        ("/nantes/payer/", {"contract": payment["contract"], "budget": "50"}),
        ("/nantes/payer/confirmer/", payment),
        ("/nantes/payer/lien/", {"contract": payment["contract"]}),
    ]
    return [(log_in(CommittingBrowser(), owner), journeys)]


def at_the_door(owner: Client) -> list[Walk]:
    """The link for a password, and each second factor after a right password."""
    by_link = CommittingBrowser()
    chosen = by_link.get(urlsplit(password_link(owner.user)).path).headers["Location"]
    typed = dict.fromkeys(("new_password1", "new_password2"), "trois-poules-au-marché")
    walks: list[Walk] = [(by_link, [(chosen, typed)])]
    Authenticator.objects.create(user=owner.user, name="application", confirmed=True)
    Passkey.objects.create(user=owner.user, name="clé", credential_id="AAAA", public_key="AAAA", confirmed=True)
    make_backup_codes(user_pk=owner.user_id, by="user:1")
    answers = {
        Factor.APP: {"code": "123456"},
        Factor.BACKUP: {"code": "AAAA-BBBB"},
        Factor.PASSKEY: {"credential": "{}"},
    }
    for factor, answer in answers.items():
        User.objects.filter(pk=owner.user_id).update(preferred_factor=factor)
        browser = CommittingBrowser()
        type_password(browser, owner)
        walks.append((browser, [(door("code", owner), answer), (door("choose_factor", owner), {"factor": "sms"})]))
    return walks


def with_a_relatives_link(owner: Client) -> list[Walk]:
    made = make_link(client=owner, numbers=[a_contract(owner).number], by="user:1")
    assert isinstance(made, LinkMade)
    return [(CommittingBrowser(), [(f"/nantes/proche/{made.token}/", {"seal": "a.b"})])]


def at_work(owner: Client) -> list[Walk]:
    attempt = PaymentAttempt.objects.get(client=owner)
    request, paper = ClientRequest.objects.get(contract__client=owner), Document.objects.get(client=owner)
    anomaly, refund = Anomaly.objects.get(attempt=attempt), Refund.objects.get(attempt=attempt)
    payment = f"/gestion/payments/paymentattempt/{attempt.pk}/"
    at_the_counter = {
        "phone": "06 39 98 00 77", "document_kind": "identity_card", "document_end": "1234", "is_present": "on",
    }  # fmt: skip
    journeys: list[Journey] = [
        (f"/gestion/contracts/clientrequest/{request.pk}/repondre/", {"answer": "Oui.", "decision": "done"}),
        (f"/gestion/accounts/document/{paper.pk}/refuser/", {"reason": "Illisible."}),
        (f"/gestion/payments/anomaly/{anomaly.pk}/regler/", {"note": "Vu."}),
        (f"{payment}rembourser/", {"amount": "1", "reason": "Erreur."}),
        (f"{payment}rembourse/{refund.pk}/", {"reference": "R-1"}),
        ("/gestion/contracts/tariff/projet/", {"text": "x = 1", "tariff": "1", "months": "6"}),
        (f"/gestion/accounts/client/{owner.pk}/mobile/", at_the_counter),
        ("/gestion/cles/", {"name": "ma clé", "credential": "{}", "remove": "1"}),
    ]
    return [(agent_here(owner), journeys)]


@pytest.mark.parametrize(
    "walks_of", [inside, at_the_door, with_a_relatives_link, at_work], ids=lambda walks_of: walks_of.__name__
)
def test_any_field_takes_anything(everything: Client, walks_of: Callable[[Client], list[Walk]]) -> None:  # noqa: F811
    walks = walks_of(everything)
    for browser, journeys in walks:
        for path, facts in journeys:
            answer = send(browser, path, facts)
            assert answer.status_code in {200, 302, 404, 422}, path
            assert "/connexion/" not in answer.headers.get("Location", "").replace("/connexion/code/", ""), path

    @given(typed=ANYTHING)
    @example(typed="\x00")
    @example(typed="５５０１２３")
    @example(typed="a\r\nb")
    @example(typed="\ud800")
    @example(typed="1E+9999999")
    @example(typed="9" * 400)
    @example(typed="9" * 1_000_000)
    @hostile
    def take(typed: str) -> None:
        for browser, journeys in walks:
            for path, facts in journeys:
                for field in facts:
                    answer = send(browser, path, {**facts, field: typed})
                    assert answer.status_code < 500, (path, field)

    take()


def send(browser: Browser, path: str, facts: dict[str, str]) -> Any:
    """By POST, or in the address where the page reads it there. A lone surrogate goes as a script would send it."""
    body = urlencode(facts, errors="surrogatepass")
    forget_limits()
    with undone(browser):
        if path.endswith("/simuler/") or "budget" in facts:
            return browser.get(f"{path}?{body[:60_000]}")
        return browser.post(path, body, content_type=FORM)


@contextmanager
def undone(browser: Browser) -> Iterator[None]:
    """What happens here has not happened afterwards: neither in the database nor in the browser."""
    cookies = copy.deepcopy(browser.cookies)
    block: Any = transaction.atomic()
    block._from_testcase = True  # the actions' own durable transactions stand within it
    with block:
        yield
        transaction.set_rollback(True)
    browser.cookies = cookies
