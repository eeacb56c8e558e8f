"""A client's own contracts: every read of the area starts here."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.requests import AreaRequest
from contracts.models import ClientRequest, Contract, Pledge
from contracts.standing import Standing, standing_of


def contracts_of(request: AreaRequest) -> QuerySet[Contract]:
    """The client's contracts, with all that a card needs: one query, however many."""
    objects = Pledge.objects.filter(contract=OuterRef("pk"))
    count = objects.order_by().values("contract").annotate(count=Count("pk")).values("count")
    return (
        request.user.client.contracts.select_related("establishment", "tariff", "agency", "sale")
        .defer("establishment__logo_svg")  # the same drawing in each row
        .annotate(  # type: ignore[no-redef] # the model declares what this adds
            first_object=Subquery(objects.order_by("rank").values("description")[:1]),
            object_count=Coalesce(Subquery(count), 0),
        )
    )


def standings_of(contracts: Iterable[Contract]) -> list[Standing]:
    """Today's."""
    now = timezone.now()
    today = timezone.localdate(now)
    return [standing_of(contract, on=today, now=now) for contract in contracts]


def waits_for(*kinds: ClientRequest.Kind) -> Exists:
    """Whether a contract's row has an open request, of these kinds if some are named."""
    waiting = ClientRequest.objects.filter(contract=OuterRef("pk"), state=ClientRequest.State.OPEN)
    return Exists(waiting.filter(kind__in=kinds) if kinds else waiting)
