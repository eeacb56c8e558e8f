"""The receipt of a settled payment: PDF/A-2a, made to last, and PDF/UA-1, made to be heard.

The same content gives the same bytes, so nothing but the content needs to be stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from payments.receipts.content import ReceiptContent, ReceiptLine
from web.french import NBSP, euros, french_day
from web.printing.glyphs import printable
from web.printing.typesetting import Letterhead, present, typeset

__all__ = ["Cancellation", "ReceiptContent", "ReceiptLine", "render_credit_note", "render_receipt"]

TEMPLATE = Path(__file__).with_name("receipt.typ")
PARIS = ZoneInfo("Europe/Paris")
COLUMNS = ("Contrat", "Intérêts", "Droit fixe", "Retard", "Frais", "Prêt", "Total")
CAPITAL = COLUMNS.index("Prêt")


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A sum given back of a receipt, and the numbered document that says so."""

    number: str
    amount: Decimal
    refunded_at: datetime


def render_receipt(content: ReceiptContent, cancelled_by: Sequence[Cancellation] = ()) -> bytes:
    """The PDF. A logo that cannot be drawn is left out; what no font can draw becomes « □ »."""
    return _render(content, _words(content) | {"notes": [_cancelled(one) for one in cancelled_by]})


def render_credit_note(content: ReceiptContent, cancellation: Cancellation) -> bytes:
    """`content`: that of the receipt which it cancels, whole or in part."""
    words = _words(content) | {
        "title": f"Avoir n°{NBSP}{printable(cancellation.number)}",
        "label": "Somme remboursée",
        "amount": euros(cancellation.amount),
        "paid": f"Remboursée sur la carte, le {_moment(cancellation.refunded_at)}.",
        "heading": f"Ce que réglait le reçu n°{NBSP}{printable(content.number)}",
        "notes": [
            f"Cet avoir annule le reçu n°{NBSP}{printable(content.number)}"
            + (". " if cancellation.amount == content.amount else f", à hauteur de {euros(cancellation.amount)}. ")
            + "L’établissement décide de ce que devient le contrat, et vous le dit."
        ],
        "made": _made(content, cancellation.refunded_at),
        "keep": "Cet avoir est valable sans signature. Conservez-le.",
    }
    return _render(content, words, cancellation.refunded_at)


def _render(content: ReceiptContent, words: dict[str, Any], dated: datetime | None = None) -> bytes:
    letterhead = Letterhead(
        establishment=content.establishment,
        city=content.city,
        phone=content.phone,
        email=content.email,
        accent_color=content.accent_color,
        logo_svg=content.logo_svg,
    )
    return typeset(TEMPLATE, letterhead, words, dated or content.paid_at)


def _words(content: ReceiptContent) -> dict[str, Any]:
    """What the template prints, in French and ready to print."""
    return {
        "title": f"Reçu de paiement n°{NBSP}{printable(content.number)}",
        "label": "Somme reçue",
        "amount": euros(content.amount),
        "paid": f"Payée en ligne le {_moment(content.paid_at)}.",
        "parties": _parties(content),
        "columns": _shown(COLUMNS, content),
        "lines": [_line(line, content) for line in content.lines],
        "totals": _shown(_totals(content), content),
        "references": _references(content),
        "heading": "Ce que ce paiement règle",
        "notes": [],
        "made": _made(content, content.paid_at),
        "keep": "Ce reçu est valable sans signature. Conservez-le.",
    }


def _made(content: ReceiptContent, at: datetime) -> str:
    return f"Fait à {printable(content.city)}, le {french_day(at.astimezone(PARIS))}."


def _cancelled(by: Cancellation) -> str:
    given_back = f"{euros(by.amount)} ont été remboursés le {french_day(by.refunded_at.astimezone(PARIS))}"
    return f"{given_back}{NBSP}: avoir n°{NBSP}{printable(by.number)}."


def _moment(paid_at: datetime) -> str:
    """« 23 novembre 2026 à 14 h 05 », in Paris."""
    local = paid_at.astimezone(PARIS)
    return f"{french_day(local)} à{NBSP}{local.hour}{NBSP}h{NBSP}{local:%M}"


def _parties(content: ReceiptContent) -> list[dict[str, Any]]:
    client_number = printable(content.client_number)
    return [
        {
            "heading": "Payé par",
            "name": printable(content.client_name),
            "details": [f"Client n°{NBSP}{client_number}"] if client_number else [],
        },
        {
            "heading": "Reçu par",
            "name": printable(content.establishment),
            "details": present(content.address),
        },
    ]


def _shown(row: Sequence[str], content: ReceiptContent) -> list[str]:
    """The column of the loan is there when something of it was repaid."""
    has_capital = any(line.capital for line in content.lines)
    return [cell for column, cell in enumerate(row) if has_capital or column != CAPITAL]


def _line(line: ReceiptLine, content: ReceiptContent) -> dict[str, Any]:
    return {
        "contract": printable(line.contract_number),
        "effects": _effects(line),
        "sums": _shown(["", *(euros(amount) for amount in line.sums)], content)[1:],
    }


def _effects(line: ReceiptLine) -> str:
    if line.interest_paid_until is None:
        return "Ce contrat n’a pas changé. L’établissement vérifie ce paiement et vous répond."
    if line.redeems:
        return "Le prêt est entièrement remboursé. L’objet est à retirer à l’agence."
    paid_until = f"Intérêts payés jusqu’au {french_day(line.interest_paid_until)}."
    due = f"Nouvelle échéance{NBSP}: {french_day(line.new_due_on)}." if line.new_due_on else "L’échéance ne change pas."
    return f"{paid_until} {due}"


def _totals(content: ReceiptContent) -> list[str]:
    columns = zip(*(line.sums for line in content.lines), strict=True)
    return ["Total payé", *(euros(sum(column, Decimal())) for column in columns)]


def _references(content: ReceiptContent) -> list[tuple[str, str]]:
    references = {"Référence du paiement": content.reference, "Référence de la banque": content.bank_reference}
    return [(label, printable(value)) for label, value in references.items() if value]
