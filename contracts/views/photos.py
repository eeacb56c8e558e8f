"""The photo of an object, for whom it belongs to."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.requests import AreaRequest
from contracts.models import PledgePhoto
from contracts.photo_files import Size
from contracts.photo_pages import picture


@require_safe
def photo(request: AreaRequest, slug: str, number: str, rank: int) -> HttpResponse:
    return picture(_mine(request, number, rank), Size.PAGE)


@require_safe
def small_photo(request: AreaRequest, slug: str, number: str, rank: int) -> HttpResponse:
    return picture(_mine(request, number, rank), Size.SMALL)


def _mine(request: AreaRequest, number: str, rank: int) -> PledgePhoto:
    if rank > 32767:  # PostgreSQL refuses the comparison itself
        raise Http404
    mine = PledgePhoto.objects.filter(pledge__contract__client=request.user.client)
    return get_object_or_404(mine, pledge__contract__number=number, pledge__rank=rank)
