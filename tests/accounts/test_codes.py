import re

import pytest

from accounts import codes

# GSM 03.38, the basic table: one character is seven bits. Anything else turns the whole SMS to UCS-2.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_a_code_is_six_digits_and_changes() -> None:
    generated = {codes.generate() for _ in range(200)}
    assert all(re.fullmatch("[0-9]{6}", code) for code in generated)
    assert len(generated) > 190


@pytest.mark.parametrize("typed", ["012345", "012 345", "01-23-45", " 012.345\n"])
def test_separators_are_ignored(typed: str) -> None:
    assert codes.canonical(typed) == "012345"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "12345a", "12345\x00", "-1234", "1e5000"])
def test_anything_else_is_refused(typed: str) -> None:
    assert codes.canonical(typed) is None


def test_what_is_kept_is_bound_to_the_code_the_login_and_the_key() -> None:
    kept = codes.digest("012345", challenge="a", key=b"k")
    assert codes.matches("012345", kept, challenge="a", keys=[b"k"])
    assert codes.matches("012345", kept, challenge="a", keys=[b"new", b"k"])
    assert not codes.matches("012346", kept, challenge="a", keys=[b"k"])
    assert not codes.matches("012345", kept, challenge="b", keys=[b"k"])
    assert not codes.matches("012345", kept, challenge="a", keys=[b"other"])
    assert "012345" not in kept
    assert re.fullmatch("[0-9a-f]{32}", kept), "128 bits"


def test_an_empty_digest_matches_nothing() -> None:
    assert not codes.matches("", "", challenge="", keys=[b"k"])


def test_only_the_last_three_digits_of_a_phone_are_shown() -> None:
    assert codes.masked("+33639980006") == "*****006"


@pytest.mark.parametrize(
    ("validity", "words"), [(60, "1 minute"), (90, "1 minute 30 secondes"), (300, "5 minutes"), (600, "10 minutes")]
)
def test_the_sms_is_one_segment(validity: int, words: str) -> None:
    text = codes.sms_text("012345", validity_seconds=validity, site_url="https://espace-client.pretgage.fr")
    assert set(text) <= GSM_7
    assert len(text) <= 160
    assert f", valable {words}. " in text


def test_the_last_line_lets_a_phone_fill_the_code_in() -> None:
    text = codes.sms_text("012345", validity_seconds=300, site_url="https://www.pretgage.fr")
    assert text.splitlines()[-1] == "@www.pretgage.fr #012345"


def test_one_minute_is_singular() -> None:
    assert "1 minute." in codes.sms_text("012345", validity_seconds=60, site_url="https://www.pretgage.fr")
