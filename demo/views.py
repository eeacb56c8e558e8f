"""The demonstration's inbox: what would have been sent, and how to get in."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_otp.oath import TOTP

from accounts.models import Authenticator
from demo.cast import AGENT_EMAIL, CAST, DEMO_PASSWORD
from establishments.models import Establishment
from messaging.models import InboxMessage

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ShownMessage:
    channel: str
    to: str
    subject: str
    text: str
    sent_at: datetime
    links: list[str]


@login_not_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    device = Authenticator.objects.filter(user__username=AGENT_EMAIL).first()
    names = dict(Establishment.objects.values_list("slug", "name"))
    context = {
        "sent": [_shown(message) for message in InboxMessage.objects.all()[:SHOWN]],
        "agent_email": AGENT_EMAIL if device else "",
        "agent_code": _current_code(device) if device else "",
        "identifiers": [
            (names[member.establishment], reverse("accounts:login", args=[member.establishment]), member.identifier)
            for member in CAST
            if member.establishment in names
        ],
        "password": DEMO_PASSWORD,
    }
    return render(request, "demo/inbox.html", context)


def _shown(message: InboxMessage) -> ShownMessage:
    links = re.findall(r"https?://\S+", message.text) if message.channel == "email" else []
    return ShownMessage(message.channel, message.to, message.subject, message.text, message.sent_at, links)


def _current_code(device: Authenticator) -> str:
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"
