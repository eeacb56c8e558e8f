"""A client who left the bank's page without paying need not wait twenty minutes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from paying import ACCEPTED, SILENT, age, hear, started
from payment_pages import html, page_of
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from journal.models import Event
from payments.actions import abandon
from payments.actions.ask import Silent
from payments.models import Anomaly, LiveContract, PaymentAttempt, RelativeLink

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def give_up(browser: Any, attempt: PaymentAttempt) -> str:
    """The page that follows."""
    return html(browser.post(f"{page_of(attempt)}abandonner/", follow=True))


def test_its_contracts_are_free_at_once(helene_browser: Any, helene: Client, ring: Contract) -> None:
    attempt = started(helene, ring)
    age(attempt, 2)
    assert "Abandonner ce paiement" in html(helene_browser.get(page_of(attempt)))
    assert "Vous pouvez recommencer." in give_up(helene_browser, attempt)
    attempt.refresh_from_db()
    assert attempt.state == "expired"
    assert not LiveContract.objects.exists()
    assert Event.objects.filter(kind="payment_expired", actor=f"user:{helene.user_id}").exists()
    assert started(helene, ring).state == "redirected"


def test_not_in_the_first_two_minutes(helene_browser: Any, attempt: PaymentAttempt, morning: Any) -> None:
    morning.shift(timedelta(seconds=119))
    assert "Abandonner ce paiement" not in html(helene_browser.get(page_of(attempt)))
    assert "ne peut pas être abandonné" in give_up(helene_browser, attempt)
    attempt.refresh_from_db()
    assert attempt.state == "redirected"


@pytest.mark.parametrize(("answer", "state"), [(SILENT, "pending"), (ACCEPTED, "paid")])
def test_not_once_the_bank_has_spoken(
    helene_browser: Any, attempt: PaymentAttempt, answer: dict[str, str], state: str
) -> None:
    age(attempt, 5)
    hear(attempt, answer)
    assert "Abandonner ce paiement" not in html(helene_browser.get(page_of(attempt)))
    assert "ne peut pas être abandonné" in give_up(helene_browser, attempt)
    attempt.refresh_from_db()
    assert attempt.state == state


def test_a_bank_that_says_paid_after_all_is_believed(
    helene_browser: Any, helene: Client, ring: Contract, attempt: PaymentAttempt
) -> None:
    """And paid twice, it is an agent's business: nothing is lost, nothing is credited twice."""
    age(attempt, 3)
    give_up(helene_browser, attempt)
    second = started(helene, ring)
    hear(second, ACCEPTED)
    hear(attempt, ACCEPTED)
    attempt.refresh_from_db()
    assert attempt.state == "paid"
    assert Anomaly.objects.get().kind == "not_applied"


def test_a_bank_that_can_be_asked_is_asked_first(
    helene_browser: Any, attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(attempt, 3)
    PaymentAttempt.objects.update(bank_session="1234-idop")
    monkeypatch.setattr(abandon, "ask_bank", lambda **asked: Silent())
    assert "ne peut pas être abandonné" in give_up(helene_browser, attempt)


def test_another_clients_does_not_exist(ousmane_browser: Any, attempt: PaymentAttempt) -> None:
    age(attempt, 3)
    assert ousmane_browser.post(f"{page_of(attempt)}abandonner/").status_code == 404


def test_who_is_not_its_client_abandons_nothing(ousmane: Client, attempt: PaymentAttempt) -> None:
    age(attempt, 3)
    a_contract(ousmane)
    assert not abandon.abandon_payment(client=ousmane, attempt_pk=attempt.pk, by="user:1")


def test_a_relatives_payment_is_not_the_clients_to_abandon(helene_browser: Any, helene: Client, ring: Contract) -> None:
    attempt = started(helene, ring)
    now = timezone.now()
    link = RelativeLink.objects.create(client=helene, digest="d", reference="R-1", made_at=now, until=now)
    PaymentAttempt.objects.update(link=link)
    attempt.refresh_from_db()
    age(attempt, 5)
    assert "Abandonner ce paiement" not in html(helene_browser.get(page_of(attempt)))
    assert "ne peut pas être abandonné" in give_up(helene_browser, attempt)
