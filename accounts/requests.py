"""The request of a page of the area, and who asks on a page of the agents."""

from typing import TYPE_CHECKING, cast

from django.db.models import Model
from django.http import HttpRequest

from establishments.requests import EstablishmentRequest
from journal.actions import name_of

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.session_limits import TimeLeft


class AreaRequest(EstablishmentRequest):
    """A client with both factors, in the own establishment."""

    user: "User"
    time_left: "TimeLeft"  # of the session, as SessionClockMiddleware found it


def agent_of(request: HttpRequest) -> str:
    """The agent's name in the journal: the `by=` of what a button of /gestion/ does."""
    return name_of(cast(Model, request.user))
