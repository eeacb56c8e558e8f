"""People, establishments and contracts of the tests, made in one line each."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Client, SMSDevice, User
from contracts.models import Contract, Pledge, Tariff
from contracts.tariff_rules import parse_tariff, tariff_to_json
from establishments.models import Agency, Establishment

PASSWORD = "le-chat-dort-au-soleil"
AGENT_PASSWORD = "la-pluie-tombe-sur-la-mer"

NANTES_TARIFF: dict[str, Any] = {
    "count": "month",
    "started": True,
    "rate_period": "month",
    "day_base": 365,
    "bracket_mode": "whole",
    "brackets": [{"up_to": "100", "rate": "0"}, {"up_to": "6000", "rate": "0.820"}, {"rate": "0.541"}],
    "fixed_duty": "1",
    "minimum": "0",
    "late_on": "interest",
    "late": [
        {"from_day": 1, "percent": "2"},
        {"from_day": 151, "percent": "3"},
        {"from_day": 211, "percent": "4"},
    ],
}

_numbers = count(1)


def an_establishment(slug: str = "nantes", **facts: Any) -> Establishment:
    """With one agency and the Nantes tariff « 2025-07 »; pays online, bank not set."""
    values: dict[str, Any] = {
        "name": f"Crédit Municipal de {slug.title()}",
        "city": slug.title(),
        "phone": "+33261910000",
        "email": f"contact@{slug}.example.fr",
        "website": "https://example.fr",
        "accent_color": "#7a1f3d",
        "prolongation_months": 6,
        "cap_months": 24,
        "window_days": 30,
        "pays_online": True,
        **facts,
    }
    establishment = Establishment.objects.create(slug=slug, **values)
    Agency.objects.create(
        establishment=establishment,
        code="A1",
        name=f"Agence de {values['city']}",
        address="2 rue Exemple, 44000 Nantes",
        phone="+33261910001",
        hours="lun.–ven. 9 h–16 h",
    )
    a_tariff(establishment)
    return establishment


def a_tariff(establishment: Establishment, code: str = "2025-07", **changes: Any) -> Tariff:
    rules = parse_tariff({**NANTES_TARIFF, **changes})
    return Tariff.objects.create(
        establishment=establishment, code=code, valid_from=date(2025, 7, 1), rules=tariff_to_json(rules)
    )


def a_client(establishment: Establishment, *, identifier: str = "", mobile: bool = True, **facts: Any) -> Client:
    """With a password, an e-mail and (unless `mobile=False`) a mobile that receives codes."""
    n = next(_numbers)
    identifier = identifier or f"{n:010d}"
    user = User.objects.create(
        username=User.client_username(establishment.pk, identifier),
        establishment=establishment,
        identifier=identifier,
        password=make_password(PASSWORD),
    )
    phone = f"+336399{n:05d}" if mobile else ""
    values: dict[str, Any] = {
        "client_number": f"C{n:06d}",
        "last_name": "Martin",
        "first_name": "Camille",
        "birth_date": date(1950, 5, 31),
        "email": f"client{n}@example.org",
        "phone": phone,
        "agency": establishment.agencies.first(),
        **facts,
    }
    client = Client.objects.create(establishment=establishment, user=user, **values)
    if phone:
        SMSDevice.objects.create(user=user, name="mobile", phone=phone, confirmed=True)
    return client


def a_contract(client: Client, *, description: str = "Bague or 18 carats, saphir", **facts: Any) -> Contract:
    """1,000 € from 2 June 2026 for six months under the client's establishment's first tariff, with one object."""
    values: dict[str, Any] = {
        "number": f"V{next(_numbers):04d}",
        "principal": Decimal(1000),
        "appraisal": Decimal(1600),
        "pledged_on": date(2026, 6, 2),
        "due_on": date(2026, 12, 2),
        "apr": Decimal("10.27"),
        **facts,
    }
    values.setdefault("period_started_on", values["pledged_on"])
    values.setdefault("tariff", client.establishment.tariffs.first())
    contract = Contract.objects.create(
        establishment=client.establishment, client=client, agency=client.establishment.agencies.first(), **values
    )
    Pledge.objects.create(contract=contract, rank=1, description=description)
    return contract
