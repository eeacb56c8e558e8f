"""Is it a person? reCAPTCHA by Google, or altcha, a proof of work made and checked here. No proof is never a yes.

When Google gives no answer, or none came because its page did not open in the visitor's browser, altcha takes its place
under tighter limits: for this form at once, and for every page of the minutes after a failure of Google's server.
"""

import json
import logging
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar, assert_never, cast

from altcha import v1 as altcha
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import limits, siteverify
from web.keys import Key

Kind = Literal["recaptcha", "altcha", "off"]

CHALLENGE_MINUTES: Final = 20
# Half of it on average: less than a second on a computer, two or three on an old telephone, while one types.
MOST_TRIES: Final = 250_000
SALT: Final = re.compile(r"[0-9a-f]{24}\?expires=[0-9]{10}&")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
LONGEST_SOLUTION: Final = 1000

KEY: Final = Key("accounts.captcha")
REPLACED_SECONDS: Final = 3 * 60
REPLACED: Final = "captcha-replaced"
# Beside the shared cache, which may be down as well.
_own_memory = LocMemCache("captcha", {})

GOOGLE: Final = {
    "frame-src": ["https://www.google.com/recaptcha/", "https://recaptcha.google.com/recaptcha/"],
    "connect-src": ["https://www.google.com/recaptcha/"],
}

logger = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a form brought; empty: nothing."""

    altcha: str
    recaptcha: str


@dataclass(frozen=True, slots=True)
class Passed:
    pass


@dataclass(frozen=True, slots=True)
class Missing:
    """No solution: not ready yet, or no JavaScript."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A solution that is wrong, expired, forged or used."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Google says no."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """No word from Google: altcha instead."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """Of those who came from this address while altcha stands in for Google."""

    seconds: int


Outcome = Passed | Missing | Stale | Denied | Replaced | TooMany


def asked() -> Kind:
    """What a new page asks for."""
    kind = cast(Kind, settings.CAPTCHA)
    return "altcha" if kind == "recaptcha" and _is_replaced() else kind


def check(proof: Proof, *, action: str, address: str) -> Outcome:
    """`action`: the form's name, which reCAPTCHA v3 ties its tokens to.

    An altcha is good whenever it was made here, so that a page outlives the return of Google; while Google answers, a
    visitor is given one only for a form that came without Google's token.
    """
    if proof.altcha:
        return _check_solution(proof.altcha, address)
    if settings.CAPTCHA == "altcha":
        return Missing()
    if not proof.recaptcha or _is_replaced():
        return Replaced()
    word = siteverify.ask(proof.recaptcha, action=action, address=address)
    match word:
        case siteverify.Confirmed():
            return Passed()
        case siteverify.Denied(reason):
            logger.info("reCAPTCHA refused: %s", reason)
            return Denied()
        case siteverify.NoAnswer(reason):
            logger.warning("reCAPTCHA gives no answer, altcha takes its place: %s", reason)
            _replace()
            return Replaced()
        case _:
            assert_never(word)


def new_challenge() -> altcha.Challenge:
    """Signed, bound to nobody; it says itself until when it lives."""
    expires = timezone.now() + timedelta(minutes=CHALLENGE_MINUTES)
    options = altcha.ChallengeOptions(max_number=MOST_TRIES, hmac_key=KEY.digest("altcha"), expires=expires)
    return altcha.create_challenge(options)


def captcha_page(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """The page of a form with a captcha: opened for Google's frame, and only if Google's is the captcha."""

    @wraps(view)
    def opened(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if settings.CAPTCHA == "recaptcha":
            response._csp_update = GOOGLE  # type: ignore[attr-defined] # what django-csp's decorators set
        return response

    return cast(Callable[Concatenate[R, P], HttpResponse], opened)


def _check_solution(text: str, address: str) -> Outcome:
    challenge = _solved_challenge(text)
    if challenge is None or limits.captcha_spent(challenge, CHALLENGE_MINUTES * 60):
        return Stale()
    if settings.CAPTCHA == "recaptcha" and (wait := limits.degraded_captcha_from(address)):
        return TooMany(wait)
    return Passed()


def _solved_challenge(text: str) -> str | None:
    """The challenge that this solves; None for anything else. altcha's own check raises on unexpected types."""
    if len(text) > LONGEST_SOLUTION:
        return None
    try:
        facts = json.loads(b64decode(text, validate=True))
    except (ValueError, RecursionError):
        return None
    if not _is_a_solution(facts):
        return None
    is_right = any(altcha.verify_solution(facts, key)[0] for key in KEY.digests("altcha"))
    return str(facts["challenge"]) if is_right else None


def _is_a_solution(facts: Any) -> bool:
    """Exactly the shape that `static/altcha.js` sends."""
    if not isinstance(facts, dict) or set(facts) != {"algorithm", "challenge", "number", "salt", "signature"}:
        return False
    number = facts["number"]
    return (
        facts["algorithm"] == "SHA-256"
        and type(number) is int
        and 0 <= number <= MOST_TRIES
        and _matches(SALT, facts["salt"])
        and _matches(DIGEST, facts["challenge"])
        and _matches(DIGEST, facts["signature"])
    )


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _replace() -> None:
    _own_memory.set(REPLACED, True, REPLACED_SECONDS)
    with _without_the_cache():
        cache.set(REPLACED, True, REPLACED_SECONDS)


def _is_replaced() -> bool:
    if _own_memory.get(REPLACED):
        return True
    with _without_the_cache():
        return bool(cache.get(REPLACED))
    return False


@contextmanager
def _without_the_cache() -> Iterator[None]:
    """Whatever its driver raises, this process remembers by itself."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a driver's own, such as a certificate that is not the right one
        logger.warning("the cache fails: %s", error)
