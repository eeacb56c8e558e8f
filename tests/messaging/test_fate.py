"""What the page tells who waits for a code."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from establishments.models import Establishment
from messaging.fate import Fate, fate_of, sms_trouble
from messaging.models import Message

ABOUT, KIND = "user:42", "login_code"


def row(nantes: Establishment, **facts: Any) -> None:
    values: dict[str, Any] = {
        "channel": "sms", "kind": KIND, "about": ABOUT, "recipient": "+33*****006", "created_at": timezone.now(),
    }  # fmt: skip
    Message.objects.create(establishment=nantes, **{**values, **facts})


@pytest.mark.parametrize(
    ("facts", "fate", "words"),
    [
        ({"state": "queued"}, Fate.WAITING, "pas encore parti"),
        ({"state": "sent"}, Fate.SENT, ""),
        ({"state": "sent", "delivery": "sent"}, Fate.SENT, ""),
        ({"state": "sent", "delivery": "delivered"}, Fate.SENT, ""),
        ({"state": "sent", "delivery": "undelivered"}, Fate.UNDELIVERED, "n’a pas pu remettre"),
        ({"state": "sent", "delivery": "failed"}, Fate.UNDELIVERED, "n’a pas pu remettre"),
        ({"state": "failed", "error": "Twilio 429/20429"}, Fate.FAILED, "n’est pas parti"),
        ({"state": "expired"}, Fate.FAILED, "n’est pas parti"),
        ({"state": "failed", "error": "envoi de SMS coupé"}, Fate.CUT, "coupé en ce moment"),
        ({"state": "sending", "error": "Twilio n’a pas répondu à temps"}, Fate.UNKNOWN, "peut-être parti"),
        ({"state": "sending"}, Fate.UNKNOWN, "peut-être parti"),
    ],
    ids=str,
)
def test_each_state(nantes: Establishment, facts: dict[str, str], fate: Fate, words: str) -> None:
    row(nantes, **facts)
    assert fate_of(KIND, ABOUT) == fate
    trouble = sms_trouble(ABOUT)
    assert words in trouble
    assert bool(trouble) == bool(words)


def test_a_message_that_is_leaving_is_no_trouble_for_ten_seconds(nantes: Establishment) -> None:
    row(nantes, state="sending", sending_at=timezone.now() - timedelta(seconds=3))
    assert fate_of(KIND, ABOUT) == Fate.LEAVING
    assert sms_trouble(ABOUT) == ""
    row(nantes, state="sending", sending_at=timezone.now() - timedelta(seconds=11))
    assert fate_of(KIND, ABOUT) == Fate.UNKNOWN


def test_the_newest_counts(nantes: Establishment) -> None:
    row(nantes, state="failed")
    row(nantes, state="sent")
    assert sms_trouble(ABOUT) == ""


def test_only_that_kind_about_that_client(nantes: Establishment) -> None:
    row(nantes, state="failed", kind="account_changed")
    row(nantes, state="failed", about="user:43")
    assert fate_of(KIND, ABOUT) == Fate.NONE
    assert sms_trouble(ABOUT) == ""
    assert sms_trouble(ABOUT, "account_changed")
