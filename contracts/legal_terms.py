"""The terms of a contract in words: what article D514-9 of the Code monétaire et financier wants stated."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from contracts.calendar_units import add_months, months_between
from contracts.interest import PERIODS_PER_YEAR, LateStep, TariffRules, Terms, duty_percent, quote, rate_slices
from contracts.models import Contract
from contracts.standing import OWING
from contracts.wording import percent_words
from web.french import euros, french_day, french_percent, plural

PERIODS: Final = {"year": "par an", "semester": "par semestre", "month": "par mois", "half_month": "par quinzaine"}
COUNTS: Final = {"day": "jour par jour", "month": "par mois", "half_month": "par quinzaine"}

SALE_TERMS: Final = (
    "l’objet peut être vendu aux enchères publiques\u00a0; s’il rapporte plus que ce qui est dû, le reste (le boni) "
    "vous revient, à demander dans les deux ans qui suivent la vente"
)


def facts_of(contract: Contract, rules: TariffRules) -> list[tuple[str, str]]:
    """(term, words), in the order of the page."""
    terms = contract.terms()
    paid_until = contract.interest_paid_until
    kind = "au porteur" if contract.ticket_kind == Contract.Ticket.BEARER else "nominative"
    facts = [
        ("Prêteur", contract.establishment.name),
        ("Emprunteur", contract.client.full_name),
        ("Engagé le", french_day(contract.pledged_on)),
        ("Échéance", french_day(contract.due_on)),
        ("Durée", _duration_words(contract)),
        ("Intérêts payés jusqu’au", french_day(paid_until) if paid_until else "aucun paiement"),
        ("Taux", _rate_words(rules, terms)),
        ("Intérêts comptés", _count_words(rules)),
        (
            "TAEG (coût total du crédit par an)",
            percent_words(contract.apr, places=2) if contract.apr is not None else "",
        ),
        ("Droit fixe", _duty_words(rules, contract.principal)),
        ("Frais de retard", _late_words(rules.late, rules.late_on)),
        ("Autres frais", euros(contract.fees) if contract.fees else "aucun"),
        ("Total dû à l’échéance, prêt compris", _total_words(contract, rules)),
        ("Reconnaissance (le papier remis avec l’argent)", kind),
        ("Remboursement anticipé", "possible chaque jour, à l’agence"),
        ("Sans paiement à l’échéance", SALE_TERMS),
    ]
    return [(term, words) for term, words in facts if words]


def _duration_words(contract: Contract) -> str:
    """« 6 mois, 24 mois au plus avec les prolongations »."""
    months = months_between(contract.pledged_on, contract.due_on, started=False)
    days = (contract.due_on - add_months(contract.pledged_on, months)).days
    lasting = [plural(months, "mois", "mois")] if months else []
    lasting += [plural(days, "jour", "jours")] if days else []
    cap = plural(contract.establishment.cap_months, "mois", "mois")
    return f"{' et '.join(lasting)}, {cap} au plus avec les prolongations"


def _rate_words(rules: TariffRules, terms: Terms) -> str:
    """« 0,820 % par mois, soit 9,840 % par an »; in marginal brackets one rate after the other."""
    rates = [part.rate for part in rate_slices(rules, terms)]
    words = f"{_join(map(french_percent, rates))} {PERIODS[rules.rate_period]}"
    if rules.rate_period == "year":
        return words
    return f"{words}, soit {_join(french_percent(rate * PERIODS_PER_YEAR[rules.rate_period]) for rate in rates)} par an"


def _total_words(contract: Contract, rules: TariffRules) -> str:
    """Empty once nothing can be owed. What is paid already is not counted again."""
    if contract.status not in OWING:
        return ""
    return euros(contract.principal + quote(rules, contract.terms(), contract.due_on).total)


def _join(words: Iterable[str]) -> str:
    return " puis ".join(dict.fromkeys(words))


def _count_words(rules: TariffRules) -> str:
    if rules.count == "day":
        return COUNTS["day"]
    begun = "commencé" if rules.count == "month" else "commencée"
    missed = "entier" if rules.count == "month" else "entière"
    return f"{COUNTS[rules.count]} {begun if rules.started else missed}"


def _duty_words(rules: TariffRules, principal: Decimal) -> str:
    percent = duty_percent(rules, principal)
    return f"{percent_words(percent)} du montant prêté, une fois par période" if percent else "aucun"


def _late_words(steps: tuple[LateStep, ...], late_on: str) -> str:
    base = "des intérêts" if late_on == "interest" else "du montant prêté"
    if not steps:
        return "aucun"
    return ", puis ".join(
        f"{percent_words(step.percent)} {base} à partir du {_ordinal(step.from_day)} jour de retard" for step in steps
    )


def _ordinal(number: int) -> str:
    return "1er" if number == 1 else f"{number}e"
