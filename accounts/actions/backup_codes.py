"""The sheet of codes for the day when the telephone is lost: shown once, hashed like passwords, each spent once."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import backup_codes, limits
from accounts.actions.factors import Refused, lock_user
from accounts.actions.sms_code import Accepted, TooMany
from accounts.models import BackupCode, BackupCodes, Factor
from accounts.notices import tell_client
from journal.actions import record
from web.french import plural


@dataclass(frozen=True, slots=True)
class SheetMade:
    """`codes`: in clear for the one page that shows them."""

    sheet: BackupCodes
    codes: list[str]


def make_backup_codes(*, user_pk: int, by: str) -> SheetMade | TooMany:
    """A new sheet; the one before is dead. Hashing is slow: it comes before the transaction."""
    if wait := limits.backup_sheets_of(user_pk):
        return TooMany(wait)
    codes = backup_codes.generate_sheet()
    hashed = {code[: backup_codes.START]: make_password(code) for code in codes}
    return SheetMade(_store(user_pk=user_pk, hashed=hashed, by=by), codes)


@transaction.atomic(durable=True)
def _store(*, user_pk: int, hashed: dict[str, str], by: str) -> BackupCodes:
    """`hashed` goes by the start of each code."""
    user = lock_user(user_pk)
    BackupCodes.objects.filter(user=user).delete()
    sheet: BackupCodes = BackupCodes.objects.create(user=user, name="codes de secours", confirmed=True)
    BackupCode.objects.bulk_create(BackupCode(sheet=sheet, start=start, hashed=code) for start, code in hashed.items())
    record("backup_codes_made", by=by, subject=user)
    tell_client(user.client, "Une nouvelle feuille de codes de secours a été faite. Celle d’avant ne sert plus.")
    return sheet


def confirm_backup_code(*, user_pk: int, code: str, event: str, by: str) -> Accepted | Refused | TooMany:
    """Spend a code. One hash, whether its start is known or not; `event` as in `confirm_app_code`."""
    if wait := limits.factor_of(user_pk):
        return TooMany(wait)
    typed = backup_codes.canonical(code)
    if typed is None:
        return Refused()
    row = BackupCode.objects.filter(sheet__user_id=user_pk, start=typed[: backup_codes.START]).first()
    if row is None:
        make_password(typed)  # as long as the comparison of the others
    found = row if row is not None and check_password(typed, row.hashed) else None
    outcome = _spend(user_pk=user_pk, row=found, event=event, by=by)
    if isinstance(outcome, Accepted):
        limits.factor_of_succeeded(user_pk)
    return outcome


@transaction.atomic(durable=True)
def _spend(*, user_pk: int, row: BackupCode | None, event: str, by: str) -> Accepted | Refused:
    now = timezone.now()
    user = lock_user(user_pk)
    if row is None or not user.is_active or not unspent(row).update(used_at=now):
        record("factor_refused", by=by, subject=user, factor=Factor.BACKUP)
        return Refused()
    sheet = BackupCodes.objects.get(pk=row.sheet_id)
    sheet.last_used_at = now
    sheet.save(update_fields=["last_used_at"])
    left = sheet.codes.filter(used_at=None).count()
    record(event, by=by, subject=user, factor=Factor.BACKUP)
    record("backup_code_used", by=by, subject=user, left=left)
    tell_client(user.client, f"Un code de secours a été utilisé. Il vous en reste {plural(left, 'code', 'codes')}.")
    user.otp_device = sheet
    return Accepted(user)


def unspent(row: BackupCode) -> QuerySet[BackupCode]:
    """The row, unless it was spent or its sheet replaced since it was read: the update of this serves once."""
    return BackupCode.objects.filter(pk=row.pk, used_at=None, sheet__confirmed=True)
