"""What is wished for on the payment page, or by a test: an outcome, and when the shop hears of it."""

from testbank.payment import Outcome, Timing
from testbank.payment_form import FormRefused


def read_outcome(fields: dict[str, str]) -> Outcome:
    try:
        return Outcome(fields.get("outcome", ""))
    except ValueError as error:
        raise FormRefused("outcome", "les valeurs possibles sont " + ", ".join(Outcome) + ".") from error


def read_timing(fields: dict[str, str]) -> Timing:
    try:
        return Timing(fields.get("notification", ""))
    except ValueError as error:
        raise FormRefused(
            "notification", "les valeurs possibles sont " + ", ".join(filter(None, Timing)) + "."
        ) from error
