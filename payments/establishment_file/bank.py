"""`[payment]`: the establishment's bank, with what each kind of bank needs."""

from dataclasses import dataclass
from typing import Final, Literal

from payments.bank_addresses import BANK_HOSTS, LOOPBACK, PAYFIP_SERVICE, PAYFIP_URL, is_known, split
from web.toml_tables import Table

Gateway = Literal["systempay", "payfip"]
Mode = Literal["TEST", "ACTIVATION", "PRODUCTION"]

MODES: Final[dict[Gateway, tuple[Mode, ...]]] = {
    "systempay": ("TEST", "PRODUCTION"),
    "payfip": ("TEST", "ACTIVATION", "PRODUCTION"),
}
MAX_URL_LENGTH: Final = 200
VARIABLE: Final = "[A-Z][A-Z0-9_]{0,79}"
A_VARIABLE: Final = "le nom d’une variable, en majuscules, chiffres ou _"


@dataclass(frozen=True)
class BankContract:
    """`secret_env` names the environment variable that holds the key; PayFiP needs none, and it may be empty."""

    gateway: Gateway
    mode: Mode
    site_id: str
    secret_env: str
    service_url: str


def read_bank(table: Table, *, is_production: bool) -> BankContract | None:
    """With `gateway = "none"` the bank's keys may stay in the file, for the day when paying online opens again."""
    gateway = table.choice("gateway", ("systempay", "payfip", "none"))
    match gateway:
        case "none":
            table.forget("mode", "site_id", "secret_env", "service_url")
            bank = None
        case "payfip":
            bank = _payfip(table, is_production=is_production)
        case _:
            bank = _systempay(table, is_production=is_production)
    table.finish()
    return bank


def _systempay(table: Table, *, is_production: bool) -> BankContract:
    return BankContract(
        gateway="systempay",
        mode=_mode(table, "systempay", is_production=is_production),
        site_id=table.matching("site_id", "[0-9]{8}", "8 chiffres entre guillemets"),
        secret_env=table.matching("secret_env", VARIABLE, A_VARIABLE),
        service_url=_service_url(table, "systempay", is_production=is_production),
    )


def _payfip(table: Table, *, is_production: bool) -> BankContract:
    """A `secret_env` may stay: that of the bank before, which still speaks of the payments that it took."""
    bank = BankContract(
        gateway="payfip",
        mode=_mode(table, "payfip", is_production=is_production),
        site_id=table.matching("site_id", "[0-9]{6}", "6 chiffres entre guillemets, le numéro client de PayFiP"),
        secret_env=table.matching("secret_env", VARIABLE, A_VARIABLE) if table.has("secret_env") else "",
        service_url=_service_url(table, "payfip", is_production=is_production)
        if table.has("service_url")
        else PAYFIP_URL,
    )
    if not bank.service_url.endswith(PAYFIP_SERVICE):
        raise table.error("service_url", bank.service_url, f"une adresse qui finit par {PAYFIP_SERVICE}")
    return bank


def _mode(table: Table, gateway: Gateway, *, is_production: bool) -> Mode:
    mode: Mode = table.choice("mode", MODES[gateway])
    if is_production and mode != "PRODUCTION":
        raise table.error("mode", mode, "en production, le mode est PRODUCTION")
    return mode


def _service_url(table: Table, gateway: Gateway, *, is_production: bool) -> str:
    """Over https; over http to a bank of test on this machine, never in production."""
    written = table.text("service_url", MAX_URL_LENGTH)
    url = split(written)
    is_test_bank = url.scheme == "http" and url.hostname in LOOPBACK and not is_production
    if (url.scheme != "https" and not is_test_bank) or "@" in url.netloc or url.query or url.fragment:
        raise table.error("service_url", written, "une adresse https, sans paramètre")
    if is_production and not is_known(gateway, written):
        hosts = ", ".join(sorted(BANK_HOSTS[gateway]))
        raise table.error("service_url", written, f"l’hôte d’une banque connue\u00a0: {hosts}")
    return written
