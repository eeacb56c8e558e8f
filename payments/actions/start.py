"""Start a payment: what the client confirmed is checked again under lock, frozen, and sent to the bank."""

import secrets
import uuid
from base64 import b32encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Client
from contracts.capital import repaying
from contracts.models import Contract
from contracts.prolongation import Prolongs, Redeems, Renewal
from contracts.standing import Standing, standing_of
from journal.actions import record
from payments.actions.ask import ASKED_FOR, Silent, ask_bank
from payments.actions.expire import expire_payment, stale_payments
from payments.actions.opening import address, open_at_bank, payer_email
from payments.gateways import BankForm, bank_form, missing_secret, opens_by_call
from payments.gateways.payfip import AmountOutOfBounds, EmailNeeded, why_not
from payments.models import LiveContract, MerchantAccount, PaymentAttempt, PaymentLine, RelativeLink
from payments.offers import is_still_offered


@dataclass(frozen=True, slots=True)
class Started:
    """`form` goes to the bank as it is."""

    attempt: PaymentAttempt
    form: BankForm


@dataclass(frozen=True, slots=True)
class OfferChanged:
    """A sum, a date or the day is no longer what the client read, or a contract can no longer be paid online."""


@dataclass(frozen=True, slots=True)
class UnknownContract:
    """One of the numbers is not a contract of this client."""


@dataclass(frozen=True, slots=True)
class NoBank:
    """The establishment cannot take cards: no account, or its key is missing."""


@dataclass(frozen=True, slots=True)
class BankSilent:
    """The bank was asked to open a payment, and did not: nothing is paid, and the contracts are free."""


@dataclass(frozen=True, slots=True)
class EarlierUnknown:
    """An earlier payment of these contracts may be paid, and its bank cannot be asked now."""


@dataclass(frozen=True, slots=True)
class _Reserved:
    """Committed; the bank is called next."""

    attempt: PaymentAttempt
    merchant: MerchantAccount


NotStarted = OfferChanged | UnknownContract | NoBank | EmailNeeded | AmountOutOfBounds


def start_payment(
    *,
    client: Client,
    numbers: Collection[str],
    seal: str,
    by: str,
    capital: Decimal | None = None,
    link: RelativeLink | None = None,
) -> Started | NotStarted | BankSilent | EarlierUnknown:
    """`capital`: what is repaid of the loan of the one contract named, beside what is due on it.

    `link`: by which a relative pays for the client.

    First what became of the client's earlier payments of these contracts: a bank that can be asked is asked, and those
    of which nothing was heard are let go, each in its own transaction.
    """
    now = timezone.now()
    for attempt in _still_askable(client, numbers, now):
        if isinstance(ask_bank(attempt=attempt, by=by), Silent):
            return EarlierUnknown()
    unheard = stale_payments(now).filter(client=client, lines__contract__number__in=numbers)
    for attempt_pk in set(unheard.values_list("pk", flat=True)):
        expire_payment(attempt_pk=attempt_pk, by=by)
    outcome = _start(client=client, numbers=numbers, capital=capital, link=link, seal=seal, by=by)
    if not isinstance(outcome, _Reserved):
        return outcome
    form = open_at_bank(attempt=outcome.attempt, merchant=outcome.merchant, by=by)
    return Started(outcome.attempt, form) if form else BankSilent()


def _still_askable(client: Client, numbers: Collection[str], now: datetime) -> QuerySet[PaymentAttempt]:
    """Not paid as far as we know; ended ones too, since we may have given up while the bank was silent."""
    of_these = PaymentAttempt.objects.filter(client=client, lines__contract__number__in=numbers)
    recent = of_these.exclude(bank_session="").filter(redirected_at__gt=now - ASKED_FOR)
    return recent.exclude(state=PaymentAttempt.State.PAID).distinct()


@transaction.atomic(durable=True)
def _start(
    *,
    client: Client,
    numbers: Collection[str],
    capital: Decimal | None,
    link: RelativeLink | None,
    seal: str,
    by: str,
) -> Started | _Reserved | NotStarted:
    now = timezone.now()
    contracts = _lock_contracts(client, numbers)
    if {contract.number for contract in contracts} != set(numbers):
        return UnknownContract()
    if link is not None and not RelativeLink.objects.select_for_update().filter(pk=link.pk, revoked_at=None).exists():
        return OfferChanged()  # taken back while its page was open
    standings = _offered(contracts, capital, now)
    if not _may_be_paid(standings) or not is_still_offered(seal, client, standings):
        return OfferChanged()
    merchant = MerchantAccount.objects.filter(establishment=client.establishment_id).first()
    if merchant is None or merchant.gateway == MerchantAccount.Gateway.NONE or missing_secret(merchant):
        return NoBank()
    attempt = _new_attempt(client, merchant, standings, now)
    attempt.link = link
    if opens_by_call(merchant) and (refusal := why_not(attempt.amount, payer_email(attempt))):
        return refusal
    outcome = _reserve(attempt, merchant) if opens_by_call(merchant) else _leave(attempt, merchant)
    _take_contracts(attempt, standings, now)
    record("payment_started", by=by, subject=attempt, amount=str(attempt.amount))
    return outcome


def _lock_contracts(client: Client, numbers: Collection[str]) -> list[Contract]:
    locked = Contract.objects.select_for_update(of=("self",)).select_related("establishment", "tariff", "agency")
    return list(locked.filter(client=client, number__in=numbers).order_by("pk"))


def _offered(contracts: Sequence[Contract], capital: Decimal | None, now: datetime) -> list[Standing]:
    """Empty when the loan cannot be repaid so."""
    standings = [standing_of(contract, on=timezone.localdate(now), now=now) for contract in contracts]
    if capital is None:
        return standings
    repaid = repaying(standings[0], capital) if len(standings) == 1 else None
    return [repaid] if repaid else []


def _may_be_paid(standings: Sequence[Standing]) -> bool:
    if not standings:
        return False
    is_taken = LiveContract.objects.filter(contract__in=[standing.contract for standing in standings]).exists()
    return not is_taken and all(standing.is_payable for standing in standings)


def _new_attempt(
    client: Client, merchant: MerchantAccount, standings: Sequence[Standing], now: datetime
) -> PaymentAttempt:
    return PaymentAttempt(
        id=uuid.uuid4(),
        establishment=client.establishment,
        client=client,
        amount=sum((standing.total for standing in standings), Decimal("0.00")),
        quote_on=standings[0].on,
        gateway=merchant.gateway,
        mode=merchant.mode,
        site_id=merchant.site_id,
        order_id=_new_order_id(),
        created_at=now,
    )


def _reserve(attempt: PaymentAttempt, merchant: MerchantAccount) -> _Reserved:
    """The network waits until this is committed."""
    attempt.save(force_insert=True)
    return _Reserved(attempt, merchant)


def _leave(attempt: PaymentAttempt, merchant: MerchantAccount) -> Started:
    """What the browser takes along is signed here, without the network."""
    form = bank_form(
        merchant,
        order_id=attempt.order_id,
        amount=attempt.amount,
        notification_url=address("payments:notification", attempt.establishment.slug),
        return_url=address("payments:return", attempt.pk),
    )
    attempt.state, attempt.redirected_at = PaymentAttempt.State.REDIRECTED, attempt.created_at
    attempt.trans_date, attempt.trans_id = form.trans_date, form.trans_id
    attempt.save(force_insert=True)
    return Started(attempt, form)


def _take_contracts(attempt: PaymentAttempt, standings: Sequence[Standing], now: datetime) -> None:
    PaymentLine.objects.bulk_create([_line(attempt, standing) for standing in standings])
    contracts = [standing.contract for standing in standings]
    LiveContract.objects.bulk_create([LiveContract(contract=contract, attempt=attempt) for contract in contracts])
    for contract in contracts:
        contract.payment_started_at, contract.payment_is_pending = now, False
    Contract.objects.bulk_update(contracts, ["payment_started_at", "payment_is_pending"])


def _line(attempt: PaymentAttempt, standing: Standing) -> PaymentLine:
    contract, quote, effect = standing.contract, standing.quote, standing.effect
    assert quote is not None  # a payable contract has one
    return PaymentLine(
        attempt=attempt,
        contract=contract,
        interest=quote.amount("interest"),
        fixed_duty=quote.amount("fixed_duty"),
        late=quote.amount("late"),
        fee=quote.amount("fee"),
        capital=quote.amount("capital"),
        total=quote.total,
        due_on=contract.due_on,
        paid_from=contract.interest_runs_from,
        paid_until=quote.on,
        new_due_on=effect.new_due_on if isinstance(effect, Prolongs) else None,
        opens_renewal=isinstance(effect, Renewal),
        principal=contract.principal,
        redeems=isinstance(effect, Redeems),
    )


def _new_order_id() -> str:
    """« PG » and 100 random bits: no one guesses it, and every French bank takes it (at most 32 letters and digits)."""
    return "PG" + b32encode(secrets.token_bytes(13)).decode()[:20]
