"""The words for what the rules say: lines of a quote, effects, obstacles, states."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

from django.utils import timezone

from contracts.interest import (
    PERIODS_PER_YEAR,
    Count,
    DutyBasis,
    InterestBasis,
    LateBasis,
    Quote,
    QuoteLine,
    Span,
)
from contracts.models import Contract
from contracts.prolongation import CallAgency, DateStands, Effect, Prolongs, Redeems, Renewal
from contracts.standing import Obstacle, Standing
from web.french import NBSP, euros, french_percent, plural, round_euros

LABELS: Final = {
    "interest": "Intérêts",
    "fixed_duty": "Droit fixe",
    "late": "Frais de retard",
    "fee": "Frais",
    "capital": "Prêt remboursé",
}
UNITS: Final[dict[Count, tuple[str, str]]] = {
    "day": ("jour", "jours"),
    "month": ("mois", "mois"),
    "half_month": ("quinzaine", "quinzaines"),
}

STATUSES: Final = {
    "active": ("En règle", "calm"),
    "due_soon": ("Échéance proche", "warn"),
    "overdue": ("Échéance passée", "bad"),
    "blocked": ("Bloqué", "warn"),
    "on_sale_list": ("Inscrit pour la vente", "bad"),
    "sold": ("Vendu", "plain"),
    "repaid": ("Remboursé, à retirer", "warn"),
    "redeemed": ("Objet repris", "calm"),
    "renewed": ("Renouvelé", "calm"),
    "closed": ("Clos", "calm"),
}
SURPLUS_TO_CLAIM: Final = ("Boni à demander", "warn")

REASONS: Final = {
    Obstacle.NOTHING_OWED: "",
    Obstacle.BLOCKED: "Ce contrat est bloqué. Appelez l’agence\u00a0: elle vous dira pourquoi et que faire.",
    Obstacle.ON_SALE_LIST: "Ce contrat est inscrit pour la vente. Appelez vite l’agence\u00a0: elle peut l’en retirer.",
    Obstacle.NOT_ONLINE: "Le paiement en ligne n’est pas encore ouvert ici. Vous pouvez payer à l’agence.",
    Obstacle.BEARER: "Ce contrat est au porteur. Il se paie à l’agence, avec le papier qui vous a été remis.",
    Obstacle.UNDER_WAY: "Un paiement est en cours pour ce contrat.",
    Obstacle.DISPUTED: "L’agence vérifie le montant de ce contrat. Il ne peut pas être payé en ligne pour le moment.",
    Obstacle.CANNOT_PROLONG: (
        "Ce contrat ne peut plus être prolongé en ligne. Appelez l’agence\u00a0: elle vous aidera."
    ),
    Obstacle.NOTHING_DUE: "",
}


@dataclass(frozen=True, slots=True)
class WordedLine:
    kind: str
    label: str
    formula: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class WordedEffect:
    """`kind`: prolongs, date_stands, renewal, redeems or call_agency; the dates that its sentence needs."""

    kind: str
    new_due_on: date | None = None
    window_opens_on: date | None = None
    at_cap: bool = False


def status_words(standing: Standing) -> tuple[str, str]:
    """(label, tone)."""
    return SURPLUS_TO_CLAIM if standing.has_surplus_to_claim else STATUSES[standing.status]


def reason_words(standing: Standing) -> str:
    """Why this contract cannot be paid online now; empty when it can, or when nothing is due."""
    if standing.contract.status == Contract.Status.REPAID:
        return "Votre prêt est remboursé. Venez retirer votre objet à l’agence."
    if standing.obstacle is None:
        return ""
    reason = REASONS[standing.obstacle]
    return f"{reason} {_outlook(standing.retry_at)}" if standing.obstacle is Obstacle.UNDER_WAY else reason


def _outlook(retry_at: datetime | None) -> str:
    if retry_at is None:
        return "La banque vérifie ce paiement."
    hour = timezone.localtime(retry_at)
    return f"Sans réponse de la banque, vous pourrez recommencer à {hour.hour}{NBSP}h{NBSP}{hour.minute:02d}."


def lines_of(quote: Quote | None) -> list[WordedLine]:
    lines = quote.lines if quote else ()
    return [WordedLine(line.kind, LABELS[line.kind], formula_of(line), line.amount) for line in lines]


def effect_words(effect: Effect | None) -> WordedEffect | None:
    match effect:
        case None:
            return None
        case Prolongs(new_due_on):
            return WordedEffect("prolongs", new_due_on=new_due_on)
        case DateStands(window_opens_on, at_cap):
            return WordedEffect("date_stands", window_opens_on=window_opens_on, at_cap=at_cap)
        case Renewal():
            return WordedEffect("renewal")
        case Redeems():
            return WordedEffect("redeems")
        case CallAgency():
            return WordedEffect("call_agency")
        case _:
            assert_never(effect)


def formula_of(line: QuoteLine) -> str:
    """« 1 000 € × 0,820 % × 6 mois »; empty for a line that comes as it is."""
    match line.basis:
        case InterestBasis() as basis:
            return _interest_formula(basis)
        case DutyBasis(base, percent):
            return f"{percent_words(percent)} de {round_euros(base)}"
        case LateBasis() as basis:
            return _late_formula(basis)
        case None:
            return ""
        case _:
            assert_never(line.basis)


def _interest_formula(basis: InterestBasis) -> str:
    if basis.is_raised_to_minimum:
        return "minimum du tarif"
    spans = [_span(span, basis) for span in basis.spans]
    time = spans[0] if len(spans) == 1 else f"({' + '.join(spans)})"
    return " + ".join(f"{round_euros(part.base)} × {french_percent(part.rate)} × {time}" for part in basis.slices)


def _span(span: Span, basis: InterestBasis) -> str:
    """« 6 mois » when the rate is by the same unit, else « 184 jours ÷ 365 »."""
    words = plural(span.units, *UNITS[basis.unit])
    factor = Fraction(PERIODS_PER_YEAR[basis.rate_period], span.per_year)
    times = f" × {factor.numerator}" if factor.numerator != 1 else ""
    over = f" ÷ {factor.denominator}" if factor.denominator != 1 else ""
    return f"{words}{times}{over}"


def _late_formula(basis: LateBasis) -> str:
    base = "des intérêts" if basis.late_on == "interest" else "du montant prêté"
    taken = f", moins {euros(basis.already_taken)} déjà payés" if basis.already_taken else ""
    return f"{percent_words(basis.step.percent)} {base}, {plural(basis.days, 'jour', 'jours')} de retard{taken}"


def percent_words(value: Decimal, *, places: int = 0) -> str:
    """Without the zeros that a database adds, but with at least so many places."""
    plain = value.normalize()
    return french_percent(
        plain.quantize(Decimal(1).scaleb(-places)) if -int(plain.as_tuple().exponent) < places else plain
    )


@dataclass(frozen=True, slots=True)
class ForecastStep:
    label: str
    on: date
    amount: Decimal


def forecast_days(today: date, due_on: date) -> list[tuple[str, date]]:
    """The days that a client asks about, in order, each once, all after today."""
    days = {
        "Demain": today + timedelta(days=1),
        "À l’échéance": due_on,
        "Le lendemain de l’échéance": due_on + timedelta(days=1),
        "Dans 30 jours": today + timedelta(days=30),
    }
    seen: dict[date, str] = {}
    for label, day in days.items():
        if day > today:
            seen.setdefault(day, label)
    return [(seen[day], day) for day in sorted(seen)]
