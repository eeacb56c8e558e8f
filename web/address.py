"""Where a request comes from, for limits. Nothing of it is stored in clear."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """One name for one visitor: an IPv4 address, or the /64 of an IPv6 one.

    The hops of X-Forwarded-For that count are the last `TRUSTED_PROXIES`: the rest is what the visitor wrote.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    forwarded = _parsed(hops[-trusted]) if 0 < trusted <= len(hops) else None
    address = forwarded or _parsed(request.META.get("REMOTE_ADDR", ""))
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, 64), strict=False))
    return str(address) if address else UNKNOWN


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
