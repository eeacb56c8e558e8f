"""Payments as the journey makes them, and the bank's words, signed by the test bank's own code."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Client
from contracts.models import Contract
from contracts.standing import standing_of
from establishments.models import Establishment
from payments.actions import settle
from payments.actions.start import Started, start_payment
from payments.models import GatewayMessage, MerchantAccount, PaymentAttempt
from payments.offers import seal
from testbank.signing import sign

KEY = "1122334455667788"
SECRET_ENV = "TEST_BANK_SECRET"
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = date(2026, 11, 23)
NEXT_DUE = date(2027, 6, 2)

ACCEPTED = {"vads_result": "00", "vads_auth_result": "00", "vads_trans_status": "AUTHORISED"}
REFUSED = {"vads_result": "05", "vads_auth_result": "51", "vads_trans_status": "REFUSED"}
CANCELLED = {"vads_result": "17", "vads_auth_result": "", "vads_trans_status": "ABANDONED"}
TECHNICAL = {"vads_result": "96", "vads_auth_result": "96", "vads_trans_status": "NOT_CREATED"}
SILENT = {"vads_result": "00", "vads_auth_result": "", "vads_trans_status": "UNDER_VERIFICATION"}


def a_merchant(establishment: Establishment, **facts: Any) -> MerchantAccount:
    """The test bank; its key is in the environment of the fixture `bank_key`."""
    values: dict[str, Any] = {
        "gateway": "systempay",
        "mode": "TEST",
        "site_id": "12345678",
        "secret_env": SECRET_ENV,
        "service_url": "https://banque.example/vads-payment/",
        **facts,
    }
    return MerchantAccount.objects.create(establishment=establishment, **values)


def seal_of(client: Client, contracts: Sequence[Contract]) -> str:
    """What the confirm page holds for these contracts now."""
    full = Contract.objects.select_related("establishment", "tariff", "agency")
    now = timezone.now()
    chosen = full.filter(pk__in=[contract.pk for contract in contracts])
    return seal(client, [standing_of(contract, on=timezone.localdate(now), now=now) for contract in chosen])


def start(client: Client, *contracts: Contract) -> Any:
    numbers = [contract.number for contract in contracts]
    return start_payment(client=client, numbers=numbers, seal=seal_of(client, contracts), by="user:1")


def started(client: Client, *contracts: Contract) -> PaymentAttempt:
    outcome = start(client, *contracts)
    assert isinstance(outcome, Started), outcome
    return outcome.attempt


def bank_says(attempt: PaymentAttempt, answer: dict[str, str], *, key: str = KEY, **changes: str) -> str:
    """The body of a notification on what was sent."""
    fields = {
        "vads_amount": str(int(attempt.amount * 100)),
        "vads_auth_number": "abc123",
        "vads_ctx_mode": attempt.mode,
        "vads_currency": "978",
        "vads_operation_type": "DEBIT",
        "vads_order_id": attempt.order_id,
        "vads_site_id": attempt.site_id,
        "vads_trans_date": attempt.trans_date,
        "vads_trans_id": attempt.trans_id,
        "vads_trans_uuid": "11112222333344445555666677778888",
        **answer,
        **changes,
    }
    return urlencode(fields | {"signature": sign(fields, key)})


def hear(attempt: PaymentAttempt, answer: dict[str, str], **changes: str) -> Any:
    raw = bank_says(attempt, answer, **changes)
    return settle.hear(establishment=attempt.establishment, raw=raw, by="bank")


def paid(client: Client, *contracts: Contract) -> PaymentAttempt:
    attempt = started(client, *contracts)
    hear(attempt, ACCEPTED)
    attempt.refresh_from_db()
    assert attempt.state == "paid"
    return attempt


def age(attempt: PaymentAttempt, minutes: int) -> None:
    """The payment left for the bank so long ago."""
    left_at = timezone.now() - timedelta(minutes=minutes)
    attempt.redirected_at = attempt.created_at = left_at
    attempt.save()
    Contract.objects.filter(live_payment__attempt=attempt).update(payment_started_at=left_at)


def verdicts() -> list[str]:
    """Oldest first."""
    return list(GatewayMessage.objects.order_by("pk").values_list("verdict", flat=True))
