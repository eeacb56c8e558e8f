"""A client's own contracts: every read of the area starts here."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.requests import AreaRequest
from contracts.models import ClientRequest, Contract, Pledge
from contracts.standing import Standing, standing_of

OBJECTS: Final = Pledge.objects.filter(contract=OuterRef("pk"))
OBJECT_COUNT: Final = OBJECTS.order_by().values("contract").annotate(count=Count("pk")).values("count")
# All that a card needs, in one query. Django's work of putting it together is done once, here.
CARDS: Final = Contract.objects.select_related(
    "tariff", "agency", "sale"
).annotate(  # type: ignore[no-redef] # the model declares what this adds
    first_object=Subquery(OBJECTS.order_by("rank").values("description")[:1]),
    object_count=Coalesce(Subquery(OBJECT_COUNT), 0),
)


def contracts_of(request: AreaRequest) -> QuerySet[Contract]:
    """The client's contracts, for cards. They come with the client and the establishment that the request knows."""
    return CARDS & request.user.client.contracts.all() & request.establishment.contracts.all()


def standings_of(contracts: Iterable[Contract]) -> list[Standing]:
    """Today's."""
    now = timezone.now()
    today = timezone.localdate(now)
    return [standing_of(contract, on=today, now=now) for contract in contracts]


def waits_for(*kinds: ClientRequest.Kind) -> Exists:
    """Whether a contract's row has an open request, of these kinds if some are named."""
    waiting = ClientRequest.objects.filter(contract=OuterRef("pk"), state=ClientRequest.State.OPEN)
    return Exists(waiting.filter(kind__in=kinds) if kinds else waiting)
