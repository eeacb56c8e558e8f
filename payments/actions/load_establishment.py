"""`load_establishment()`: an establishment, its counters, its tariffs and its bank as their file says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from contracts.models import Contract, Tariff
from contracts.tariff_file import TariffEntry
from contracts.tariff_rules import tariff_from_json, tariff_to_json
from establishments.models import Agency, Establishment
from journal.actions import record
from payments.establishment_file import EstablishmentFile
from payments.models import MerchantAccount

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Loaded:
    """In French, for who reads the command's output. `left_alone`: what the file does not name and the database has."""

    establishment: Establishment
    created: tuple[str, ...]
    updated: tuple[str, ...]
    left_alone: tuple[str, ...]


@dataclass(frozen=True)
class TariffInUse:
    """Nothing was written: contracts were signed under this tariff, whose terms the file changes."""

    code: str


@dataclass
class _Changes:
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)

    def put(self, label: str, rows: QuerySet[Row], lookup: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
        """Create the row, or change what differs, and note which."""
        row, is_new = rows.select_for_update(of=("self",)).get_or_create(**lookup, defaults=values)
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if is_new:
            self.created.append(label)
        elif changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
            names = ", ".join(str(column.verbose_name) for column in row._meta.fields if column.name in changed)
            self.updated.append(f"{label} ({names})")
        return row


@transaction.atomic(durable=True)
def load_establishment(*, file: EstablishmentFile, by: str) -> Loaded | TariffInUse:
    """Loading the same file again changes nothing and leaves no event."""
    # The establishment first, as the portfolio import does; then the tariffs: a new contract waits on its tariff's
    # lock, so none can be signed under terms about to change.
    Establishment.objects.select_for_update(no_key=True).filter(slug=file.slug).first()
    tariffs = Tariff.objects.select_for_update(of=("self",)).filter(establishment__slug=file.slug)
    kept = {tariff.code: tariff for tariff in tariffs.order_by("pk")}
    new_terms = [entry for entry in file.tariffs if entry.code not in kept or not _is_same(kept[entry.code], entry)]
    signed = Contract.objects.filter(tariff__in=[kept[entry.code] for entry in new_terms if entry.code in kept])
    if contract := signed.select_related("tariff").first():
        return TariffInUse(contract.tariff.code)
    changes = _Changes()
    establishment = changes.put("établissement", Establishment.objects.all(), {"slug": file.slug}, _facts(file))
    _put_bank(changes, establishment, file)
    _put_agencies(changes, establishment, file)
    _put_tariffs(changes, establishment, new_terms)
    if changes.created or changes.updated:
        record(
            "establishment_loaded",
            by=by,
            subject=establishment,
            created="; ".join(changes.created),
            updated="; ".join(changes.updated),
        )
    left_alone = tuple(_left_alone(establishment, file))
    return Loaded(establishment, tuple(changes.created), tuple(changes.updated), left_alone)


def _is_same(tariff: Tariff, entry: TariffEntry) -> bool:
    """However its numbers are written: "1" is "1.0"."""
    return tariff.valid_from == entry.valid_from and tariff_from_json(tariff.rules) == entry.rules


def _facts(file: EstablishmentFile) -> dict[str, object]:
    return {
        "name": file.name,
        "city": file.city,
        "phone": file.phone,
        "email": file.email,
        "website": file.website,
        "accent_color": file.accent_color,
        "logo_svg": file.logo_svg,
        "prolongation_months": file.prolongation.months,
        "cap_months": file.prolongation.cap_months,
        "window_days": file.prolongation.window_days,
        "prolongation_counted_from": file.prolongation.counted_from,
        "payable_until": file.prolongation.payable_until,
        "pays_online": file.bank is not None,
        "bearer_payable": file.bearer_payable,
        "partial_repayment_online": file.partial_repayment,
        "redemption_online": file.redemption,
        "sms_daily_cap": file.sms_daily_cap,
    }


def _put_bank(changes: _Changes, establishment: Establishment, file: EstablishmentFile) -> None:
    """Closing leaves shop and key in place, and a bank without a key that of the bank before: it may still speak."""
    values: dict[str, object] = {"gateway": MerchantAccount.Gateway.NONE}
    if file.bank is not None:
        values = {
            "gateway": file.bank.gateway,
            "mode": file.bank.mode,
            "site_id": file.bank.site_id,
            "service_url": file.bank.service_url,
        }
        if file.bank.secret_env:
            values["secret_env"] = file.bank.secret_env
    changes.put("contrat monétique", MerchantAccount.objects.all(), {"establishment": establishment}, values)


def _put_agencies(changes: _Changes, establishment: Establishment, file: EstablishmentFile) -> None:
    for entry in file.agencies:
        values = {"name": entry.name, "address": entry.address, "phone": entry.phone, "hours": entry.hours}
        lookup = {"establishment": establishment, "code": entry.code}
        changes.put(f"agence {entry.code}", Agency.objects.all(), lookup, values)


def _put_tariffs(changes: _Changes, establishment: Establishment, entries: Sequence[TariffEntry]) -> None:
    for entry in entries:
        values = {"valid_from": entry.valid_from, "rules": tariff_to_json(entry.rules)}
        lookup = {"establishment": establishment, "code": entry.code}
        changes.put(f"tarif {entry.code}", Tariff.objects.all(), lookup, values)


def _left_alone(establishment: Establishment, file: EstablishmentFile) -> Iterator[str]:
    for agency in establishment.agencies.exclude(code__in=[entry.code for entry in file.agencies]).order_by("code"):
        yield f"agence {agency.code}"
    for tariff in establishment.tariffs.exclude(code__in=[entry.code for entry in file.tariffs]).order_by("code"):
        yield f"tarif {tariff.code}"
