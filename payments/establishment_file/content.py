"""What an establishment's file says. Every value here has been checked; texts have no space around them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from contracts.prolongation import CountedFrom, PayableUntil, ProlongationRules
from contracts.tariff_file import TariffEntry, read_tariff
from payments.bank_addresses import split
from payments.establishment_file.bank import MAX_URL_LENGTH, BankContract, read_bank
from payments.establishment_file.logo import UnsafeLogoError, safe_svg
from web.toml_tables import FileError, Table, parsed

SMS_DAILY_CAP: Final = 3000  # unless the file says otherwise


@dataclass(frozen=True)
class AgencyEntry:
    """`phone` is E.164; `hours` may be empty."""

    code: str
    name: str
    address: str
    phone: str
    hours: str


@dataclass(frozen=True)
class EstablishmentFile:
    """`bank` is None when nothing is paid online. `website` and `logo_svg` may be empty.

    `sms_daily_cap`: codes by SMS from midnight to midnight; beyond, none leaves.
    """

    slug: str
    name: str
    city: str
    phone: str
    email: str
    website: str
    accent_color: str
    logo_svg: str
    prolongation: ProlongationRules
    bank: BankContract | None
    bearer_payable: bool
    partial_repayment: bool
    redemption: bool
    sms_daily_cap: int
    agencies: tuple[AgencyEntry, ...]
    tariffs: tuple[TariffEntry, ...]


def read_establishment_file(path: Path, *, reserved_slugs: frozenset[str], is_production: bool) -> EstablishmentFile:
    """Raises FileError. In production the bank is a real one, in PRODUCTION mode."""
    table = Table(_parsed(path))
    payment = table.table("payment")
    content = EstablishmentFile(
        slug=_slug(table, reserved_slugs),
        name=table.text("name", 120),
        city=table.text("city", 80),
        phone=_phone(table),
        email=_email(table),
        website=_website(table),
        accent_color=table.matching("accent_color", "#[0-9a-fA-F]{6}", "une couleur #rrggbb, par exemple #7a1f3d"),
        logo_svg=_logo(table, path.parent),
        prolongation=_prolongation(table.table("prolongation")),
        bearer_payable=payment.boolean("bearer_payable"),
        partial_repayment=payment.has("partial_repayment") and payment.boolean("partial_repayment"),
        redemption=payment.has("redemption") and payment.boolean("redemption"),
        bank=read_bank(payment, is_production=is_production),
        sms_daily_cap=table.whole("sms_daily_cap", 1, 1_000_000) if table.has("sms_daily_cap") else SMS_DAILY_CAP,
        agencies=tuple(_agency(row) for row in table.tables("agencies")),
        tariffs=tuple(read_tariff(row) for row in table.tables("tariffs")),
    )
    table.finish()
    _refuse_twice("agencies", (agency.code for agency in content.agencies))
    _refuse_twice("tariffs", (tariff.code for tariff in content.tariffs))
    return content


def _parsed(path: Path) -> dict[str, object]:
    try:
        return parsed(path.read_text("utf-8-sig"))
    except OSError as error:
        raise FileError("", None, f"fichier illisible ({error.strerror})") from None
    except UnicodeDecodeError:
        raise FileError("", None, "le fichier n’est pas un texte UTF-8") from None


def _slug(table: Table, reserved: frozenset[str]) -> str:
    slug = table.matching("slug", "(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*", "1 à 40 lettres minuscules, chiffres ou tirets")
    if slug in reserved:
        raise table.error("slug", slug, "cette adresse est réservée au site")
    return slug


def _phone(table: Table) -> str:
    """In any French or international writing; kept as E.164."""
    written = table.text("phone", 40)
    try:
        number = phonenumbers.parse(written, "FR")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    if not phonenumbers.is_possible_number(number):
        raise table.error("phone", written, "un numéro de téléphone, par exemple +33240000000")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(table: Table) -> str:
    email = table.text("email", 254)
    try:
        validate_email(email)
    except ValidationError:
        raise table.error("email", email, "une adresse e-mail") from None
    return email


def _website(table: Table) -> str:
    if not table.has("website"):
        return ""
    website = table.text("website", MAX_URL_LENGTH)
    if split(website).scheme not in {"http", "https"}:
        raise table.error("website", website, "une adresse qui commence par https://")
    return website


def _logo(table: Table, folder: Path) -> str:
    """A file beside the TOML."""
    if not table.has("logo"):
        return ""
    name = table.matching("logo", r"\w[\w.-]*\.svg", "le nom d’un fichier .svg placé à côté de celui-ci, sans dossier")
    try:
        return safe_svg((folder / name).read_bytes())
    except OSError as error:
        raise table.error("logo", name, f"fichier illisible ({error.strerror})") from None
    except UnsafeLogoError as error:
        raise table.error("logo", name, str(error)) from None


def _prolongation(table: Table) -> ProlongationRules:
    months = table.whole("months", 1, 24)
    rules = ProlongationRules(
        months=months,
        cap_months=table.whole("cap_months", months, 24),  # D514-7: two years at most, prolongations included
        # A window longer than a prolongation would let two follow each other, the second without its duty.
        window_days=table.whole("window_days", 0, 28 * months),
        counted_from=table.choice("counted_from", get_args(CountedFrom)),
        payable_until=table.choice("payable_until", get_args(PayableUntil)),
    )
    table.finish()
    return rules


def _agency(table: Table) -> AgencyEntry:
    agency = AgencyEntry(
        code=table.text("code", 20),
        name=table.text("name", 120),
        address=table.text("address", 240),
        phone=_phone(table),
        hours=table.text("hours", 240) if table.has("hours") else "",
    )
    table.finish()
    return agency


def _refuse_twice(key: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for rank, code in enumerate(codes, start=1):
        if code in seen:
            raise FileError(f"{key}[{rank}].code", code, "ce code est déjà plus haut dans le fichier")
        seen.add(code)
