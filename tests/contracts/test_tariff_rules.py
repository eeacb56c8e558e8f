"""A tariff's table in an establishment's file, and the JSON that keeps its rules."""

import json
import tomllib
from dataclasses import replace
from decimal import Decimal

import pytest
from interest_cases import NANTES

from contracts.interest import Bracket
from contracts.tariff_rules import TariffError, parse_tariff, tariff_from_json, tariff_to_json

NANTES_TOML = """
code = "2025-07"
valid_from = 2025-07-01
count = "month"
started = true
rate_period = "month"
day_base = 365
bracket_mode = "whole"
brackets = [{ up_to = "6000", rate = "0.820" }, { rate = "0.541" }]
fixed_duty = "1"
minimum = "0"
late_on = "interest"
late = [{ from_day = 1, percent = "2" }, { from_day = 151, percent = "3" }, { from_day = 211, percent = "4" }]
"""


def table(**changes: object) -> dict[str, object]:
    return tomllib.loads(NANTES_TOML) | changes


def without(*keys: str) -> dict[str, object]:
    return {key: value for key, value in table().items() if key not in keys}


def bracket(**changes: object) -> dict[str, object]:
    return {"rate": "0.5"} | changes


def test_nantes_is_read() -> None:
    assert parse_tariff(table()) == NANTES


def test_what_may_be_missing() -> None:
    rules = parse_tariff(without("late", "minimum", "fixed_duty", "code", "valid_from"))
    assert rules == replace(NANTES, late=(), fixed_duty=Decimal(0))


@pytest.mark.parametrize(("written", "read"), [(360, "360"), (365, "365"), ("365", "365"), ("actual", "actual")])
def test_day_bases(written: object, read: str) -> None:
    assert parse_tariff(table(day_base=written)).day_base == read


def test_a_bracket_may_have_its_own_duty() -> None:
    brackets = [bracket(up_to="125.50", rate="0", fixed_duty="1"), bracket(rate="100")]
    assert parse_tariff(table(brackets=brackets)).brackets == (
        Bracket(Decimal("125.50"), Decimal(0), Decimal(1)),
        Bracket(None, Decimal(100)),
    )


@pytest.mark.parametrize("key", ["count", "started", "rate_period", "day_base", "bracket_mode", "brackets", "late_on"])
def test_a_missing_key(key: str) -> None:
    with pytest.raises(TariffError) as refusal:
        parse_tariff(without(key))
    assert (refusal.value.key, refusal.value.reason) == (key, "clé manquante")


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"taux": "1"}, "taux", "clé inconnue"),
        ({"count": "week"}, "count", "à choisir entre day, half_month, month"),
        ({"count": ["day"]}, "count", "à choisir entre"),
        ({"started": "true"}, "started", "true ou false"),
        ({"rate_period": "quarter"}, "rate_period", "à choisir entre year, semester, month, half_month"),
        ({"day_base": 364}, "day_base", "à choisir entre 360, 365, actual"),
        ({"day_base": 365.0}, "day_base", "à choisir entre"),
        ({"bracket_mode": True}, "bracket_mode", "à choisir entre whole, marginal"),
        ({"late_on": "fee"}, "late_on", "à choisir entre interest, principal"),
        ({"fixed_duty": "1,5"}, "fixed_duty", "un pourcentage entre guillemets"),
        ({"fixed_duty": 1}, "fixed_duty", "un pourcentage entre guillemets"),
        ({"fixed_duty": "-1"}, "fixed_duty", "un pourcentage entre guillemets"),
        ({"fixed_duty": "100.01"}, "fixed_duty", "un pourcentage entre guillemets"),
        ({"fixed_duty": "\u0661"}, "fixed_duty", "un pourcentage entre guillemets"),
        ({"fixed_duty": "1\n"}, "fixed_duty", "un pourcentage entre guillemets"),
        ({"minimum": "NaN"}, "minimum", "un montant en euros"),
        ({"minimum": "1.005"}, "minimum", "un montant en euros"),
        ({"brackets": {"rate": "1"}}, "brackets", "une liste de tables"),
        ({"brackets": ["1"]}, "brackets", "une liste de tables"),
        ({"brackets": []}, "brackets", "il faut au moins une tranche"),
        ({"brackets": [bracket(taux="1")]}, "brackets[1].taux", "clé inconnue"),
        ({"brackets": [{}]}, "brackets[1].rate", "clé manquante"),
        ({"brackets": [bracket(rate="1e2")]}, "brackets[1].rate", "un pourcentage"),
        ({"brackets": [bracket(fixed_duty=2)]}, "brackets[1].fixed_duty", "un pourcentage"),
        ({"brackets": [bracket(up_to=100), bracket()]}, "brackets[1].up_to", "un montant en euros"),
        ({"brackets": [bracket(up_to="100")]}, "brackets[1].up_to", "la dernière tranche est sans limite"),
        ({"brackets": [bracket(), bracket()]}, "brackets[1].up_to", "seule la dernière tranche est sans limite"),
        ({"brackets": [bracket(up_to="0"), bracket()]}, "brackets[1].up_to", "la limite doit dépasser 0"),
        (
            {"brackets": [bracket(up_to="100"), bracket(up_to="100"), bracket()]},
            "brackets[2].up_to",
            "la limite doit dépasser 100",
        ),
        (
            {"bracket_mode": "marginal", "brackets": [bracket(fixed_duty="1")]},
            "brackets[1].fixed_duty",
            "pas de droit propre à une tranche en mode marginal",
        ),
        ({"late": "2"}, "late", "une liste de tables"),
        ({"late": [{"from_day": 1, "percent": "2", "to": 3}]}, "late[1].to", "clé inconnue"),
        ({"late": [{"percent": "2"}]}, "late[1].from_day", "clé manquante"),
        ({"late": [{"from_day": 1}]}, "late[1].percent", "clé manquante"),
        ({"late": [{"from_day": 0, "percent": "2"}]}, "late[1].from_day", "un nombre de jours entier"),
        ({"late": [{"from_day": 10_000, "percent": "2"}]}, "late[1].from_day", "un nombre de jours entier"),
        ({"late": [{"from_day": True, "percent": "2"}]}, "late[1].from_day", "un nombre de jours entier"),
        (
            {"late": [{"from_day": 9, "percent": "2"}, {"from_day": 9, "percent": "3"}]},
            "late[2].from_day",
            "le jour doit dépasser 9",
        ),
        (
            {"late": [{"from_day": 1, "percent": "2"}, {"from_day": 9, "percent": "1"}]},
            "late[2].percent",
            "un palier plus tardif ne peut pas descendre sous 2",
        ),
    ],
)
def test_what_is_refused(changes: dict[str, object], key: str, reason: str) -> None:
    with pytest.raises(TariffError) as refusal:
        parse_tariff(table(**changes))
    assert refusal.value.key == key
    assert refusal.value.reason.startswith(reason)


def test_a_refusal_reads_as_a_sentence() -> None:
    assert str(TariffError("late_on", None, "clé manquante")) == "late_on\u00a0: clé manquante"
    refusal = TariffError("started", "oui", "true ou false")
    assert str(refusal) == "started\u00a0: true ou false (trouvé\u00a0: oui)"
    assert refusal.value == "oui"


def test_json_gives_the_same_rules_back() -> None:
    brackets = (Bracket(Decimal("125.50"), Decimal(0), Decimal("1.5")), Bracket(None, Decimal("0.81")))
    for rules in (NANTES, replace(NANTES, brackets=brackets, day_base="actual", late=())):
        assert tariff_from_json(json.loads(json.dumps(tariff_to_json(rules)))) == rules


def test_json_edited_by_hand_is_checked_again() -> None:
    with pytest.raises(TariffError):
        tariff_from_json(tariff_to_json(NANTES) | {"count": "week"})
