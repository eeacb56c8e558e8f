"""How often: every limit of the site, one named function each, all of them by the one statement of `_take`.

A limit is a bucket of GCRA: `count` at once, then one more each `seconds / count`. It is taken in the database by one
atomic statement, so that it holds in parallel and outlives Redis. Each function answers the seconds to wait, 0 for
« go on »; what is refused costs nothing. Keys are keyed digests of canonical values: nothing stands there in clear.
A limit is known by its function's name, in its keys and in the line of the log that each refusal is.
"""

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts.models import Limit
from web.keys import Key

logger = logging.getLogger(__name__)
KEY = Key("accounts.limits")  # a new SECRET_KEY empties every bucket
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
A_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Rate:
    count: int
    seconds: int


# Wrong passwords of one account: three at once, then pauses that grow from half a minute to a quarter of an hour.
PASSWORD_PAUSES = (Rate(3, 90), Rate(10, 15 * MINUTE), Rate(40, 10 * HOUR))
# Codes of an application or of the backup sheet: the five tries of any code, then pauses that grow.
FACTOR_PAUSES = (Rate(5, 5 * MINUTE), Rate(20, DAY))
# Wrong passwords from one address; right ones are given back.
FAILURES_FROM = Rate(100, HOUR)
SMS_BUDGET = (Rate(5, HOUR), Rate(10, DAY))
SMS_UNPROVED = Rate(3, DAY)
PASSWORD_LINKS = Rate(3, HOUR)
REFUSE_NOBODY = {"sms_near_cap", "sms_alert"}


def login_from(address: str) -> int:
    return _take("login_from", address, Rate(30, MINUTE)) or _take("login_from", address, FAILURES_FROM)


def login_as(establishment_pk: int, identifier: str, browser: str) -> int:
    """`browser` is one that this client is known by (`accounts.browsers`), or empty: those share one bucket.

    A stranger who empties the bucket of all unknown browsers does not close the client's own, and a link by e-mail
    makes a new one known.
    """
    return _take_all("login_as", f"{establishment_pk}:{identifier}:{browser}", PASSWORD_PAUSES)


def login_succeeded(establishment_pk: int, identifier: str, browser: str, address: str) -> None:
    """A right password forgets the wrong ones before it."""
    _forget_all("login_as", f"{establishment_pk}:{identifier}:{browser}", PASSWORD_PAUSES)
    _give_back("login_from", address, FAILURES_FROM)


def staff_login_as(email: str, browser: str) -> int:
    return _take_all("staff_login_as", f"{email}:{browser}", PASSWORD_PAUSES)


def staff_login_succeeded(email: str, browser: str, address: str) -> None:
    _forget_all("staff_login_as", f"{email}:{browser}", PASSWORD_PAUSES)
    _give_back("login_from", address, FAILURES_FROM)


def password_of(user_pk: int) -> int:
    """The current password, asked again inside the area."""
    return _take_all("password_of", str(user_pk), PASSWORD_PAUSES)


def password_of_succeeded(user_pk: int) -> None:
    _forget_all("password_of", str(user_pk), PASSWORD_PAUSES)


def factor_of(user_pk: int) -> int:
    """A code of the application, of the backup sheet, or a passkey's answer."""
    return _take_all("factor_of", str(user_pk), FACTOR_PAUSES)


def factor_of_succeeded(user_pk: int) -> None:
    _forget_all("factor_of", str(user_pk), FACTOR_PAUSES)


def sms_to_account(user_pk: int) -> int:
    return _take_all("sms_to_account", str(user_pk), SMS_BUDGET)


def sms_to_number(phone: str) -> int:
    """To a number that is the client's already. Several clients may share a telephone."""
    return _take_all("sms_to_number", phone, SMS_BUDGET)


def sms_to_new_number(phone: str) -> int:
    """To a number that nobody has proved yet: apart, so that who asks for another's keeps no code of a login away."""
    return _take("sms_to_new_number", phone, SMS_UNPROVED)


def sms_from(address: str) -> int:
    return _take("sms_from", address, Rate(20, HOUR))


def sms_of_establishment(establishment_pk: int, daily_cap: int) -> int:
    return _take("sms_of_establishment", str(establishment_pk), Rate(daily_cap, DAY))


def sms_near_cap(establishment_pk: int, daily_cap: int) -> int:
    """A second bucket beside the cap's, that is full at four fifths of it: it refuses nothing, it warns."""
    return _take("sms_near_cap", str(establishment_pk), Rate(max(1, daily_cap * 4 // 5), DAY))


def sms_alert(establishment_pk: int, percent: int) -> int:
    """Staff are told once a day of each threshold."""
    return _take("sms_alert", f"{establishment_pk}:{percent}", Rate(1, DAY))


def mail_asked_from(address: str) -> int:
    """The public forms that send an e-mail."""
    return _take("mail_asked_from", address, Rate(20, HOUR))


def password_link_for(establishment_pk: int, identifier: str) -> int:
    """Known or not: the answer must not tell.

    A stranger who empties it has sent the client links that work: none kills another before a login or a new password.
    """
    return _take("password_link_for", f"{establishment_pk}:{identifier}", PASSWORD_LINKS)


def recovery_for(establishment_pk: int, client_number: str) -> int:
    """Known or not. Also what stops somebody from trying all dates of birth."""
    return _take("recovery_for", f"{establishment_pk}:{client_number}", Rate(3, HOUR))


def contact_change_of(user_pk: int) -> int:
    """A new e-mail or phone asked for in the personal file: each sends messages."""
    return _take("contact_change_of", str(user_pk), Rate(5, HOUR))


def account_changes_of(user_pk: int) -> int:
    """What people change of their own account: each is told by message, and stays in the journal for ever."""
    return _take("account-changes", str(user_pk), Rate(20, HOUR))


def desk_acts_for(user_pk: int) -> int:
    """What agents do for one client, each told by message: a mobile changed, sessions closed, a link sent."""
    return _take("desk-acts", str(user_pk), Rate(10, HOUR))


def message_checks_of(user_pk: int) -> int:
    """References of messages, typed to ask whether they are ours."""
    return _take("message_checks_of", str(user_pk), Rate(20, HOUR))


def documents_of(user_pk: int) -> int:
    return _take("documents_of", str(user_pk), Rate(10, HOUR))


def backup_sheets_of(user_pk: int) -> int:
    """Ten slow hashes each."""
    return _take("backup_sheets_of", str(user_pk), Rate(5, HOUR))


def unsigned_bank_words(establishment_pk: int) -> int:
    """What anybody may post at the bank's door: beyond this it is answered, and no row is kept of it."""
    return _take("unsigned_bank_words", str(establishment_pk), Rate(60, HOUR))


def bank_questions(attempt_pk: object) -> int:
    """Calls to the bank that notifications about one payment cause: they are unsigned, and may be posted again."""
    return _take("bank_questions", str(attempt_pk), Rate(30, HOUR))


def client_requests_of(user_pk: int) -> int:
    """What one client asks of the agency: each is read by somebody."""
    return _take("client_requests_of", str(user_pk), Rate(10, DAY))


def relative_links_of(user_pk: int) -> int:
    return _take("relative_links_of", str(user_pk), Rate(10, DAY))


def relative_payments_of(link_pk: int) -> int:
    """Each is a payment under way, which keeps its contracts from being paid otherwise."""
    return _take("relative_payments_of", str(link_pk), Rate(10, HOUR))


def pdf_made_for(user_pk: int) -> int:
    """Receipts and the like are made on demand: half a second of a processor each."""
    return _take("pdf_made_for", str(user_pk), Rate(60, HOUR))


def archives_of(user_pk: int) -> int:
    """All papers in one file: for 400 contracts some 20 seconds of a processor."""
    return _take("archives_of", str(user_pk), Rate(3, HOUR))


def calendar_links_of(user_pk: int) -> int:
    """New private addresses of the own calendar: each is told by message."""
    return _take("calendar_links_of", str(user_pk), Rate(5, HOUR))


def calendar_read(link_pk: int) -> int:
    """One calendar, by all phones that know its address."""
    return _take("calendar_read", str(link_pk), Rate(60, HOUR))


def calendar_guessed_from(address: str) -> int:
    """Addresses of calendars that nobody has, or has any more."""
    return _take("calendar_guessed_from", address, Rate(60, HOUR))


def passkey_challenge_spent(challenge: str) -> bool:
    """Whether this challenge was answered before: each serves once. No session that holds one lives for a day."""
    return _take("passkey_challenge_spent", challenge, Rate(1, DAY)) > 0


def captcha_spent(challenge: str, lives_seconds: int) -> bool:
    """Whether this solved challenge was shown before: each serves once."""
    return _take("captcha_spent", challenge, Rate(1, lives_seconds)) > 0


def degraded_captcha_from(address: str) -> int:
    """While the chosen captcha cannot be asked: tighter than any limit of the forms."""
    return _take("degraded_captcha_from", address, Rate(5, 10 * MINUTE))


def forget_client(user_pk: int, establishment_pk: int, identifier: str, phones: Iterable[str]) -> None:
    """An agency has helped this client: what was counted from unknown browsers, of the account and of its numbers.

    `phones`: the client's, and one that waits for its proof. Not what was counted of an address: others share it.
    """
    _forget_all("login_as", f"{establishment_pk}:{identifier}:", PASSWORD_PAUSES)
    _forget_all("password_of", str(user_pk), PASSWORD_PAUSES)
    _forget_all("factor_of", str(user_pk), FACTOR_PAUSES)
    _forget_all("sms_to_account", str(user_pk), SMS_BUDGET)
    for phone in phones:
        _forget_all("sms_to_number", phone, SMS_BUDGET)
        _forget_all("sms_to_new_number", phone, (SMS_UNPROVED,))
    _forget_all("password_link_for", f"{establishment_pk}:{identifier}", (PASSWORD_LINKS,))


def forget_old_limits(now: float) -> int:
    """Delete buckets that are empty again, a batch at most; how many.

    The condition stands in the deletion too: a bucket of the batch that somebody takes from meanwhile stays.
    """
    old = Limit.objects.filter(tat__lt=now)
    deleted, _ = old.filter(pk__in=old.values("pk")[:A_BATCH]).delete()
    return deleted


def _key(scope: str, value: str, rate: Rate) -> str:
    text = f"{scope}|{rate.count}/{rate.seconds}|{value}"
    return KEY.digest(text)


def _take_all(scope: str, value: str, rates: tuple[Rate, ...]) -> int:
    """Rates from the quickest to the slowest: what the first refuses costs the others nothing."""
    if any(_take(scope, value, rate) for rate in rates):
        return max(1, *(_wait(scope, value, rate) for rate in rates))
    return 0


def _take(scope: str, value: str, rate: Rate) -> int:
    now, key = timezone.now().timestamp(), _key(scope, value, rate)
    later = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    statement = f"""
        INSERT INTO accounts_limit (key, tat) VALUES (%(key)s, %(now)s + %(step)s)
        ON CONFLICT (key) DO UPDATE SET tat = {later}(accounts_limit.tat, %(now)s) + %(step)s
        WHERE {later}(accounts_limit.tat, %(now)s) + %(step)s - %(now)s <= %(window)s
        RETURNING tat
    """  # noqa: S608 - the vendor's name of a function
    # A millisecond of grace: the sum of the steps of a full bucket may miss its window by a float's last bit.
    values: dict[str, str | float] = {"key": key, "now": now, "step": _step(rate), "window": rate.seconds + 0.001}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        is_taken = cursor.fetchone() is not None
    if is_taken:
        return 0
    seconds = max(1, _wait(scope, value, rate))
    if scope not in REFUSE_NOBODY:
        facts = {"limit": scope, "bucket": key[:8], "seconds": seconds}
        logger.warning("%s refuses, bucket %s", scope, key[:8], extra={"facts": facts})
    return seconds


def _wait(scope: str, value: str, rate: Rate) -> int:
    """Seconds until the next one is let through; 0: now."""
    tat = Limit.objects.filter(key=_key(scope, value, rate)).values_list("tat", flat=True).first()
    now = timezone.now().timestamp()
    return 0 if tat is None else max(0, math.ceil(max(tat, now) + _step(rate) - now - rate.seconds))


def _step(rate: Rate) -> float:
    return rate.seconds / rate.count


def _give_back(scope: str, value: str, rate: Rate) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_limit SET tat = tat - %s WHERE key = %s",
            [_step(rate), _key(scope, value, rate)],
        )


def _forget_all(scope: str, value: str, rates: tuple[Rate, ...]) -> None:
    Limit.objects.filter(key__in=[_key(scope, value, rate) for rate in rates]).delete()
