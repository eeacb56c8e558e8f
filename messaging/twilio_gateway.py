"""SMS by Twilio. Each way of failing says whether the message may have left."""

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.urls import reverse
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from messaging.answers import Answer, Refused, Sent, TryLater, Unknown
from messaging.deadline import within

# Somebody waits in front of a page for a code. Seconds to connect, between two bytes, and for the whole.
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 2, 3, 5
NOT_NOW = {429, 503}  # Twilio took nothing and says so
REFUSALS = range(400, 500)


class _HttpClient(TwilioHttpClient):
    """Twilio's client waits for ever by default; TWILIO_API_URL replaces scheme and host of every call."""

    def __init__(self) -> None:
        super().__init__()
        self.timeout = (CONNECT_SECONDS, READ_SECONDS)  # type: ignore[assignment] # its constructor takes one number

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override] # passed on
        if settings.TWILIO_API_URL:
            base = urlsplit(settings.TWILIO_API_URL)
            url = urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))
        return super().request(method, url, *args, **kwargs)


def send_sms(to: str, body: str, validity_seconds: int | None) -> Answer:
    facts = {"to": to, "body": body, **_options(validity_seconds)}
    try:
        created = within(WHOLE_SECONDS, lambda: _client().messages.create(**facts))
    except (TwilioRestException, TwilioServiceException) as error:
        return _said_no(error.status, error.code)
    except requests.ConnectionError as error:
        return TryLater("Twilio injoignable") if _was_not_connected(error) else Unknown("Twilio a coupé sans répondre")
    except (TimeoutError, requests.Timeout):
        return Unknown("Twilio n’a pas répondu à temps")
    except (TwilioException, requests.RequestException, ValueError, TypeError, AttributeError) as error:
        # The last three: Twilio's client trusts the shape of the JSON that it reads.
        return Unknown(f"réponse de Twilio illisible ({type(error).__name__})")
    sid = str(created.sid)
    return Sent(sid) if is_sid(sid) else Unknown("réponse de Twilio sans référence")


def is_sid(text: str) -> bool:
    """Whether it may be Twilio's name of a message."""
    return bool(re.fullmatch("(SM|MM)[0-9a-f]{32}", text))


def _client() -> Client:
    return Client(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        region=settings.TWILIO_REGION,
        edge=settings.TWILIO_EDGE,
        http_client=_HttpClient(),
    )


def _options(validity_seconds: int | None) -> dict[str, Any]:
    options: dict[str, Any] = {"content_retention": "discard", "address_retention": "obfuscate"}
    if settings.TWILIO_MESSAGING_SERVICE_SID:
        options["messaging_service_sid"] = settings.TWILIO_MESSAGING_SERVICE_SID
    else:
        options["from_"] = settings.TWILIO_FROM
    if validity_seconds:
        options["validity_period"] = validity_seconds
    if settings.SITE_URL.startswith("https://"):
        options["status_callback"] = status_url()
    return options


def status_url() -> str:
    """Where Twilio tells what became of a message. It signs this address, so it is never read from a request."""
    return f"{settings.SITE_URL}{reverse('messaging:sms_status')}"


def _said_no(status: int, code: object) -> Answer:
    reason = f"Twilio {status}/{code}" if isinstance(code, int) else f"Twilio {status}"
    if status in NOT_NOW:
        return TryLater(reason)
    return Refused(reason) if status in REFUSALS else Unknown(reason)


def _was_not_connected(error: requests.ConnectionError) -> bool:
    """Whether no connection was ever made; one that broke later may have taken the message along."""
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError | ConnectTimeoutError)
