"""The banks that this portal knows, by their hosts, and how their addresses are read. The standard library only."""

from typing import Final
from urllib.parse import SplitResult, urlsplit

# Systempay (BPCE), Scellius (La Banque Postale), Sogecommerce (Société Générale), PayZen (Lyra).
VADS_HOSTS: Final = frozenset(
    {
        "paiement.systempay.fr",
        "scelliuspaiement.labanquepostale.fr",
        "sogecommerce.societegenerale.eu",
        "secure.payzen.eu",
    }
)
PAYFIP_HOSTS: Final = frozenset({"www.payfip.gouv.fr"})
BANK_HOSTS: Final = {"systempay": VADS_HOSTS, "payfip": PAYFIP_HOSTS}
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})  # a bank of test beside the portal
PAYFIP_SERVICE: Final = "/tpa/services/securite"
PAYFIP_PAGE: Final = "/tpa/paiementws.web"
PAYFIP_URL: Final = f"https://www.payfip.gouv.fr{PAYFIP_SERVICE}"


def is_known(gateway: str, url: str) -> bool:
    """Over https, at a host of this bank."""
    parts = split(url)
    return parts.scheme == "https" and parts.netloc in BANK_HOSTS.get(gateway, ())


def split(written: str) -> SplitResult:
    """Nothing at all when it is no complete web address: printable ASCII with a host."""
    try:
        url = urlsplit(written)
        is_complete = written.isascii() and " " not in written and bool(url.hostname) and url.port != 0
    except ValueError:
        is_complete = False
    return url if is_complete else SplitResult("", "", "", "", "")
