"""Which of a client's contracts a list shows: search, filters, order and page, all from the address.

What an address says and cannot mean is left out: a list never refuses to show itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from contracts.calendar_units import add_months
from contracts.models import Contract
from contracts.standing import ENDED
from web.french import plain_letters

A_PAGE: Final = 20
MOST_PAGES: Final = 10_000
STATES: Final = {
    "passee": "Échéance passée",
    "proche": "Échéance proche",
    "en-regle": "En règle",
    "vente": "Inscrit pour la vente",
    "bloque": "Bloqué",
    "a-retirer": "Remboursé, à retirer",
}
ORDERS: Final = {
    "echeance": ("Échéance, la plus proche d’abord", ("due_on", "number")),
    "echeance-loin": ("Échéance, la plus lointaine d’abord", ("-due_on", "number")),
    "montant": ("Montant prêté, le plus grand d’abord", ("-principal", "due_on", "number")),
    "numero": ("Numéro de contrat", ("number",)),
}
STORED: Final = {
    "vente": Contract.Status.ON_SALE_LIST,
    "bloque": Contract.Status.BLOCKED,
    "a-retirer": Contract.Status.REPAID,
}


@dataclass(frozen=True, slots=True)
class ListChoice:
    """What the address asks for. `month`: the first day of a month of due dates; `is_ended`: « Terminés »."""

    search: str = ""
    state: str = ""
    agency: str = ""
    month: date | None = None
    order: str = "echeance"
    page: int = 1
    is_ended: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.state or self.agency or self.month)

    def query(self, **changes: str) -> str:
        """The address's question with these changes; what is empty or usual is left out."""
        asked = {
            "q": self.search,
            "etat": self.state,
            "agence": self.agency,
            "mois": self.month.strftime("%Y-%m") if self.month else "",
            "tri": self.order if self.order != "echeance" else "",
            "termines": "1" if self.is_ended else "",
            **changes,
        }
        return urlencode({name: value for name, value in asked.items() if value})


def choice_of(asked: Mapping[str, str]) -> ListChoice:
    page = asked.get("page", "")
    state, order = asked.get("etat", ""), asked.get("tri", "")
    return ListChoice(
        search=" ".join(asked.get("q", "").replace("\0", "").split())[:60],
        state=state if state in STATES else "",
        agency=asked.get("agence", "").replace("\0", "")[:32],
        month=_month(asked.get("mois", "")),
        order=order if order in ORDERS else "echeance",
        page=min(int(page), MOST_PAGES) if re.fullmatch("[1-9][0-9]{0,5}", page) else 1,
        is_ended=asked.get("termines") == "1",
    )


def chosen(contracts: QuerySet[Contract], choice: ListChoice, *, on: date, window_days: int) -> QuerySet[Contract]:
    """`contracts` are one client's; `window_days` tells what is « proche ». A search reads the names at once."""
    found = contracts.filter(status__in=ENDED) if choice.is_ended else contracts.exclude(status__in=ENDED)
    if choice.search:
        found = found.filter(pk__in=_matching(found, choice.search))
    if choice.state and not choice.is_ended:
        found = found.filter(_in_state(choice.state, on, on + timedelta(days=window_days)))
    if choice.agency:
        found = found.filter(agency__code=choice.agency)
    if choice.month:
        found = found.filter(due_on__gte=choice.month, due_on__lt=add_months(choice.month, 1))
    order = ("-due_on", "number") if choice.is_ended and choice.order == "echeance" else ORDERS[choice.order][1]
    return found.order_by(*order, "pk")


def _matching(contracts: QuerySet[Contract], search: str) -> set[int]:
    """By number or object, whatever the accents and capitals; read here, since SQLite and PostgreSQL fold otherwise.

    One query, of a client's few hundred objects at most.
    """
    wanted = plain_letters(search)
    named = contracts.order_by().values_list("pk", "number", "pledges__description")
    return {pk for pk, *names in named if any(wanted in plain_letters(name) for name in names if name)}


def _in_state(state: str, on: date, window_ends_on: date) -> Q:
    """« Passée », « proche » and « en règle » are read from the due date, as `standing.status` reads them."""
    active = Q(status=Contract.Status.ACTIVE)
    match state:
        case "passee":
            return active & Q(due_on__lt=on)
        case "proche":
            return active & Q(due_on__gte=on, due_on__lte=window_ends_on)
        case "en-regle":
            return active & Q(due_on__gt=window_ends_on)
        case _:
            return Q(status=STORED[state])


def _month(written: str) -> date | None:
    if not re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", written):
        return None
    return date(int(written[:4]), int(written[5:]), 1)
