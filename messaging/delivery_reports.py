"""What Twilio tells of a message after it took it. Its word is signed; reports may come twice, late or out of order."""

import re

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from twilio.request_validator import RequestValidator

from messaging.models import Message
from messaging.twilio_gateway import is_sid, status_url

Delivery = Message.Delivery
STATUSES = {
    "accepted": Delivery.QUEUED,
    "scheduled": Delivery.QUEUED,
    "queued": Delivery.QUEUED,
    "sending": Delivery.SENDING,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.UNDELIVERED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
# The last three are final: none of them follows another.
RANKS = {"": 0, Delivery.QUEUED: 1, Delivery.SENDING: 2, Delivery.SENT: 3}
FINAL = 4


def is_signed(report: QueryDict, signature: str) -> bool:
    """By Twilio, with our token, for our address. Never without a token: an empty one is nobody's secret."""
    if not settings.TWILIO_AUTH_TOKEN or not signature:
        return False
    return bool(RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(status_url(), report, signature))


@transaction.atomic(durable=True)
def note_delivery(*, provider_id: str, status: str, error_code: str) -> bool:
    """Keep the status if it is a step forward; False when no message has this `provider_id`."""
    if not is_sid(provider_id):
        return False
    sent = Message.objects.select_for_update(of=("self",)).filter(channel=Message.Channel.SMS, provider_id=provider_id)
    message = sent.first()
    if message is None:
        return False
    delivery = STATUSES.get(status)
    if delivery is not None and _rank(delivery) > _rank(message.delivery):
        message.delivery = delivery
        message.delivery_error = error_code if re.fullmatch("[0-9]{1,6}", error_code) else ""
        message.save(update_fields=["delivery", "delivery_error"])
    return True


def _rank(delivery: str) -> int:
    return RANKS.get(delivery, FINAL)
