"""The public doors of an establishment."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from establishments.models import Establishment
from establishments.requests import EstablishmentRequest
from web.middleware import FILE_POLICY


@login_not_required
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    return render(request, "establishments/list.html", {"establishments": Establishment.objects.order_by("city")})


@login_not_required
@require_safe
def home(request: EstablishmentRequest, slug: str) -> HttpResponse:
    """To the area; who is not logged in is led to the login from there."""
    return redirect("contracts:overview", slug)


@login_not_required
@require_safe
def logo(request: EstablishmentRequest, slug: str) -> HttpResponse:
    """The establishment's own drawing, boxed in: opened alone, it can run and load nothing."""
    if not request.establishment.has_logo:
        raise Http404
    response = HttpResponse(request.establishment.logo_svg, content_type="image/svg+xml; charset=utf-8")
    response["Content-Security-Policy"] = FILE_POLICY
    response["Cache-Control"] = "public, max-age=3600"
    return response
