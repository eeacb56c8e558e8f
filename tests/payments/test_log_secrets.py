"""A login, a new e-mail and a payment, each with its mistakes: of all the secrets that pass, none is in the log."""

import logging
import re

import pytest
from browsers import CommittingBrowser
from django.test import Client as Browser
from doors import age_proof, another_code, door, link_in, newest_mail, sms_code, type_code, type_password
from log_lines import LogLines
from paying import ACCEPTED, KEY, bank_says
from payment_pages import CHOOSE, START, html
from people import PASSWORD

from accounts.models import Client
from contracts.models import Contract
from messaging.models import InboxMessage
from payments.models import PaymentAttempt

pytestmark = pytest.mark.usefixtures("morning", "merchant")

NEW_EMAIL, NEW_PASSWORD, WRONG = "nouvelle@example.org", "la-neige-fond-en-avril", "pas-le-bon-du-tout"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _all_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)


def logs_in(browser: Browser, client: Client) -> set[str]:
    type_password(browser, client, WRONG)
    type_password(browser, client)
    code = sms_code(client)
    type_code(browser, client, another_code(code))
    assert type_code(browser, client, code).status_code == 302
    return {WRONG, PASSWORD, code, another_code(code)}


def changes_the_email(browser: Browser, client: Client) -> set[str]:
    browser.post(door("change_email", client), {"email": NEW_EMAIL})
    found = re.search(r"/nantes/profil/e-mail/([^/\s]+)/", newest_mail(NEW_EMAIL).text)
    assert found is not None
    assert CommittingBrowser().post(f"/nantes/profil/e-mail/x{found[1]}/").status_code >= 400
    assert CommittingBrowser().post(found[0]).status_code == 200
    return {NEW_EMAIL, client.email, found[1]}


def chooses_a_password(client: Client) -> set[str]:
    browser = CommittingBrowser()
    browser.post(door("request_password", client), {"identifier": client.user.identifier})
    link = link_in(newest_mail(NEW_EMAIL))
    token = link.rstrip("/").rsplit("/", 1)[-1]
    page = browser.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    browser.post(form, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    client.user.refresh_from_db()
    assert client.user.check_password(NEW_PASSWORD)
    browser.get(link)
    return {NEW_PASSWORD, token, client.user.password}


def pays(browser: Browser, ring: Contract) -> set[str]:
    page = html(browser.post(CHOOSE, {"contract": ring.number}))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    browser.post(START, hidden | {"seal": "faux"})
    assert browser.post(START, hidden | {"contract": ring.number}).status_code == 200
    attempt = PaymentAttempt.objects.get()
    words = [bank_says(attempt, ACCEPTED, key=key) for key in ("faux", KEY)]
    answers = [CommittingBrowser().post("/paiements/notification/nantes/", word, content_type=FORM) for word in words]
    assert [answer.status_code for answer in answers] == [400, 200]
    return {KEY, hidden["seal"], "abc123", "11112222333344445555666677778888", *(word[-40:] for word in words)}


def test_no_secret_of_a_whole_visit_is_in_the_log(
    browser: Browser, helene: Client, ring: Contract, log: LogLines
) -> None:
    secrets = logs_in(browser, helene)
    keys = {morsel.value for morsel in browser.cookies.values() if morsel.value}
    secrets |= keys | pays(browser, ring)
    age_proof(browser)
    assert browser.post(door("confirm_identity", helene), {"password": WRONG}).status_code == 422
    secrets |= logs_in(other := CommittingBrowser(), helene) | changes_the_email(other, helene)
    secrets |= chooses_a_password(helene)
    secrets |= {helene.phone, helene.phone[3:], helene.last_name, str(helene.user.identifier), helene.client_number}
    secrets |= {message.text[:40] for message in InboxMessage.objects.all()}
    assert len(log.of("journal")) > 10
    assert len(log.of("django.request")) > 3
    assert [secret for secret in secrets if secret in log.text] == []
    assert "" not in secrets
