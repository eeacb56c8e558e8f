"""One segment of GSM-7 is paid once."""

import pytest

from accounts import codes
from messaging.segments import BASIC, ONE_SEGMENT, septets, with_reference

REFERENCE = "K7PM-3QXR"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("abc", 3), ("à é è ù ò", 9), ("1 €", 4), ("[x]", 5), ("ê", None), ("l’", None)]
)
def test_septets(text: str, count: int | None) -> None:
    assert septets(text) == count


def test_the_basic_table_is_whole() -> None:
    assert len(BASIC) == 127, "and the escape"


def test_a_line_at_the_end() -> None:
    assert with_reference("Bonjour.", REFERENCE) == "Bonjour.\nRef K7PM-3QXR"


def test_the_line_for_the_phone_stays_the_last() -> None:
    assert with_reference("Bonjour.\n\n@h.fr #123456", REFERENCE) == "Bonjour.\nRef K7PM-3QXR\n\n@h.fr #123456"


@pytest.mark.parametrize("body", ["x" * 147, "ê", "€" * 74])
def test_where_it_does_not_fit_the_body_is_left_alone(body: str) -> None:
    assert with_reference(body, REFERENCE) == body


def test_it_fits_to_the_last_sign() -> None:
    assert septets(with_reference("x" * 146, REFERENCE)) == ONE_SEGMENT


def test_a_non_breaking_space_would_double_the_price() -> None:
    assert with_reference("02\u00a061", REFERENCE) == "02 61\nRef K7PM-3QXR"


@pytest.mark.parametrize("host", ["www.pretgage.fr", "espace-client.credit-municipal.fr"])
@pytest.mark.parametrize("validity", [60, 300, 600])
def test_the_code_of_a_login_with_its_reference_is_one_segment(host: str, validity: int) -> None:
    body = codes.sms_text("012345", validity_seconds=validity, site_url=f"https://{host}")
    text = with_reference(body, REFERENCE)
    count = septets(text)
    assert count is not None
    assert count <= ONE_SEGMENT
    assert "Ref K7PM-3QXR" in text.splitlines()
    assert text.splitlines()[-1] == f"@{host} #012345"


def test_a_longer_host_costs_the_reference_not_a_second_segment() -> None:
    host = f"espace-client.{'x' * 10}-credit-municipal.fr"
    text = with_reference(codes.sms_text("012345", validity_seconds=300, site_url=f"https://{host}"), REFERENCE)
    count = septets(text)
    assert count is not None
    assert count <= ONE_SEGMENT
    assert "Ref" not in text
