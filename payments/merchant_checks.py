"""Whether an establishment's bank account can work: what its row, its key and the protocol say, one sentence a fault.

`account_faults` asks nobody; a production does not start on one. `protocol_faults` signs with the shop's key, or calls
PayFiP.
"""

from collections.abc import Iterator
from typing import Final, assert_never

from payments.bank_addresses import BANK_HOSTS, LOOPBACK, PAYFIP_SERVICE, is_known, split
from payments.gateways import has_published_key, missing_secret, payfip, signs_rightly
from payments.gateways.payfip import Fault, NoAnswer, Told
from payments.models import MerchantAccount
from web.french import NBSP

Gateway = MerchantAccount.Gateway
DIGITS: Final = {Gateway.SYSTEMPAY: 8, Gateway.PAYFIP: 6}


def account_faults(merchant: MerchantAccount, *, is_production: bool) -> Iterator[str]:
    """Nothing for an account that is closed."""
    if merchant.gateway == Gateway.NONE:
        return
    gateway = Gateway(merchant.gateway)
    if is_production and merchant.mode != MerchantAccount.Mode.PRODUCTION:
        yield f"le mode est {merchant.mode}, et en production il est PRODUCTION"
    digits = DIGITS[gateway]
    if not (merchant.site_id.isascii() and merchant.site_id.isdigit() and len(merchant.site_id) == digits):
        yield f"le numéro de boutique a {digits} chiffres (trouvé{NBSP}: «{NBSP}{merchant.site_id}{NBSP}»)"
    yield from _address_faults(merchant, gateway, is_production=is_production)
    if missing_secret(merchant):
        yield f"la variable {merchant.secret_env or 'de la clé'} est vide"
    elif is_production and has_published_key(merchant):
        yield f"la variable {merchant.secret_env} contient la clé d’exemple que la banque publie"


def _address_faults(merchant: MerchantAccount, gateway: Gateway, *, is_production: bool) -> Iterator[str]:
    url = split(merchant.service_url)
    if is_production and not is_known(gateway, merchant.service_url):
        hosts = ", ".join(sorted(BANK_HOSTS[gateway]))
        yield f"l’adresse {merchant.service_url} n’est pas celle d’une banque connue ({hosts})"
    elif url.scheme != "https" and url.hostname not in LOOPBACK:
        yield f"l’adresse {merchant.service_url} n’est pas en https"
    elif gateway == Gateway.PAYFIP and url.path != PAYFIP_SERVICE:
        yield f"l’adresse {merchant.service_url} ne finit pas par {PAYFIP_SERVICE}"


def protocol_faults(merchant: MerchantAccount) -> Iterator[str]:
    """On the network for PayFiP. Without a key there is nothing to try."""
    match Gateway(merchant.gateway):
        case Gateway.NONE:
            return
        case Gateway.SYSTEMPAY:
            if not missing_secret(merchant) and not signs_rightly(merchant):
                yield "la signature de l’exemple publié par la banque n’est pas retrouvée, ou la clé signe mal"
        case Gateway.PAYFIP:
            yield from _payfip_faults(merchant)
        case other:
            assert_never(other)


def _payfip_faults(merchant: MerchantAccount) -> Iterator[str]:
    answer = payfip.ask_client(merchant)
    match answer:
        case Told(fields) if fields.get("numcli") == merchant.site_id:
            return
        case Told():
            yield "PayFiP répond pour un autre numéro client"
        case Fault(code, reason):
            yield f"PayFiP refuse ce numéro client{NBSP}: {code} {reason}"
        case NoAnswer(reason):
            yield f"PayFiP ne répond pas ({reason})"
        case _:
            assert_never(answer)
