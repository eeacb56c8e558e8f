"""Google's word on a reCAPTCHA token: what its server does, or does not do, costs three seconds at the most.

django-recaptcha draws the widget; its own verification lets network errors and junk through as exceptions, asks for
no host name, and believes X-Forwarded-For.
"""

import json
import logging
import re
import time
from dataclasses import dataclass
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

import requests
from django.conf import settings
from django.http.request import validate_host

SECONDS: Final = 3.0
MOST_BYTES: Final = 64 * 1024
LEAST_SCORE: Final = 0.5
# Google's tokens have about 2,000 characters. A longer or stranger text could make its server stumble, and whoever
# wrote it would choose the fallback for everybody: it is refused without asking.
TOKEN: Final = re.compile(r"[A-Za-z0-9._-]{1,8192}")
OUR_FAULTS: Final = {"missing-input-secret", "invalid-input-secret"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Confirmed:
    pass


@dataclass(frozen=True, slots=True)
class Denied:
    """Google answered, and what it says is no."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nobody there, too late, or words that say neither yes nor no."""

    reason: str


Word = Confirmed | Denied | NoAnswer


def ask(token: str, *, action: str, address: str) -> Word:
    """In a thread of its own: a time-out of sockets knows nothing of a slow DNS nor of a server that drips."""
    if not TOKEN.fullmatch(token):
        return Denied("not a token")
    words: SimpleQueue[Word] = SimpleQueue()
    try:
        Thread(target=lambda: words.put(_ask(token, action, address)), daemon=True).start()
        return words.get(timeout=SECONDS)
    except (Empty, RuntimeError) as error:  # too late, or no thread left
        return NoAnswer(type(error).__name__)


def _ask(token: str, action: str, address: str) -> Word:
    facts = {"secret": settings.RECAPTCHA_PRIVATE_KEY, "response": token, **_remote_ip(address)}
    try:
        return _judge(_post(facts), action)
    except Exception as error:  # noqa: BLE001 - the network and what it says may fail in any way: none is a yes
        return NoAnswer(f"{type(error).__name__}: {error}"[:200])


def _remote_ip(address: str) -> dict[str, str]:
    """Optional for Google; the networks that stand for IPv6 visitors are no address."""
    try:
        return {"remoteip": str(ip_address(address))}
    except ValueError:
        return {}


def _post(facts: dict[str, str]) -> Any:
    """What the JSON of the answer holds. Errors: any of requests, ValueError."""
    deadline = time.monotonic() + SECONDS
    url = settings.RECAPTCHA_VERIFY_URL
    with requests.post(url, data=facts, timeout=SECONDS, stream=True, allow_redirects=False) as answer:
        if answer.status_code != 200:
            raise ValueError(answer.status_code)
        body = bytearray()
        for byte in answer.iter_content(1):  # one at a time: nobody waits for this thread, but it shall end too
            body += byte
            if len(body) > MOST_BYTES or time.monotonic() > deadline:
                raise ValueError(len(body))
    return json.loads(bytes(body))


def _judge(told: Any, action: str) -> Word:
    """Errors: KeyError, TypeError, ValueError for a shape that is not Google's."""
    if not isinstance(told["success"], bool):
        raise TypeError("success")
    if not told["success"]:
        return _why_not(told.get("error-codes") or [])
    if not validate_host(told["hostname"].lower(), settings.ALLOWED_HOSTS):
        return Denied("hostname")
    if settings.RECAPTCHA_VERSION == "v3":
        if told["action"] != action:
            return Denied("action")
        if isinstance(told["score"], bool) or not told["score"] >= LEAST_SCORE:
            return Denied("score")
    return Confirmed()


def _why_not(codes: list[str]) -> Word:
    """A key that Google does not know is a fault of ours, which no visitor can mend nor cause."""
    if OUR_FAULTS.intersection(codes):
        logger.error("RECAPTCHA_PRIVATE_KEY: Google refuses this key")
        return NoAnswer("key refused")
    return Denied(", ".join(codes)[:200])
