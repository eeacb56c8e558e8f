"""A new e-mail: a link to the new address, a notice to the old one, and the file changes on confirmation only."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from browsers import CommittingBrowser
from django.test import Client as Browser
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from doors import age_proof, comparable, door, journal_kinds, newest_mail
from people import a_client

from accounts import limits, proof
from accounts.actions import email as actions
from accounts.actions.email import LinkExpired, LinkSent, NotYet
from accounts.actions.profile import lock_client
from accounts.models import Client, ContactChange
from accounts.tokens import password_link_tokens
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage, Message

NEW = "nouvelle@example.org"
DAY = 24 * 3600
# 24 hours later the clock in Paris says 22:00, or 20:00.
SPRING = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
PLAIN_DAY = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(getattr(request, "param", PLAIN_DAY), tick=False) as traveller:
        yield traveller


def ask(browser: Browser, client: Client, email: str = NEW) -> Any:
    return browser.post(door("change_email", client), {"email": email})


def confirmation_link(to: str = NEW) -> str:
    """The path of the link that stands alone on its line."""
    found = re.search(r"^http://localhost:8000/\S+/profil/e-mail/\S+/$", newest_mail(to).text, re.MULTILINE)
    assert found is not None
    return urlsplit(found[0]).path


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&nbsp;", " ").replace("\xa0", " ")


def email_of(client: Client) -> str:
    return Client.objects.get(pk=client.pk).email


def asked(client: Client, email: str = NEW) -> None:
    """The change asked for without the pages; its mails have left."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert actions.request_email_change(user_pk=client.user_id, email=email, by="user:1") == LinkSent()


def test_from_the_form_to_the_file(helene_browser: Browser, helene: Client) -> None:
    assert ask(helene_browser, helene).headers["Location"] == door("change_email", helene)
    assert email_of(helene) == helene.email
    waiting = text_of(helene_browser.get(door("profile", helene)))
    assert f"Nous avons écrit à {NEW}" in waiting
    assert "Annuler ce changement" in waiting

    elsewhere = CommittingBrowser()
    link = confirmation_link()
    page = elsewhere.get(link, follow=True)
    assert page.redirect_chain == [("/nantes/profil/e-mail/confirmer/", 302)], "the token leaves the address"
    assert "CONFIRMER CETTE ADRESSE" in text_of(page)
    assert email_of(helene) == helene.email, "opening a link changes nothing: scanners open links too"
    answer = elsewhere.post("/nantes/profil/e-mail/confirmer/")
    assert (answer.status_code, email_of(helene)) == (200, NEW)
    assert f"Nous vous écrirons désormais à <strong>{NEW}</strong>." in text_of(answer)
    assert elsewhere.get(door("profile", helene)).status_code == 302, "a link logs nobody in"
    assert helene_browser.get(door("profile", helene)).status_code == 200
    assert "Annuler" not in text_of(helene_browser.get(door("profile", helene)))
    assert journal_kinds()[-2:] == ["email_change_asked", "email_changed"]


def test_the_three_mails(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    new, old = newest_mail(NEW), newest_mail(helene.email)
    assert new.subject == "Confirmez votre adresse e-mail"
    assert "Il est valable 24 heures." in new.text
    for secret in (helene.first_name, helene.last_name, helene.client_number, str(helene.user.identifier)):
        assert secret not in new.text + new.html, "the new address may be a stranger's"
    assert old.subject == "On a demandé à changer votre adresse e-mail"
    assert "Bonjour Hélène Lefèvre," in old.text
    assert "Ce n’est pas vous ? Appelez-nous tout de suite au 02\xa061\xa091\xa000\xa000." in old.text
    assert NEW not in old.text + old.html
    link = confirmation_link()
    for mail in (new, old):
        assert (link in mail.html, link in mail.subject) == (mail == new, False)

    CommittingBrowser().post(link)
    for to in (NEW, helene.email):
        told = newest_mail(to)
        assert told.subject == "Votre espace client a été modifié"
        assert "Votre adresse e-mail a été changée." in told.text
    assert InboxMessage.objects.filter(channel="email").count() == 4


def test_the_link_serves_once(helene_browser: Browser, helene: Client, browser: Browser) -> None:
    ask(helene_browser, helene)
    link = confirmation_link()
    assert browser.post(link).status_code == 200
    Client.objects.filter(pk=helene.pk).update(email=helene.email)
    for answer in (browser.post(link), browser.get(link)):
        assert answer.status_code == 410
        assert "Ce lien n’est plus valable" in text_of(answer)
    assert email_of(helene) == helene.email


@pytest.mark.parametrize("clock", [PLAIN_DAY, SPRING, AUTUMN], ids=["plain day", "spring", "autumn"], indirect=True)
def test_a_link_lives_24_hours_to_the_second(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client
) -> None:
    ask(helene_browser, helene)
    link, browser = confirmation_link(), CommittingBrowser()
    clock.shift(DAY)
    assert browser.get(link, follow=True).status_code == 200
    clock.shift(1)
    assert browser.get(link).status_code == 410
    assert browser.post(link).status_code == 410
    assert actions.email_change_in_progress(helene, timezone.now()) is None
    clock.shift(-1)
    assert browser.post(link).status_code == 200


def test_a_link_that_was_opened_is_forgotten_with_its_use(
    helene_browser: Browser, helene: Client, browser: Browser
) -> None:
    ask(helene_browser, helene)
    link = confirmation_link()
    browser.get(link)
    assert browser.post("/nantes/profil/e-mail/confirmer/").status_code == 200
    assert "email_link_token" not in browser.session
    for answer in (browser.get("/nantes/profil/e-mail/confirmer/"), CommittingBrowser().get(link)):
        assert answer.status_code == 410


def test_one_address_asks_for_twenty_mails_an_hour(helene_browser: Browser, helene: Client) -> None:
    """Whoever is inside: the accounts of one machine share what its address may send."""
    for _ in range(20):
        assert limits.mail_asked_from("127.0.0.1") == 0
    answer = ask(helene_browser, helene)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "180")
    assert NEW in text_of(answer), "nothing typed is lost"
    assert not Message.objects.filter(kind="email_confirmation").exists()


def test_a_new_request_ends_the_one_before(helene_browser: Browser, helene: Client, browser: Browser) -> None:
    ask(helene_browser, helene, "premiere@example.org")
    first = confirmation_link("premiere@example.org")
    ask(helene_browser, helene)
    assert browser.post(first).status_code == 410
    assert browser.post(confirmation_link()).status_code == 200
    assert email_of(helene) == NEW


def test_a_change_may_be_cancelled(helene_browser: Browser, helene: Client, browser: Browser) -> None:
    ask(helene_browser, helene)
    for _ in range(2):
        answer = helene_browser.post(door("cancel_email_change", helene), follow=True)
        assert "Votre adresse e-mail reste la même." in text_of(answer)
    assert browser.post(confirmation_link()).status_code == 410
    assert journal_kinds().count("email_change_cancelled") == 1


def test_a_link_is_of_its_client_and_establishment(
    helene_browser: Browser, helene: Client, ousmane_browser: Browser, ousmane: Client, paris: Establishment
) -> None:
    ask(helene_browser, helene)
    ask(ousmane_browser, ousmane, "autre@example.org")
    link = confirmation_link()
    assert ousmane_browser.post(link.replace("/nantes/", "/paris/")).status_code == 410
    ours, theirs = (path.rstrip("/").rpartition("/")[2] for path in (link, confirmation_link("autre@example.org")))
    mixed = f"{theirs.partition('-')[0]}-{ours.partition('-')[2]}"
    assert ousmane_browser.post(reverse("accounts:confirm_email", args=["nantes", mixed])).status_code == 410
    # Whoever is logged in here, the link is about the file that it was sent for.
    assert ousmane_browser.post(link).status_code == 200
    assert (email_of(helene), email_of(ousmane)) == (NEW, ousmane.email)


@pytest.mark.parametrize("token", ["a-b", "x" * 2000, f"{'0' * 32}-{'A' * 43}", f"{'０' * 32}-{'A' * 43}", "é%0a%00"])
def test_a_made_up_link_is_a_dead_one(browser: Browser, helene: Client, token: str) -> None:
    address = reverse("accounts:confirm_email", args=["nantes", token])
    assert browser.get(address).status_code == 410
    assert browser.post(address).status_code == 410


def test_a_closed_account_changes_nothing(helene_browser: Browser, helene: Client, browser: Browser) -> None:
    ask(helene_browser, helene)
    helene.user.is_active = False
    helene.user.save()
    assert browser.post(confirmation_link()).status_code == 410


@pytest.mark.parametrize("same", [str.upper, str])
def test_the_same_address_is_an_error(helene_browser: Browser, helene: Client, same: Any) -> None:
    answer = ask(helene_browser, helene, same(helene.email))
    assert answer.status_code == 422
    assert "C’est déjà l’adresse e-mail de votre dossier." in text_of(answer)
    assert not ContactChange.objects.exists()


def test_an_address_that_is_none_is_an_error(helene_browser: Browser, helene: Client) -> None:
    answer = ask(helene_browser, helene, "helene@chez moi")
    assert answer.status_code == 422
    assert "Cette adresse e-mail n’est pas complète." in text_of(answer)
    assert "helene@chez moi" in text_of(answer)


def test_anothers_address_is_accepted_alike(helene_browser: Browser, helene: Client, ousmane: Client) -> None:
    known = ask(helene_browser, helene, ousmane.email)
    unknown = ask(helene_browser, helene, "x" + ousmane.email)
    assert comparable(known) == comparable(unknown)
    assert Message.objects.filter(kind="email_confirmation", recipient=ousmane.email).exists()


def test_a_stale_proof_asks_for_another(
    helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "reverse", lambda name, args, **facts: f"/{args[0]}/{name}/")
    age_proof(helene_browser)
    for answer in (helene_browser.get(door("change_email", helene)), ask(helene_browser, helene)):
        assert answer.headers["Location"] == "/nantes/accounts:confirm_identity/"
    assert not ContactChange.objects.exists()


def test_for_72_hours_after_a_new_phone_the_email_stays(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client
) -> None:
    Client.objects.filter(pk=helene.pk).update(phone_changed_at=timezone.now() - timedelta(hours=72, seconds=-1))
    for answer in (helene_browser.get(door("change_email", helene)), ask(helene_browser, helene)):
        assert "Ce sera possible à partir du" in text_of(answer)
        assert "23 novembre 2026 à 12 h 00" in text_of(answer)
        assert 'name="email"' not in text_of(answer)
    assert answer.status_code == 422
    clock.shift(1)
    assert ask(helene_browser, helene).status_code == 302


def test_a_link_asked_for_before_the_new_phone_waits_too(
    helene_browser: Browser, helene: Client, browser: Browser
) -> None:
    ask(helene_browser, helene)
    Client.objects.filter(pk=helene.pk).update(phone_changed_at=timezone.now())
    answer = browser.post(confirmation_link())
    assert (answer.status_code, email_of(helene)) == (422, helene.email)
    assert "l’e-mail pourra être changé à partir du" in text_of(answer)
    assert journal_kinds()[-1] == "email_change_asked"


def test_without_a_former_address_the_mobile_is_told(nantes: Establishment) -> None:
    client, silent = a_client(nantes, email=""), a_client(nantes, email="", mobile=False)
    for one in (client, silent):
        asked(one)
        assert CommittingBrowser().post(confirmation_link()).status_code == 200
    assert list(InboxMessage.objects.filter(channel="sms").values_list("to", flat=True)) == [client.phone]
    assert Message.objects.filter(kind="email_change_asked").count() == 0


def test_too_many_requests_say_when(helene_browser: Browser, helene: Client) -> None:
    for n in range(5):
        assert ask(helene_browser, helene, f"a{n}@example.org").status_code == 302
    answer = ask(helene_browser, helene)
    assert answer.status_code == 429
    assert "Recommencez après le" in text_of(answer)
    assert NEW in text_of(answer), "nothing typed is lost"
    assert Message.objects.filter(kind="email_confirmation").count() == 5


def test_a_new_address_ends_the_password_links_that_wait(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    token = password_link_tokens.make_token(helene.user)
    CommittingBrowser().post(confirmation_link())
    assert not password_link_tokens.check_token(type(helene.user).objects.get(pk=helene.user_id), token)


def test_no_secret_stays_behind(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    secret = confirmation_link().rstrip("/")[-43:]  # which may hold a dash itself
    change = ContactChange.objects.get()
    assert secret not in f"{change.digest}{change.challenge}"
    kept = [str(row) for row in Event.objects.values_list("kind", "data", "actor", "subject")]
    kept += [str(row) for row in Message.objects.values_list("sealed", "error", "recipient", "kind")]
    for row in kept:
        assert secret not in row
        assert NEW not in row or "email_confirmation" in row


def test_the_outcomes_of_the_actions(helene: Client) -> None:
    """The outcomes of the action itself, for whoever calls it without the pages."""
    until = timezone.now() + timedelta(hours=1)
    Client.objects.filter(pk=helene.pk).update(phone_changed_at=until - timedelta(hours=72))
    assert actions.request_email_change(user_pk=helene.user_id, email=NEW, by="user:1") == NotYet(until)
    establishment = helene.establishment
    assert actions.confirm_email(establishment=establishment, token="a-b", by="visitor") == LinkExpired()


def test_a_link_that_dies_before_the_lock_is_taken(helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(helene)
    token = confirmation_link().rstrip("/").rpartition("/")[2]

    def late(user_pk: int) -> Client:
        ContactChange.objects.all().delete()
        return lock_client(user_pk)

    monkeypatch.setattr(actions, "lock_client", late)
    outcome = actions.confirm_email(establishment=helene.establishment, token=token, by="visitor")
    assert (outcome, email_of(helene)) == (LinkExpired(), helene.email)
