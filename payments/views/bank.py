"""What comes from the bank: its server's word, which settles, and the browser's return, which only shows."""

from http import HTTPStatus
from typing import Final, assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from establishments.models import Establishment
from payments.actions.ask import Silent, hear_bank
from payments.actions.settle import Forged, Heard, UnknownOrder
from payments.models import PaymentAttempt
from web.machine_doors import machine_door

BANK: Final = "bank"


@machine_door
@csrf_exempt
@login_not_required
@require_POST
def notification(request: HttpRequest, establishment_slug: str) -> HttpResponse:
    """No session, no user. 200 also for what changed nothing; 503 where the bank shall say it again."""
    establishment = get_object_or_404(Establishment, slug=establishment_slug)
    outcome = hear_bank(establishment=establishment, raw=request.body.decode("utf-8", "replace"), by=BANK)
    match outcome:
        case Heard():
            status = HTTPStatus.OK
        case Forged():
            status = HTTPStatus.BAD_REQUEST
        case UnknownOrder():
            status = HTTPStatus.NOT_FOUND
        case Silent():
            status = HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            assert_never(outcome)
    return HttpResponse(status.phrase, status=status, content_type="text/plain; charset=utf-8")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Public, since a return by POST loses the session's cookie: the payment's page asks for the login if it must.

    A relative, who has none, is led to a page of its own.
    """
    attempt = get_object_or_404(PaymentAttempt, pk=pk)
    route = "payments:status" if attempt.link_id is None else "payments:relative_outcome"
    page = reverse(route, args=[attempt.establishment.slug, attempt.pk])
    return HttpResponseRedirect(page, status=HTTPStatus.SEE_OTHER)
