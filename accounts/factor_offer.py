"""After a login by SMS: better factors are offered, until the client says « later »."""

from typing import Final

from accounts.actions.factors import confirmed_factors
from accounts.models import Factor
from accounts.requests import AreaRequest

OFFER: Final = "offer_factor"  # in the session, by the login: whether an SMS opened it


def should_offer_factor(request: AreaRequest) -> bool:
    """Whether the client came by SMS and has nothing better."""
    is_by_sms = bool(request.session.get(OFFER))
    return is_by_sms and not {Factor.APP, Factor.PASSKEY}.intersection(confirmed_factors(request.user))


def forget_factor_offer(request: AreaRequest) -> None:
    request.session.pop(OFFER, None)
