"""Contracts, tariffs and days drawn from one seed: the same ones in every run, many of which stand on an edge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final, get_args

from contracts.interest import (
    Bracket,
    BracketMode,
    Count,
    DayBase,
    LateOn,
    LateStep,
    RatePeriod,
    TariffRules,
    Terms,
)

CENT: Final = Decimal("0.01")
DAY: Final = timedelta(days=1)
USUAL_LIMITS: Final = (100, 125, 500, 1000, 3000, 6000)
USUAL_LATE_DAYS: Final = (1, 8, 31, 151, 211)
MONTH_ENDS: Final = (date(2024, 2, 29), date(2025, 8, 31), date(2027, 12, 31), date(2028, 1, 30), date(2023, 10, 31))


@dataclass(frozen=True, slots=True)
class Case:
    rules: TariffRules
    terms: Terms
    on: date


def random_cases(seed: int, number: int) -> Iterator[Case]:
    chance = Random(seed)  # noqa: S311 - examples, not secrets
    for _ in range(number):
        rules = _tariff(chance)
        terms = _terms(chance, rules)
        yield Case(rules, terms, _quote_day(chance, rules, terms))


def _tariff(chance: Random) -> TariffRules:
    mode: BracketMode = chance.choice(get_args(BracketMode))
    return TariffRules(
        count=chance.choice(get_args(Count)),
        started=chance.random() < 0.5,
        rate_period=chance.choice(get_args(RatePeriod)),
        day_base=chance.choice(get_args(DayBase)),
        bracket_mode=mode,
        brackets=_brackets(chance, mode),
        fixed_duty=_percent(chance) if chance.random() < 0.7 else Decimal(0),
        minimum=chance.choice([Decimal(0), Decimal(0), Decimal("0.50"), Decimal(5), Decimal(40)]),
        late_on=chance.choice(get_args(LateOn)),
        late=_ladder(chance),
    )


def _brackets(chance: Random, mode: BracketMode) -> tuple[Bracket, ...]:
    limits = sorted(chance.sample(USUAL_LIMITS, chance.randint(0, 4)))

    def duty() -> Decimal | None:
        return _percent(chance) if mode == "whole" and chance.random() < 0.3 else None

    return tuple(
        Bracket(None if limit is None else Decimal(limit), _percent(chance), duty()) for limit in [*limits, None]
    )


def _percent(chance: Random) -> Decimal:
    """From none to 12, with up to three places, as published ones have."""
    places = chance.randint(0, 3)
    return Decimal(chance.randint(0, 12 * 10**places)).scaleb(-places)


def _ladder(chance: Random) -> tuple[LateStep, ...]:
    days = sorted(chance.sample(USUAL_LATE_DAYS, chance.randint(0, 4)))
    percents = sorted(_percent(chance) for _ in days)
    return tuple(LateStep(day, percent) for day, percent in zip(days, percents, strict=True))


def _terms(chance: Random, rules: TariffRules) -> Terms:
    pledged_on = (
        chance.choice(MONTH_ENDS) if chance.random() < 0.3 else date(2023, 1, 1) + chance.randint(0, 1800) * DAY
    )
    due_on = pledged_on + chance.choice([92, 181, 184, 365, 366, 730, chance.randint(1, 730)]) * DAY
    paid_after = chance.choice([None, None, 0, 1, chance.randint(0, 800), (due_on - pledged_on).days])
    return Terms(
        principal=_principal(chance, rules),
        rate=_percent(chance) if chance.random() < 0.2 else None,
        pledged_on=pledged_on,
        due_on=due_on,
        interest_paid_until=None if paid_after is None else pledged_on + paid_after * DAY,
        period_started_on=chance.choice([pledged_on, pledged_on, due_on - DAY, due_on]),
        duty_paid_for=chance.choice([None, None, due_on, due_on - DAY]),
        late_taken=chance.choice([Decimal(0), Decimal(0), Decimal("3.10"), Decimal(60)]),
        fees=chance.choice([Decimal(0), Decimal("11.16")]),
    )


def _principal(chance: Random, rules: TariffRules) -> Decimal:
    """Often a round sum, sometimes the last or the first of a bracket."""
    edges = [bracket.up_to for bracket in rules.brackets if bracket.up_to is not None]
    if edges and chance.random() < 0.3:
        return chance.choice(edges) + chance.choice([-CENT, Decimal(0), CENT])
    if chance.random() < 0.5:
        return Decimal(10 * chance.randint(1, 900))
    return Decimal(chance.randint(1, 900_000)).scaleb(-2)


def _quote_day(chance: Random, rules: TariffRules, terms: Terms) -> date:
    """Any day of two years and more, or one where something may change: a due date, a late step, a month more."""
    edges = [terms.interest_runs_from, terms.due_on, terms.period_started_on]
    edges += [terms.due_on + step.from_day * DAY for step in rules.late]
    edges += [terms.pledged_on + n * DAY for n in (15, 28, 30, 31, 61, 365)]
    if chance.random() < 0.4:
        return chance.choice(edges) + chance.choice([-1, 0, 1]) * DAY
    return terms.pledged_on + chance.randint(-3, 900) * DAY
