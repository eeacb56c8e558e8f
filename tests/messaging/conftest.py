"""A broker that a test took away is asked again in the next."""

from collections.abc import Iterator
from typing import Any

import pytest
from twilio_stand_in import StandIn, listening

from messaging import waking


@pytest.fixture(autouse=True)
def broker_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking._Broker, "quiet_until", 0.0)


@pytest.fixture
def twilio(settings: Any) -> Iterator[type[StandIn]]:
    """Twilio is configured, and is a stand-in on this machine."""
    with listening() as port:
        settings.SMS_BACKEND = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "0" * 32, "x" * 32
        settings.TWILIO_FROM = "+33700000000"
        settings.TWILIO_API_URL = f"http://127.0.0.1:{port}"
        yield StandIn
