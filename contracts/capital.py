"""Repaying the loan online, in part or whole, where the establishment allows it."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from contracts.interest import Quote, QuoteLine, TariffRules
from contracts.models import Contract
from contracts.prolongation import Redeems
from contracts.standing import Obstacle, Standing
from contracts.tariff_rules import tariff_from_json

CENT: Final = Decimal("0.01")
# Nothing due is no obstacle to giving back the loan; nor, to giving it back whole, a date that cannot move any more.
PART_IN_SPITE_OF: Final = frozenset({None, Obstacle.NOTHING_DUE})
WHOLE_IN_SPITE_OF: Final = PART_IN_SPITE_OF | {Obstacle.CANNOT_PROLONG}


def may_repay_whole(standing: Standing) -> bool:
    return standing.contract.establishment.redemption_online and standing.obstacle in WHOLE_IN_SPITE_OF


def may_repay_part(standing: Standing) -> bool:
    allows = standing.contract.establishment.partial_repayment_online
    return allows and standing.obstacle in PART_IN_SPITE_OF and largest_part(standing.contract) > 0


def largest_part(contract: Contract) -> Decimal:
    """What a partial repayment may take at most: the rate and the duty of the contract stay what they are."""
    return max(
        contract.principal - smallest_rest(tariff_from_json(contract.tariff.rules), contract.principal), Decimal()
    )


def smallest_rest(rules: TariffRules, principal: Decimal) -> Decimal:
    """The least that may be left of a loan in its bracket; below, another rate or duty would hold."""
    if rules.bracket_mode == "marginal":
        return CENT
    below = [bracket.up_to for bracket in rules.brackets if bracket.up_to is not None and bracket.up_to < principal]
    return max(below, default=Decimal()) + CENT


def repaying(standing: Standing, capital: Decimal) -> Standing | None:
    """The standing with `capital` paid beside what is due, ready to be confirmed; None if that is not offered."""
    if standing.quote is None or standing.on < standing.contract.pledged_on:
        return None
    quote = Quote(standing.quote.on, (*standing.quote.lines, QuoteLine("capital", capital)))
    if capital == standing.contract.principal:
        return replace(standing, quote=quote, effect=Redeems(), obstacle=None) if may_repay_whole(standing) else None
    if not may_repay_part(standing) or not 0 < capital <= largest_part(standing.contract):
        return None
    return replace(standing, quote=quote, obstacle=None)
