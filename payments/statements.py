"""What a client paid online in a year, from the ledger: by contract, payment by payment, and what was given back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Client
from establishments.letterheads import letterhead_of
from payments.models import Credit, CreditNote
from web.french import NBSP, euros, french_day
from web.printing.paper import Card, Paper, Party, Section

FIRST_YEAR, LAST_YEAR = 2000, 2199  # those that a file may speak of
PARTS: Final = {
    "interest": "Intérêts",
    "fixed_duty": "Droit fixe",
    "late": "Retard",
    "fee": "Frais",
    "capital": "Prêt",
    "total": "Total",
}


@dataclass(frozen=True, slots=True)
class YearPaid:
    """In the order of the ledger."""

    entries: Sequence[Credit]
    notes: Sequence[CreditNote]


def years_of(client: Client) -> list[int]:
    """Those in which something was credited or given back, the newest first."""
    paris = timezone.get_current_timezone()
    paid = _credits(client).datetimes("at", "year", tzinfo=paris)
    returned = _notes(client).datetimes("issued_at", "year", tzinfo=paris)
    return sorted({moment.year for moment in (*paid, *returned)}, reverse=True)


def year_of(client: Client, year: int) -> YearPaid | None:
    """None: nothing was paid or given back then. The year is that of Paris."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    start, end = (timezone.make_aware(datetime(first, 1, 1)) for first in (year, year + 1))  # noqa: DTZ001 - aware here
    entries = list(_credits(client).filter(at__gte=start, at__lt=end))
    notes = list(_notes(client).filter(issued_at__gte=start, issued_at__lt=end))
    return YearPaid(entries, notes) if entries or notes else None


def statement_of(client: Client, year: int, paid: YearPaid, on: date) -> Paper:
    establishment = client.establishment
    total = sum((entry.line.total for entry in paid.entries), Decimal("0.00"))
    return Paper(
        letterhead=letterhead_of(establishment),
        title=f"Relevé des paiements de {year}",
        card=Card(f"Payé en ligne en {year}", euros(total), _card_words(year, on)),
        parties=[
            Party("Payé par", client.full_name, (f"Client n°{NBSP}{client.client_number}",)),
            Party("Reçu par", establishment.name, (client.agency.address,) if client.agency else ()),
        ],
        sections=[*_paid(paid.entries, total), *_given_back(paid.notes)],
        closing=[
            f"Fait à {establishment.city}, le {french_day(on)}, depuis votre espace en ligne.",
            "Ce relevé ne compte que les paiements faits en ligne, pas ceux de l’agence.",
        ],
        dated=timezone.make_aware(datetime.combine(on, datetime.min.time())),
    )


def _credits(client: Client) -> QuerySet[Credit]:
    entries = Credit.objects.filter(line__attempt__client=client)
    return entries.select_related("line__contract", "line__attempt__receipt").order_by("at", "pk")


def _notes(client: Client) -> QuerySet[CreditNote]:
    notes = CreditNote.objects.filter(refund__attempt__client=client)
    return notes.select_related("refund__attempt__receipt").order_by("issued_at", "pk")


def _card_words(year: int, on: date) -> str:
    return f"Du 1er{NBSP}janvier au {french_day(min(on, date(year, 12, 31)))}."


def _paid(entries: Sequence[Credit], total: Decimal) -> list[Section]:
    if not entries:
        return []
    by_contract: dict[str, list[Credit]] = {}
    for entry in entries:
        by_contract.setdefault(entry.line.contract.number, []).append(entry)
    # The column of the loan is there when something of it was repaid.
    parts = [part for part in PARTS if part != "capital" or any(entry.line.capital for entry in entries)]
    rows = [(number, *_sums(by_contract[number], parts)) for number in sorted(by_contract)]
    each = [(_day(entry.at), _receipt(entry), entry.line.contract.number, euros(entry.line.total)) for entry in entries]
    return [
        Section(
            "Contrat par contrat",
            columns=("Contrat", *(PARTS[part] for part in parts)),
            rows=rows,
            totals=("Total", *_sums(entries, parts)),
            sums=len(parts),
        ),
        Section(
            "Paiement par paiement",
            columns=("Jour", "Reçu", "Contrat", "Montant"),
            rows=each,
            totals=("Total", "", "", euros(total)),
            sums=1,
        ),
    ]


def _sums(entries: Sequence[Credit], parts: Sequence[str]) -> list[str]:
    return [euros(sum((getattr(entry.line, part) for entry in entries), Decimal("0.00"))) for part in parts]


def _receipt(entry: Credit) -> str:
    receipt = getattr(entry.line.attempt, "receipt", None)
    return receipt.number if receipt else "–"


def _given_back(notes: Sequence[CreditNote]) -> list[Section]:
    if not notes:
        return []
    rows = [(_day(note.issued_at), note.number, euros(note.refund.amount)) for note in notes]
    total = sum((note.refund.amount for note in notes), Decimal("0.00"))
    return [
        Section(
            "Sommes remboursées",
            columns=("Jour", "Avoir", "Montant"),
            rows=rows,
            totals=("Total", "", euros(total)),
            sums=1,
        )
    ]


def _day(at: datetime) -> str:
    return french_day(timezone.localtime(at))
