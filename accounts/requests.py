"""The request of a page of the area."""

from typing import TYPE_CHECKING

from establishments.requests import EstablishmentRequest

if TYPE_CHECKING:
    from accounts.models import User


class AreaRequest(EstablishmentRequest):
    """A client with both factors, in the own establishment."""

    user: "User"
