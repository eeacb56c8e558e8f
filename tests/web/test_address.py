from typing import Any

import pytest
from django.test import RequestFactory

from web.address import client_address

FORGED = "203.0.113.9"
OUR_PROXY_SAW = "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "127.0.0.1"),
        (0, FORGED, "127.0.0.1"),
        (1, OUR_PROXY_SAW, OUR_PROXY_SAW),
        (1, f"{FORGED}, {OUR_PROXY_SAW}", OUR_PROXY_SAW),
        (2, f"{FORGED}, {OUR_PROXY_SAW}, 10.0.0.1", OUR_PROXY_SAW),
        (2, OUR_PROXY_SAW, "127.0.0.1"),
        (1, " , ", "127.0.0.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_saw_counts(
    settings: Any, proxies: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert client_address(request) == expected
