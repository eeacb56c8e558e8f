"""What a warning says of a contract, for the e-mail and the SMS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.models import Contract, Reminder
from contracts.prolongation import Prolongs
from contracts.standing import Standing, quote_of
from contracts.surplus import claim_until
from contracts.wording import reason_words
from establishments.models import Establishment
from web.french import NBSP, euros, french_day, french_phone, plural

LISTED = f"Ce contrat est inscrit pour la vente. Appelez-nous vite{NBSP}: il est encore possible de l’en retirer."


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """`days_left` until `about_on`, negative when it is past."""

    number: str
    kind: str
    about_on: date
    days_left: int
    sentences: tuple[str, ...]


def line_of(reminder: Reminder, standing: Standing) -> ReminderLine:
    """`days_left` counts from the standing's day: a warning may come later than its step."""
    days_left = (reminder.about_on - standing.on).days
    match reminder.kind:
        case Reminder.Kind.SALE:
            sentences = [_sale(reminder.about_on, standing)]
        case Reminder.Kind.LISTED:
            sentences = [LISTED]
        case Reminder.Kind.SURPLUS:
            sentences = list(_surplus(standing))
        case _:
            sentences = list(_due(reminder.about_on, days_left, standing))
    return ReminderLine(standing.contract.number, reminder.kind, reminder.about_on, days_left, tuple(sentences))


def _sale(sale_on: date, standing: Standing) -> str:
    place = f", {standing.sale.place}" if standing.sale and standing.sale.place else ""
    return (
        f"La vente est prévue le {french_day(sale_on)}{place}. Appelez-nous avant ce jour{NBSP}: nous vous dirons "
        "comment garder votre objet."
    )


def _surplus(standing: Standing) -> Iterator[str]:
    """How much, until when, and how."""
    sale = standing.sale
    assert sale is not None  # or there is nothing to tell
    assert sale.surplus is not None
    until = claim_until(sale)
    assert until is not None  # two years from a sale that has its day
    last_day = french_day(until)
    left = f"Il reste {euros(sale.surplus)} du prix de la vente{NBSP}: c’est le «{NBSP}boni{NBSP}»."
    if standing.contract.ticket_kind == Contract.Ticket.BEARER:
        yield f"{left} Il revient à qui apporte à l’agence le papier remis avec le prêt, au plus tard le {last_day}."
    else:
        yield f"{left} Il vous revient. Demandez-le au plus tard le {last_day}."


def _due(due_on: date, days_left: int, standing: Standing) -> Iterator[str]:
    """When; how much; what paying it does, or why it cannot be paid online."""
    yield _when(due_on, days_left)
    owed = quote_of(standing.contract, max(standing.on, due_on)).total
    if owed:
        yield f"À payer {'à cette date' if days_left > 0 else 'aujourd’hui'}{NBSP}: {euros(owed)}."
    if reason := reason_words(standing):
        yield reason
    elif isinstance(standing.effect, Prolongs):
        until = french_day(standing.effect.new_due_on)
        free = f"Il n’y a rien à payer{NBSP}: prolongez-le dans votre espace, jusqu’au {until}."
        paying = f"Si vous payez aujourd’hui, il est prolongé jusqu’au {until}."
        yield free if standing.prolongs_for_free else paying


def _when(due_on: date, days_left: int) -> str:
    day = french_day(due_on)
    if days_left < 0:
        return f"L’échéance du {day} est passée. Sans réponse de votre part, votre objet peut être mis en vente."
    if days_left == 0:
        return f"L’échéance est aujourd’hui, le {day}."
    return (
        f"L’échéance est demain, le {day}."
        if days_left == 1
        else (f"L’échéance est le {day}, dans {plural(days_left, 'jour', 'jours')}.")
    )


def sms_words(lines: Sequence[ReminderLine], establishment: Establishment) -> str:
    """One segment of GSM-7, discreet: a telephone lies on tables."""
    call = f"appelez le {french_phone(establishment.phone)}.".replace(NBSP, " ")
    if any(line.kind in (Reminder.Kind.LISTED, Reminder.Kind.SALE) for line in lines):
        return f"Votre espace client : c'est urgent, {call}"
    due = [line for line in lines if line.kind == Reminder.Kind.DUE]
    if not due:
        return f"Votre espace client : une somme vous revient. Connectez-vous, ou {call}"
    line = min(due, key=lambda line: line.about_on)
    day = line.about_on.strftime("%d/%m/%Y")
    when = f"la date du {day} est passée" if line.days_left < 0 else f"une date importante approche, le {day}"
    return f"Votre espace client : {when}. Connectez-vous, ou {call}"
