"""The request of a page of the area."""

from typing import TYPE_CHECKING

from establishments.requests import EstablishmentRequest

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.session_limits import TimeLeft


class AreaRequest(EstablishmentRequest):
    """A client with both factors, in the own establishment."""

    user: "User"
    time_left: "TimeLeft"  # of the session, as SessionClockMiddleware found it
