"""What a client may ask of the agency about a contract, and from when. Standard library and pure rules only.

The client's own demand to sell: from three months after the deposit, a month before the due date at the latest.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from contracts.calendar_units import add_months

RequestKind = Literal["renewal", "more_time", "sale", "appointment", "lost_ticket", "surplus"]
KINDS: Final[tuple[RequestKind, ...]] = ("appointment", "more_time", "renewal", "surplus", "sale", "lost_ticket")

SALE_AFTER_MONTHS: Final = 3
SALE_BEFORE_MONTHS: Final = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """A contract on a day. `is_pressing`: in the window before its due date, or past it; `has_surplus`: to claim."""

    status: str
    on: date
    pledged_on: date
    due_on: date
    is_pressing: bool
    is_at_cap: bool
    is_bearer: bool
    sale_on: date | None
    has_surplus: bool
    is_surplus_granted: bool


@dataclass(frozen=True, slots=True)
class Offered:
    pass


@dataclass(frozen=True, slots=True)
class NotYet:
    from_on: date


@dataclass(frozen=True, slots=True)
class TooLate:
    """The last day was `until`."""

    until: date


@dataclass(frozen=True, slots=True)
class AtTheAgency:
    """Whoever holds the paper has the right: it must be brought."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The agency has accepted it before: a second answer would pay it twice."""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """Nothing of this contract makes sense of it."""


Offer = Offered | NotYet | TooLate | AtTheAgency | Granted | NotOffered


def offer_of(kind: RequestKind, facts: Facts) -> Offer:
    match kind:
        case "sale":
            return _sale(facts)
        case "surplus":
            return _surplus(facts)
        case _:
            return Offered() if _is_offered(kind, facts) else NotOffered()


def _is_offered(kind: RequestKind, facts: Facts) -> bool:
    is_active, is_listed = facts.status == "active", facts.status == "on_sale_list"
    match kind:
        case "renewal":
            return is_active and facts.is_at_cap and facts.is_pressing
        case "more_time":
            is_before_sale = is_listed and (facts.sale_on is None or facts.on < facts.sale_on)
            return (is_active and facts.is_pressing) or is_before_sale
        case "appointment":
            return is_active or facts.status == "repaid"
        case _:
            return is_active or is_listed or facts.status == "repaid"


def _sale(facts: Facts) -> Offer:
    opens_on = add_months(facts.pledged_on, SALE_AFTER_MONTHS)
    closes_on = add_months(facts.due_on, -SALE_BEFORE_MONTHS)
    if facts.status != "active" or opens_on > closes_on:
        return NotOffered()
    if facts.on < opens_on:
        return NotYet(opens_on)
    return Offered() if facts.on <= closes_on else TooLate(closes_on)


def _surplus(facts: Facts) -> Offer:
    if not facts.has_surplus:
        return NotOffered()
    if facts.is_surplus_granted:
        return Granted()
    return AtTheAgency() if facts.is_bearer else Offered()
