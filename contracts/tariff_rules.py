"""A tariff's rules read from the [[tariffs]] table of an establishment's file, and kept as JSON in the same shape."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeVar, get_args

from contracts.interest import Bracket, BracketMode, Count, DayBase, LateOn, LateStep, RatePeriod, TariffRules

Table = Mapping[str, object]
Choice = TypeVar("Choice", bound=str)

COUNTS: Final[tuple[Count, ...]] = get_args(Count)
RATE_PERIODS: Final[tuple[RatePeriod, ...]] = get_args(RatePeriod)
DAY_BASES: Final[tuple[DayBase, ...]] = get_args(DayBase)
BRACKET_MODES: Final[tuple[BracketMode, ...]] = get_args(BracketMode)
LATE_ONS: Final[tuple[LateOn, ...]] = get_args(LateOn)

READ_ELSEWHERE: Final = {"code", "valid_from", "examples"}
RULE_KEYS: Final = {field.name for field in fields(TariffRules)}
PERCENT: Final = re.compile(r"[0-9]{1,2}(\.[0-9]{1,6})?|100")
EUROS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


class TariffError(ValueError):
    """`key`: where in the table, `brackets[1]` being the first; `value`: what stands there, None if nothing does."""

    def __init__(self, key: str, value: object, reason: str) -> None:
        super().__init__(key, value, reason)
        self.key = key
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        found = "" if self.value is None else f" (trouvé\u00a0: {self.value})"
        return f"{self.key}\u00a0: {self.reason}{found}"


def parse_tariff(table: Table) -> TariffRules:
    """Raises TariffError. The keys that others read are accepted and left alone."""
    _refuse_unknown_keys(table, RULE_KEYS | READ_ELSEWHERE)
    bracket_mode = _choice(table, "bracket_mode", BRACKET_MODES)
    return TariffRules(
        count=_choice(table, "count", COUNTS),
        started=_boolean(table, "started"),
        rate_period=_choice(table, "rate_period", RATE_PERIODS),
        day_base=_choice(table, "day_base", DAY_BASES),
        bracket_mode=bracket_mode,
        brackets=_brackets(table, bracket_mode),
        fixed_duty=_percent(table.get("fixed_duty", "0"), "fixed_duty"),
        minimum=_euros(table.get("minimum", "0"), "minimum"),
        late_on=_choice(table, "late_on", LATE_ONS),
        late=_late_steps(table),
    )


def tariff_to_json(rules: TariffRules) -> dict[str, object]:
    """The rules in the shape of their TOML table, numbers as text."""
    return {
        "count": rules.count,
        "started": rules.started,
        "rate_period": rules.rate_period,
        "day_base": rules.day_base,
        "bracket_mode": rules.bracket_mode,
        "brackets": [_bracket_to_json(bracket) for bracket in rules.brackets],
        "fixed_duty": f"{rules.fixed_duty:f}",
        "minimum": f"{rules.minimum:f}",
        "late_on": rules.late_on,
        "late": [{"from_day": step.from_day, "percent": f"{step.percent:f}"} for step in rules.late],
    }


def tariff_from_json(data: Table) -> TariffRules:
    """Checked again like a file: a row edited by hand is refused, not misread. The same text is read once."""
    return _read(json.dumps(data))


@lru_cache(maxsize=256)
def _read(text: str) -> TariffRules:
    return parse_tariff(json.loads(text))


def _bracket_to_json(bracket: Bracket) -> dict[str, str]:
    numbers = {"up_to": bracket.up_to, "rate": bracket.rate, "fixed_duty": bracket.fixed_duty}
    return {key: f"{number:f}" for key, number in numbers.items() if number is not None}


def _brackets(table: Table, mode: BracketMode) -> tuple[Bracket, ...]:
    rows = _tables(_required(table, "brackets"), "brackets")
    if not rows:
        raise TariffError("brackets", None, "il faut au moins une tranche")
    brackets = tuple(_bracket(row, f"brackets[{rank}].", mode) for rank, row in enumerate(rows, start=1))
    _refuse_unordered_limits([bracket.up_to for bracket in brackets])
    return brackets


def _bracket(row: Table, path: str, mode: BracketMode) -> Bracket:
    _refuse_unknown_keys(row, {"up_to", "rate", "fixed_duty"}, path)
    if mode == "marginal" and "fixed_duty" in row:
        raise TariffError(f"{path}fixed_duty", row["fixed_duty"], "pas de droit propre à une tranche en mode marginal")
    return Bracket(
        up_to=_euros(row["up_to"], f"{path}up_to") if "up_to" in row else None,
        rate=_percent(_required(row, "rate", path), f"{path}rate"),
        fixed_duty=_percent(row["fixed_duty"], f"{path}fixed_duty") if "fixed_duty" in row else None,
    )


def _refuse_unordered_limits(limits: Sequence[Decimal | None]) -> None:
    *closed, last = limits
    if last is not None:
        raise TariffError(f"brackets[{len(limits)}].up_to", last, "la dernière tranche est sans limite")
    reached = Decimal(0)
    for rank, limit in enumerate(closed, start=1):
        if limit is None:
            raise TariffError(f"brackets[{rank}].up_to", None, "seule la dernière tranche est sans limite")
        if limit <= reached:
            raise TariffError(f"brackets[{rank}].up_to", limit, f"la limite doit dépasser {reached}")
        reached = limit


def _late_steps(table: Table) -> tuple[LateStep, ...]:
    rows = _tables(table.get("late", []), "late")
    steps = tuple(_late_step(row, f"late[{rank}].") for rank, row in enumerate(rows, start=1))
    for rank, (step, following) in enumerate(pairwise(steps), start=2):
        if following.from_day <= step.from_day:
            raise TariffError(f"late[{rank}].from_day", following.from_day, f"le jour doit dépasser {step.from_day}")
        if following.percent < step.percent:
            reason = f"un palier plus tardif ne peut pas descendre sous {step.percent}"
            raise TariffError(f"late[{rank}].percent", following.percent, reason)
    return steps


def _late_step(row: Table, path: str) -> LateStep:
    _refuse_unknown_keys(row, {"from_day", "percent"}, path)
    from_day = _required(row, "from_day", path)
    if type(from_day) is not int or not 1 <= from_day <= 9999:
        raise TariffError(f"{path}from_day", from_day, "un nombre de jours entier, de 1 à 9999")
    return LateStep(from_day, _percent(_required(row, "percent", path), f"{path}percent"))


def _refuse_unknown_keys(table: Table, known: set[str], path: str = "") -> None:
    for key, value in table.items():
        if key not in known:
            raise TariffError(f"{path}{key}", value, "clé inconnue")


def _required(table: Table, key: str, path: str = "") -> object:
    if key not in table:
        raise TariffError(f"{path}{key}", None, "clé manquante")
    return table[key]


def _tables(value: object, key: str) -> list[Table]:
    if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
        return value
    raise TariffError(key, value, "une liste de tables")


def _choice(table: Table, key: str, choices: tuple[Choice, ...]) -> Choice:
    value = _required(table, key)
    for choice in choices:
        if str(value) == choice:  # day_base may be the number 365
            return choice
    raise TariffError(key, value, f"à choisir entre {', '.join(choices)}")


def _boolean(table: Table, key: str) -> bool:
    value = _required(table, key)
    if isinstance(value, bool):
        return value
    raise TariffError(key, value, "true ou false")


def _percent(value: object, key: str) -> Decimal:
    if isinstance(value, str) and PERCENT.fullmatch(value):
        return Decimal(value)
    raise TariffError(key, value, 'un pourcentage entre guillemets, de "0" à "100", par exemple "0.820"')


def _euros(value: object, key: str) -> Decimal:
    if isinstance(value, str) and EUROS.fullmatch(value):
        return Decimal(value)
    raise TariffError(key, value, 'un montant en euros entre guillemets, par exemple "6000" ou "12.50"')
