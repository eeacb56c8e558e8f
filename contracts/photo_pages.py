"""How a photo leaves: to one person, and never from a cache without our word."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from contracts import photo_files
from contracts.models import PledgePhoto
from contracts.photo_files import Size
from web.middleware import FILE_POLICY

HEADERS: Final = {
    # Kept by this browser, and asked for again each time: after « Se déconnecter » nothing of it is shown.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": FILE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture(request: HttpRequest, photo: PledgePhoto, size: Size) -> HttpResponse:
    """Its name is that of its content, so the browser that has it needs no byte more."""
    tag = f'"{photo.key}-{size}"'
    known: HttpResponseBase | None = get_conditional_response(request, etag=tag)
    answer = known if isinstance(known, HttpResponse) else _whole(photo, size)
    answer["ETag"] = tag
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _whole(photo: PledgePhoto, size: Size) -> HttpResponse:
    data = photo_files.read(photo.key, size)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/jpeg")
