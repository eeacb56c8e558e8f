"""How often: every limit of the site, one named function each, all of them buckets or counts of `accounts.buckets`.

Each function answers the seconds to wait, 0 for « go on »; what is refused costs nothing. A limit is known by its
function's name, in its keys and in the line of the log that each refusal is.
"""

from collections.abc import Iterable

from accounts.buckets import Rate, count_today, counted_today, forget_all, give_back, take, take_all

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
# Wrong passwords of one account: three at once, then pauses that grow from half a minute to a quarter of an hour.
PASSWORD_PAUSES = (Rate(3, 90), Rate(10, 15 * MINUTE), Rate(40, 10 * HOUR))
# Codes of an application or of the backup sheet: the five tries of any code, then pauses that grow.
FACTOR_PAUSES = (Rate(5, 5 * MINUTE), Rate(20, DAY))
# Wrong passwords from one address; right ones are given back.
FAILURES_FROM = Rate(100, HOUR)
SMS_BUDGET = (Rate(5, HOUR), Rate(10, DAY))
SMS_UNPROVED = Rate(3, DAY)
PASSWORD_LINKS = Rate(3, HOUR)


def login_from(address: str, username: str, browser: str) -> int:
    """What others do from its address does not stop a browser that `username` has used before (`accounts.browsers`).

    All such browsers of a name share a bucket instead, which right passwords take from too: each try costs a hash.
    """
    if browser:
        return take("login_from", f"known:{username}", Rate(10, MINUTE))
    return take("login_from", address, Rate(30, MINUTE)) or take("login_from", address, FAILURES_FROM)


def login_as(establishment_pk: int, identifier: str, browser: str) -> int:
    """`browser` is one that this client is known by (`accounts.browsers`), or empty: those share one bucket.

    A stranger who empties the bucket of all unknown browsers does not close the client's own, and a link by e-mail
    makes a new one known.
    """
    return take_all("login_as", f"{establishment_pk}:{identifier}:{browser}", PASSWORD_PAUSES)


def login_succeeded(establishment_pk: int, identifier: str, browser: str, address: str) -> None:
    """A right password forgets the wrong ones before it."""
    forget_all("login_as", f"{establishment_pk}:{identifier}:{browser}", PASSWORD_PAUSES)
    if not browser:
        give_back("login_from", address, FAILURES_FROM)


def staff_login_as(email: str, browser: str) -> int:
    return take_all("staff_login_as", f"{email}:{browser}", PASSWORD_PAUSES)


def staff_login_succeeded(email: str, browser: str, address: str) -> None:
    forget_all("staff_login_as", f"{email}:{browser}", PASSWORD_PAUSES)
    if not browser:
        give_back("login_from", address, FAILURES_FROM)


def password_of(user_pk: int) -> int:
    """The current password, asked again inside the area."""
    return take_all("password_of", str(user_pk), PASSWORD_PAUSES)


def password_of_succeeded(user_pk: int) -> None:
    forget_all("password_of", str(user_pk), PASSWORD_PAUSES)


def factor_of(user_pk: int) -> int:
    """A code of the application, of the backup sheet, or a passkey's answer."""
    return take_all("factor_of", str(user_pk), FACTOR_PAUSES)


def factor_of_succeeded(user_pk: int) -> None:
    forget_all("factor_of", str(user_pk), FACTOR_PAUSES)


def sms_to_account(user_pk: int) -> int:
    return take_all("sms_to_account", str(user_pk), SMS_BUDGET)


def sms_to_number(phone: str) -> int:
    """To a number that is the client's already. Several clients may share a telephone."""
    return take_all("sms_to_number", phone, SMS_BUDGET)


def sms_to_new_number(phone: str) -> int:
    """To a number that nobody has proved yet: apart, so that who asks for another's keeps no code of a login away."""
    return take("sms_to_new_number", phone, SMS_UNPROVED)


def sms_from(address: str) -> int:
    return take("sms_from", address, Rate(20, HOUR))


def sms_of_establishment(establishment_pk: int, daily_cap: int) -> int:
    """A count and no bucket: from midnight to midnight as many as the cap says at the moment, then none."""
    return count_today("sms_of_establishment", str(establishment_pk), daily_cap)


def sms_near_cap(establishment_pk: int, daily_cap: int) -> bool:
    """Whether more than four fifths of today's cap have left: it counts nothing and refuses nothing, it warns."""
    return counted_today("sms_of_establishment", str(establishment_pk)) > max(1, daily_cap * 4 // 5)


def sms_alert(establishment_pk: int, percent: int, daily_cap: int) -> int:
    """Staff are told once a day of each threshold, and once more when the cap is another."""
    return count_today("sms_alert", f"{establishment_pk}:{percent}:{daily_cap}", 1)


def mail_asked_from(address: str) -> int:
    """The public forms that send an e-mail."""
    return take("mail_asked_from", address, Rate(20, HOUR))


def password_link_for(establishment_pk: int, identifier: str) -> int:
    """Known or not: the answer must not tell.

    A stranger who empties it has sent the client links that work: none kills another before a login or a new password.
    """
    return take("password_link_for", f"{establishment_pk}:{identifier}", PASSWORD_LINKS)


def recovery_for(establishment_pk: int, client_number: str) -> int:
    """Known or not. Also what stops somebody from trying all dates of birth."""
    return take("recovery_for", f"{establishment_pk}:{client_number}", Rate(3, HOUR))


def contact_change_of(user_pk: int) -> int:
    """A new e-mail or phone asked for in the personal file: each sends messages."""
    return take("contact_change_of", str(user_pk), Rate(5, HOUR))


def account_changes_of(user_pk: int) -> int:
    """What people change of their own account: each is told by message, and stays in the journal for ever."""
    return take("account_changes_of", str(user_pk), Rate(20, HOUR))


def desk_acts_for(user_pk: int) -> int:
    """What agents do for one client, each told by message: a mobile changed, sessions closed, a link sent."""
    return take("desk_acts_for", str(user_pk), Rate(10, HOUR))


def message_checks_of(user_pk: int) -> int:
    """References of messages, typed to ask whether they are ours."""
    return take("message_checks_of", str(user_pk), Rate(20, HOUR))


def documents_of(user_pk: int) -> int:
    return take("documents_of", str(user_pk), Rate(10, HOUR))


def backup_sheets_of(user_pk: int) -> int:
    """Ten slow hashes each."""
    return take("backup_sheets_of", str(user_pk), Rate(5, HOUR))


def unsigned_bank_words(establishment_pk: int) -> int:
    """What anybody may post at the bank's door: beyond this it is answered, and no row is kept of it."""
    return take("unsigned_bank_words", str(establishment_pk), Rate(60, HOUR))


def bank_questions(attempt_pk: object) -> int:
    """Calls to the bank that notifications about one payment cause: they are unsigned, and may be posted again."""
    return take("bank_questions", str(attempt_pk), Rate(30, HOUR))


def client_requests_of(user_pk: int) -> int:
    """What one client asks of the agency: each is read by somebody."""
    return take("client_requests_of", str(user_pk), Rate(10, DAY))


def relative_links_of(user_pk: int) -> int:
    return take("relative_links_of", str(user_pk), Rate(10, DAY))


def relative_payments_of(link_pk: int) -> int:
    """Each is a payment under way, which keeps its contracts from being paid otherwise."""
    return take("relative_payments_of", str(link_pk), Rate(10, HOUR))


def pdf_made_for(user_pk: int) -> int:
    """Receipts and the like are made on demand: half a second of a processor each."""
    return take("pdf_made_for", str(user_pk), Rate(60, HOUR))


def archives_of(user_pk: int) -> int:
    """All papers in one file: for 400 contracts some 20 seconds of a processor."""
    return take("archives_of", str(user_pk), Rate(3, HOUR))


def calendar_links_of(user_pk: int) -> int:
    """New private addresses of the own calendar: each is told by message."""
    return take("calendar_links_of", str(user_pk), Rate(5, HOUR))


def calendar_read(link_pk: int) -> int:
    """One calendar, by all phones that know its address."""
    return take("calendar_read", str(link_pk), Rate(60, HOUR))


def calendar_guessed_from(address: str) -> int:
    """Addresses of calendars that nobody has, or has any more."""
    return take("calendar_guessed_from", address, Rate(60, HOUR))


def passkey_challenge_spent(challenge: str) -> bool:
    """Whether this challenge was answered before: each serves once. No session that holds one lives for a day."""
    return take("passkey_challenge_spent", challenge, Rate(1, DAY)) > 0


def captcha_spent(challenge: str, lives_seconds: int) -> bool:
    """Whether this solved challenge was shown before: each serves once."""
    return take("captcha_spent", challenge, Rate(1, lives_seconds)) > 0


def degraded_captcha_from(address: str) -> int:
    """While the chosen captcha cannot be asked: tighter than any limit of the forms."""
    return take("degraded_captcha_from", address, Rate(5, 10 * MINUTE))


def forget_client(user_pk: int, establishment_pk: int, identifier: str, phones: Iterable[str]) -> None:
    """An agency has helped this client: what was counted from unknown browsers, of the account and of its numbers.

    `phones`: the client's, and one that waits for its proof. Not what was counted of an address: others share it.
    """
    forget_all("login_as", f"{establishment_pk}:{identifier}:", PASSWORD_PAUSES)
    forget_all("password_of", str(user_pk), PASSWORD_PAUSES)
    forget_all("factor_of", str(user_pk), FACTOR_PAUSES)
    forget_all("sms_to_account", str(user_pk), SMS_BUDGET)
    for phone in phones:
        forget_all("sms_to_number", phone, SMS_BUDGET)
        forget_all("sms_to_new_number", phone, (SMS_UNPROVED,))
    forget_all("password_link_for", f"{establishment_pk}:{identifier}", (PASSWORD_LINKS,))
