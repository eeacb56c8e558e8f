"""The door by which Twilio tells what became of an SMS."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from messaging.delivery_reports import is_signed, note_delivery
from web.machine_doors import machine_door


@machine_door
@csrf_exempt
@login_not_required
@require_POST
def sms_status(request: HttpRequest) -> HttpResponse:
    """No session, no user: the signature alone opens it. Nothing of the report is logged: it names the number."""
    if not is_signed(request.POST, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    is_known = note_delivery(
        provider_id=request.POST.get("MessageSid", ""),
        status=request.POST.get("MessageStatus", ""),
        error_code=request.POST.get("ErrorCode", ""),
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT if is_known else HTTPStatus.NOT_FOUND)
