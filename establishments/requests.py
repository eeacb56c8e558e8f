"""The request as the middlewares leave it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from establishments.models import Establishment


class EstablishmentRequest(HttpRequest):
    """A request below an establishment's path: the establishment is there."""

    establishment: "Establishment"
