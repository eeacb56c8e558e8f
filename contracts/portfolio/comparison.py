"""Our amount against the back office's: contracts where they differ are not payable online until they agree."""

from decimal import Decimal
from typing import Any, Final

from contracts.interest import TariffRules, Terms, quote
from contracts.models import Contract, Tariff
from contracts.portfolio.columns import CONTRACTS
from contracts.portfolio.run import Run
from contracts.tariff_rules import tariff_from_json
from web import staging
from web.french import euros, french_day
from web.staging import literal

DISPUTED: Final = "staged_disputes"
TERMS: Final = tuple(Terms.__slots__)
SUMS: Final = frozenset({"principal", "rate", "late_taken", "fees"})
# Nothing is due any more on them: no figure to compare.
ENDED: Final = (Contract.Status.SOLD, Contract.Status.REDEEMED, Contract.Status.RENEWED, Contract.Status.CLOSED)


def compare(run: Run, changes: str, which: str) -> None:
    """Says of the rows of `changes` that have a figure whether it is disputed. `which` of them, in SQL."""
    compared = f"{which} AND has_figure"
    ended = ", ".join(map(literal, ENDED))
    columns = ("tariff_id", "back_office_due", "back_office_due_on", *TERMS)
    rules = {
        tariff.pk: tariff_from_json(tariff.rules) for tariff in Tariff.objects.filter(establishment=run.establishment)
    }
    staging.empty(DISPUTED)
    source = f"{changes} WHERE {compared} AND status NOT IN ({ended})"
    for page in staging.pages(", ".join(columns), source, "line"):
        disputes = [note for row in page if (note := _dispute(rules[row[0]], row)) is not None]
        run.stage.note(CONTRACTS, disputes)
        staging.fill(DISPUTED, ("line",), [note[:1] for note in disputes])
    staging.run(f"UPDATE {changes} SET is_disputed = FALSE WHERE {compared} AND is_disputed")
    staging.run(f"UPDATE {changes} SET is_disputed = TRUE WHERE line IN (SELECT line FROM {DISPUTED})")


def _dispute(rules: TariffRules, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """A note, if our quote is another one. `row`: as `compare` reads it, the line being its last value."""
    _, theirs, on, *terms, line = row
    facts = {name: _sum(value) if name in SUMS else value for name, value in zip(TERMS, terms, strict=True)}
    ours = quote(rules, Terms(**facts), on).total
    if ours == _sum(theirs):
        return None
    reason = (
        f"Le fichier dit {euros(_sum(theirs))} au {french_day(on)}, notre calcul {euros(ours)}. "
        "Le contrat ne se paie pas en ligne tant que les deux diffèrent."
    )
    return line, "interets_dus", None, reason, False


def _sum(value: Any) -> Any:
    """SQLite gives a float, of which the shortest writing is the sum that was written."""
    return Decimal(str(value)) if isinstance(value, int | float) else value
