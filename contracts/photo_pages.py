"""How a photo leaves: to one person, and into no cache: what was pledged is seen by nobody after « Se déconnecter »."""

from typing import Final

from django.http import Http404, HttpResponse

from contracts import photo_files
from contracts.models import PledgePhoto
from contracts.photo_files import Size
from web.middleware import FILE_POLICY

HEADERS: Final = {
    "Content-Security-Policy": FILE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture(photo: PledgePhoto, size: Size) -> HttpResponse:
    data = photo_files.read(photo.key, size)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/jpeg", headers=HEADERS)
