"""The providers: an SMTP server, Twilio, or the demonstration's inbox."""

from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client as TwilioClient

from messaging.models import InboxMessage, Message
from messaging.sealing import Text

TIMEOUT_SECONDS = 5
REFUSALS = range(400, 500)  # the statuses that say: not accepted, not sent


@dataclass(frozen=True, slots=True)
class Sent:
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider said no: the message has not left."""

    error: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """The provider is down or full: the message has not left, and will be offered again."""

    error: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or one that cannot be read: the message may have left, so it is never sent again by itself."""

    error: str


Answer = Sent | Refused | TryLater | Unknown


def send(message: Message, text: Text) -> Answer:
    if message.channel == Message.Channel.EMAIL:
        return _send_email(message, text) if settings.EMAIL_URL else _to_inbox(message, text)
    match settings.SMS_BACKEND:
        case "twilio":
            return _send_by_twilio(message.recipient, text.body, _validity(message))
        case "inbox":
            return _to_inbox(message, text)
        case _:
            return Refused("envoi de SMS coupé")


def _to_inbox(message: Message, text: Text) -> Answer:
    InboxMessage.objects.create(
        channel=message.channel,
        to=message.recipient,
        subject=text.subject,
        text=text.body,
        html=text.html,
        sent_at=timezone.now(),
    )
    return Sent("inbox")


def _send_email(message: Message, text: Text) -> Answer:
    mail = EmailMultiAlternatives(text.subject, text.body, to=[message.recipient])
    mail.attach_alternative(text.html, "text/html")
    try:
        mail.send()
    except (TimeoutError, SMTPServerDisconnected) as error:
        return Unknown(type(error).__name__)
    except SMTPResponseException as error:
        return _later_or_never(error.smtp_code)
    except SMTPRecipientsRefused as error:
        return _later_or_never(*(code for code, _ in error.recipients.values()))
    except OSError as error:  # no server, or one that hung up before taking it; SMTPException is one
        return TryLater(type(error).__name__)
    return Sent()


def _later_or_never(*codes: int) -> Answer:
    """SMTP's 4xx: not now; 5xx: never."""
    is_passing = all(code in range(400, 500) for code in codes)
    return (TryLater if is_passing else Refused)(f"SMTP {', '.join(map(str, codes))}")


def _validity(message: Message) -> int | None:
    if message.expires_at is None:
        return None
    return max(1, int((message.expires_at - timezone.now()).total_seconds()))


class _HttpClient(TwilioHttpClient):
    """Twilio's client waits for ever by default; TWILIO_API_URL replaces scheme and host of every call."""

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override] # passed on
        if settings.TWILIO_API_URL:
            base = urlsplit(settings.TWILIO_API_URL)
            url = urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))
        return super().request(method, url, *args, **kwargs)


def _send_by_twilio(to: str, body: str, validity_seconds: int | None) -> Answer:
    client = TwilioClient(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        region=settings.TWILIO_REGION,
        edge=settings.TWILIO_EDGE,
        http_client=_HttpClient(),
    )
    sender = (
        {"messaging_service_sid": settings.TWILIO_MESSAGING_SERVICE_SID}
        if settings.TWILIO_MESSAGING_SERVICE_SID
        else {"from_": settings.TWILIO_FROM}
    )
    extras = {"validity_period": validity_seconds} if validity_seconds else {}
    try:
        created = client.messages.create(
            to=to, body=body, content_retention="discard", address_retention="obfuscate", **sender, **extras
        )
    except TwilioRestException as error:
        reason = f"Twilio {error.status}/{error.code}"
        return Refused(reason) if error.status in REFUSALS else Unknown(reason)
    except requests.ConnectionError as error:
        return Refused(type(error).__name__)
    except (TwilioException, requests.RequestException, ValueError, TypeError, AttributeError) as error:
        # The last three: Twilio's client trusts the shape of the JSON that it reads.
        return Unknown(type(error).__name__)
    return Sent(created.sid) if created.sid else Unknown("réponse sans référence")
