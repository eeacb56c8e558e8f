"""How long what serves no more is kept, and the text that says so. `purge` deletes it, each night.

Receipts, payments, credits, the bank's words and contracts are evidence of accounts: ten years (code de commerce,
article L123-22). Nothing deletes them here. An establishment that needs other terms changes this module.
Standard library only.
"""

from datetime import timedelta
from typing import Final

A_YEAR: Final = timedelta(days=365)
FIVE_YEARS: Final = timedelta(days=5 * 365 + 2)  # never a day less, whatever the leap years

# CNIL, délibération 2021-122 on logs: from six months to a year.
CONNECTIONS: Final = A_YEAR
# Code civil, article 2224: what was done may be disputed for five years.
OTHER_EVENTS: Final = FIVE_YEARS
REQUESTS: Final = FIVE_YEARS  # once closed
# Code monétaire et financier, article L561-12: five years after the end of the relation.
PAPERS: Final = FIVE_YEARS
# RGPD, article 5.1.e: no longer than it serves.
MESSAGES: Final = A_YEAR  # without their text, to answer « Ce message vient-il de nous ? »
REFUSED_PAPERS: Final = timedelta(days=30)  # long enough to ask the agency why
REPLACED_PAPERS: Final = timedelta(days=30)  # after the newer one was accepted

# Two sides of a card are two papers: only one that was sent so much later replaces another.
ANOTHER_OCCASION: Final = timedelta(days=180)

# Who came in, or tried to, and looked. Everything else is something that was done.
OF_CONNECTIONS: Final = frozenset(
    {
        "all_sessions_closed",
        "backup_code_used",
        "code_refused",
        "code_sent",
        "code_sent_again",
        "factor_refused",
        "identifier_recovery_impossible",
        "identifier_sent",
        "identity_proved",
        "login",
        "login_cancelled",
        "login_from_new_browser",
        "login_refused",
        "login_without_factor",
        "login_without_mobile",
        "logout",
        "message_checked",
        "password_link_impossible",
        "password_link_sent",
        "password_refused",
        "phone_change_code_refused",
        "phone_change_code_sent",
        "session_closed",
        "sessions_closed",
        "staff_identity_proved",
        "staff_identity_refused",
        "staff_login",
        "staff_login_refused",
        "staff_logout",
        "staff_password_refused",
    }
)


def term_of(kind: str) -> timedelta:
    """How long the journal keeps an event of that kind."""
    return CONNECTIONS if kind in OF_CONNECTIONS else OTHER_EVENTS
