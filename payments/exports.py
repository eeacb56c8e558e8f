"""Settled payments as the back office reads them: one row a line, the same range always the same bytes."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, TextIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from establishments.models import Establishment
from payments.models import PaymentAttempt, PaymentLine

PARIS: Final = ZoneInfo("Europe/Paris")
COLUMNS: Final = (
    "numero_recu",
    "paye_le",
    "numero_client",
    "numero_contrat",
    "interets",
    "droit_fixe",
    "retard",
    "frais",
    "total",
    "interets_payes_jusquau",
    "nouvelle_echeance",
    "reference_banque",
)
CAPITAL: Final = "pret_rembourse"


@dataclass(frozen=True)
class Exported:
    lines: int
    total: Decimal


def settled_lines(establishment: Establishment, *, first: date, last: date) -> QuerySet[PaymentLine]:
    """The lines of payments settled from `first` to `last`, both included, as days in Paris; by receipt."""
    return _settled(establishment, until=last).filter(attempt__settled_at__gte=datetime.combine(first, time.min, PARIS))


def unexported_lines(establishment: Establishment, *, until: date) -> QuerySet[PaymentLine]:
    """The lines settled until that day, included, that are in no batch; by receipt."""
    return _settled(establishment, until=until).filter(export__isnull=True)


def _settled(establishment: Establishment, *, until: date) -> QuerySet[PaymentLine]:
    return (
        PaymentLine.objects.filter(
            attempt__establishment=establishment,
            attempt__state=PaymentAttempt.State.PAID,
            attempt__settled_at__lt=datetime.combine(until + timedelta(days=1), time.min, PARIS),
        )
        .select_related("attempt__receipt", "attempt__client", "contract", "credit")
        .order_by("attempt__receipt__sequence", "pk")
    )


@dataclass(frozen=True)
class BankDay:
    """What was settled on one day in Paris: to lay beside the bank's own statement."""

    on: date
    payments: int
    total: Decimal


def bank_days(lines: Iterable[PaymentLine]) -> list[BankDay]:
    """Oldest first."""
    totals: dict[date, Decimal] = {}
    payments: dict[date, set[UUID]] = {}
    for line in lines:
        assert line.attempt.settled_at is not None  # constraint payment_paid_has_its_day
        day = line.attempt.settled_at.astimezone(PARIS).date()
        totals[day] = totals.get(day, Decimal("0.00")) + line.total
        payments.setdefault(day, set()).add(line.attempt_id)
    return [BankDay(day, len(payments[day]), totals[day]) for day in sorted(totals)]


def write_lines(path: Path, lines: Iterable[PaymentLine]) -> Exported:
    """UTF-8 with its mark, `;`. Errors: OSError, FileExistsError among them: a file is never written over."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        return write_rows(file, lines)


def write_text(path: Path, content: str) -> None:
    """A batch again. Errors: as `write_lines`."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        file.write(content)


def write_rows(file: TextIO, lines: Iterable[PaymentLine]) -> Exported:
    """One column more, the last, in a file that has capital in it."""
    rows = list(lines)
    has_capital = any(line.capital for line in rows)
    writer = csv.writer(file, delimiter=";")
    writer.writerow((*COLUMNS, CAPITAL) if has_capital else COLUMNS)
    for line in rows:
        writer.writerow((*_row(line), f"{line.capital:.2f}") if has_capital else _row(line))
    return Exported(len(rows), sum((line.total for line in rows), Decimal("0.00")))


def _row(line: PaymentLine) -> tuple[str, ...]:
    attempt = line.attempt
    assert attempt.settled_at is not None  # constraint payment_paid_has_its_day
    return (
        _inert(attempt.receipt.number),
        attempt.settled_at.astimezone(PARIS).isoformat(timespec="seconds"),
        _inert(attempt.client.client_number),
        _inert(line.contract.number),
        *(f"{amount:.2f}" for amount in (line.interest, line.fixed_duty, line.late, line.fee, line.total)),
        *_dates(line),
        _inert(attempt.bank_reference),
    )


def _dates(line: PaymentLine) -> tuple[str, str]:
    """Both empty when the contract did not follow its payment: the back office must not move it either."""
    if not line.credit.is_applied:
        return "", ""
    return line.paid_until.isoformat(), line.new_due_on.isoformat() if line.new_due_on else ""


def _inert(text: str) -> str:
    """A spreadsheet computes what starts with one of these: an apostrophe keeps it a text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
