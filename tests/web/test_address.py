"""Where a request comes from: only the hops of our own proxies count."""

from typing import Any

import pytest
from django.test import RequestFactory

from web.address import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "direct", "expected"),
    [
        (0, "6.6.6.6", "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.7", "10.0.0.1", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.2", "10.0.0.1", "192.0.2.7"),
        (2, "192.0.2.7", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "<script>", "10.0.0.1", "10.0.0.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "fe80::1%eth0", "fe80::/64"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (0, "", "", "unknown"),
    ],
)
def test_the_address(settings: Any, proxies: int, forwarded: str, direct: str, expected: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=direct)) == expected
