"""A client's own contracts: every read of the area starts here."""

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.requests import AreaRequest
from contracts.models import ClientRequest, Contract, Pledge
from contracts.standing import Standing, standing_of


def contracts_of(request: AreaRequest) -> QuerySet[Contract]:
    """The client's contracts, with all that a card needs."""
    return (
        Contract.objects.filter(client=request.user.client)
        .select_related("establishment", "tariff", "agency", "client", "sale")
        .prefetch_related(Prefetch("pledges", Pledge.objects.select_related("picture")))
    )


def standings_of(request: AreaRequest) -> list[Standing]:
    now = timezone.now()
    today = timezone.localdate(now)
    return [standing_of(contract, on=today, now=now) for contract in contracts_of(request)]


def has_open_renewal(contract: Contract) -> bool:
    return contract.requests.filter(kind=ClientRequest.Kind.RENEWAL, state=ClientRequest.State.OPEN).exists()
