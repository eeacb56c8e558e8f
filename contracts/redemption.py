"""What taking the object back costs on a day, and what repaying a part of the loan would change. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from contracts.interest import Quote, TariffRules, Terms, quote

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Redemption:
    """The loan and all that is due on the quote's day, in euros: paid together, the object is free."""

    principal: Decimal
    quote: Quote

    @property
    def total(self) -> Decimal:
        return self.principal + self.quote.total


@dataclass(frozen=True, slots=True)
class PartialRepayment:
    """`capital` of the loan repaid with all that is due on that day. Interest until `until`, before and after it.

    Neither the due date nor a place on the sale list changes by it.
    """

    capital: Decimal
    due: Quote
    remaining: Decimal
    until: date
    interest_before: Decimal
    interest_after: Decimal

    @property
    def total(self) -> Decimal:
        return self.capital + self.due.total

    @property
    def saved(self) -> Decimal:
        return self.interest_before - self.interest_after


def redemption_quote(rules: TariffRules, terms: Terms, on: date) -> Redemption:
    return Redemption(terms.principal, quote(rules, terms, on))


def partial_repayment(rules: TariffRules, terms: Terms, on: date, *, capital: Decimal, until: date) -> PartialRepayment:
    """Errors: ValueError unless `capital` is above zero and below the loan."""
    if not ZERO < capital < terms.principal:
        raise ValueError(f"{capital} is no part of {terms.principal}")
    settled = replace(terms, interest_paid_until=max(on, terms.interest_paid_until or on), fees=ZERO)
    lighter = replace(settled, principal=terms.principal - capital)
    return PartialRepayment(
        capital=capital,
        due=quote(rules, terms, on),
        remaining=lighter.principal,
        until=until,
        interest_before=quote(rules, settled, until).amount("interest"),
        interest_after=quote(rules, lighter, until).amount("interest"),
    )
