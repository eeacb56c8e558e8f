"""Recompute what was credited from the tables that only grow, and name everything that does not agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Min, Model, QuerySet, Sum

from contracts.crediting import MOVED
from contracts.models import Contract
from contracts.standing import ENDED
from establishments.models import Establishment
from payments.models import Credit, CreditNote, PaymentAttempt, PaymentLine, Receipt, ReceiptCounter, Refund

PAID = PaymentAttempt.State.PAID


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is a payment, a contract or a series of numbers."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Credited:
    """What the ledger says was credited, in all."""

    payments: int
    lines: int
    total: Decimal


def credited(establishment: Establishment) -> Credited:
    entries = Credit.objects.filter(line__attempt__establishment=establishment)
    facts = entries.aggregate(
        payments=Count("line__attempt", distinct=True), lines=Count("pk"), total=Sum("line__total")
    )
    return Credited(facts["payments"], facts["lines"], _cents(facts["total"]))


def _cents(total: Decimal | None) -> Decimal:
    """Rounded: SQLite adds in floats."""
    return (total or Decimal()).quantize(Decimal("0.01"))


def differences(establishment: Establishment) -> Iterator[Difference]:
    """Nothing when payments, ledger, receipts and contracts agree."""
    yield from _payments(establishment)
    yield from _series(establishment)
    yield from _contracts(establishment)


def _payments(establishment: Establishment) -> Iterator[Difference]:
    attempts = PaymentAttempt.objects.filter(establishment=establishment)
    lines = PaymentLine.objects.filter(attempt__establishment=establishment)
    for attempt in attempts.filter(state=PAID, receipt__isnull=True):
        yield Difference(str(attempt), "payé sans reçu")
    for attempt in attempts.exclude(state=PAID).filter(receipt__isnull=False):
        yield Difference(str(attempt), "reçu sans paiement")
    for line in lines.filter(attempt__state=PAID, credit__isnull=True).select_related("attempt", "contract"):
        yield Difference(str(line.attempt), f"contrat {line.contract} sans écriture")
    for line in lines.filter(credit__isnull=False).exclude(attempt__state=PAID).select_related("attempt", "contract"):
        yield Difference(str(line.attempt), f"contrat {line.contract} crédité sans paiement")
    for attempt in attempts.annotate(sum=Sum("lines__total")):
        if _cents(attempt.sum) != attempt.amount:
            yield Difference(str(attempt), f"montant {attempt.amount}, lignes {_cents(attempt.sum)}")


def _series(establishment: Establishment) -> Iterator[Difference]:
    counter = ReceiptCounter.objects.filter(establishment=establishment).first()
    last, last_note = (counter.last, counter.last_credit_note) if counter else (0, 0)
    yield from _gaps("reçus", Receipt.objects.filter(establishment=establishment), last)
    yield from _gaps("avoirs", CreditNote.objects.filter(establishment=establishment), last_note)
    done = Refund.objects.filter(attempt__establishment=establishment, state=Refund.State.DONE)
    for refund in done.filter(credit_note__isnull=True, is_surplus=False, attempt__state=PAID).select_related(
        "attempt"
    ):
        yield Difference(str(refund.attempt), "remboursement sans avoir")


def _gaps(name: str, documents: QuerySet[Model], last: int) -> Iterator[Difference]:
    facts = documents.aggregate(count=Count("pk"), first=Min("sequence"), last=Max("sequence"))
    if (facts["count"], facts["first"] or 1, facts["last"] or 0) != (last, 1, last):
        yield Difference(name, f"{facts['count']} documents, dernier n° {facts['last']}, le compteur dit {last}")


def _contracts(establishment: Establishment) -> Iterator[Difference]:
    """An entry says what its line promised; the last one stands in the contract until the back office takes it up."""
    entries = Credit.objects.filter(line__attempt__establishment=establishment, is_applied=True)
    before: Credit | None = None
    for entry in entries.select_related("line__contract").order_by("line__contract_id", "pk").iterator():
        line = entry.line
        if before is not None and before.line.contract_id != line.contract_id:
            yield from _last(before)
        moved = line.new_due_on or line.due_on
        paid_until = max(line.paid_until.isoformat(), entry.before["interest_paid_until"] or "")
        if entry.after["interest_paid_until"] != paid_until or entry.after["due_on"] != str(moved):
            yield Difference(f"contrat {line.contract}", "l’écriture ne dit pas ce que la ligne promet")
        before = entry
    if before is not None:
        yield from _last(before)


def _last(entry: Credit) -> Iterator[Difference]:
    contract: Contract = entry.line.contract
    if entry.line.redeems and contract.status not in {Contract.Status.REPAID, *ENDED}:
        yield Difference(f"contrat {contract}", f"prêt remboursé ici, et de nouveau {contract.get_status_display()}")
    if contract.credited_until is None or contract.credited_until != entry.line.paid_until:
        return  # the back office's file has it, or a later free prolongation does
    for name in MOVED:  # but the fees: the file brings new ones at any time
        value = getattr(contract, name)
        if name != "fees" and name in entry.after and (None if value is None else str(value)) != entry.after[name]:
            yield Difference(f"contrat {contract}", f"{name} : {value}, l’écriture dit {entry.after[name]}")
