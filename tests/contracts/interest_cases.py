"""Published tariffs, and terms to change one thing at a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.interest import Bracket, LateStep, TariffRules, Terms

JUNE_2 = date(2026, 6, 2)

NANTES = TariffRules(
    count="month",
    started=True,
    rate_period="month",
    day_base="365",
    bracket_mode="whole",
    brackets=(Bracket(Decimal(6000), Decimal("0.820")), Bracket(None, Decimal("0.541"))),
    fixed_duty=Decimal(1),
    minimum=Decimal(0),
    late_on="interest",
    late=(LateStep(1, Decimal(2)), LateStep(151, Decimal(3)), LateStep(211, Decimal(4))),
)


def single_rate(rate: str, **changes: object) -> TariffRules:
    """One open bracket, no duty, no late charge; counted like Nantes unless changed."""
    bare = replace(NANTES, brackets=(Bracket(None, Decimal(rate)),), fixed_duty=Decimal(0), late=())
    return replace(bare, **changes)  # type: ignore[arg-type]  # the tests below name fields of TariffRules


def terms_of(principal: str, pledged_on: date, due_on: date, **changes: object) -> Terms:
    """A contract of which nothing was paid yet."""
    new = Terms(
        principal=Decimal(principal),
        rate=None,
        pledged_on=pledged_on,
        due_on=due_on,
        interest_paid_until=None,
        period_started_on=pledged_on,
        duty_paid_for=None,
        late_taken=Decimal(0),
        fees=Decimal(0),
    )
    return replace(new, **changes)  # type: ignore[arg-type]  # the tests below name fields of Terms


def half_year(principal: str, **changes: object) -> Terms:
    """Pledged 2 June 2026, due 2 December 2026."""
    return replace(terms_of(principal, JUNE_2, date(2026, 12, 2)), **changes)  # type: ignore[arg-type]  # as above
