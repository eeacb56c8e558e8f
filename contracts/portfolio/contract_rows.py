"""contrats.csv: the back office is the master of a contract, the portal of the payments made here (rule 5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from accounts.models import Client
from contracts.interest import TariffRules, Terms, quote
from contracts.models import Contract
from contracts.portfolio.columns import CLIENTS, CONTRACTS, ContractRow, RefusedError
from contracts.portfolio.run import Entry, Run
from contracts.prolongation import imported_period
from web.french import euros, french_day

ZERO: Final = Decimal(0)
LOCKED_AT_ONCE: Final = 5000
# Nothing is due any more on them: no figure to compare.
ENDED: Final = frozenset(
    {Contract.Status.SOLD, Contract.Status.REDEEMED, Contract.Status.RENEWED, Contract.Status.CLOSED}
)


@dataclass(slots=True, kw_only=True)
class Facts:
    """The fields of a `Contract` that files and payments move."""

    client_id: int
    agency_id: int | None
    tariff_id: int
    status: str
    ticket_kind: str
    principal: Decimal
    appraisal: Decimal | None
    rate: Decimal | None
    apr: Decimal | None
    fees: Decimal
    pledged_on: date
    due_on: date
    interest_paid_until: date | None
    period_started_on: date
    duty_paid_for: date | None
    late_taken: Decimal
    back_office_due: Decimal | None
    back_office_due_on: date | None
    is_disputed: bool
    credited_until: date | None


FACTS: Final = tuple(Facts.__slots__)


class ContractTaker:
    """Takes batches of contrats.csv; the contracts concerned are locked beforehand."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def take(self, entries: Sequence[Entry[ContractRow]]) -> None:
        known = self._known([entry.row.number for entry in entries])
        clients = self._clients([entry.row.client_number for entry in entries])
        written: list[Contract] = []
        taken = new = 0
        for entry in entries:
            old = known.get(entry.row.number)
            try:
                facts = self._facts(entry, clients, old)
            except RefusedError as refusal:
                self._run.refuse(CONTRACTS, entry, refusal)
                continue
            taken += 1
            new += old is None
            if facts != old:
                written.append(self._contract(entry.row.number, facts))
        Contract.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["establishment", "number"],
            update_fields=[name.removesuffix("_id") for name in FACTS],
        )
        self._run.report.tally(CONTRACTS.name, taken=taken, new=new, changed=len(written) - new)

    def _facts(self, entry: Entry[ContractRow], clients: dict[str, int], old: Facts | None) -> Facts:
        """The contract as this row leaves it. Errors: RefusedError."""
        row = entry.row
        if row.tariff not in self._run.tariffs:
            raise RefusedError("tarif", "Aucun tarif de l’établissement n’a ce code.")
        tariff = self._run.tariffs[row.tariff]
        agency_pk = self._run.agency(row.agency)
        if row.client_number not in clients:
            raise self._run.missing(CLIENTS, "numero_client", row.client_number)
        if row.back_office_due is not None and row.back_office_due_on is None:
            raise RefusedError("arrete_au", "Il manque le jour auquel les intérêts dus sont arrêtés.")
        base = old or _signed(row, clients[row.client_number], tariff.pk)
        described = replace(_described(row, base), client_id=clients[row.client_number], tariff_id=tariff.pk)
        described.agency_id = agency_pk or base.agency_id
        is_waiting = _waits_for_back_office(row, base)
        facts = described if is_waiting else _dated(row, described, base, self._run.establishment.prolongation_months)
        _check_days(facts)
        if is_waiting:
            self._run.remark(CONTRACTS, entry, "interets_payes_jusquau", _waiting_reason(facts))
        elif row.back_office_due is not None and (facts != old or facts.is_disputed):
            facts.is_disputed = self._is_disputed(entry, tariff.rules, facts)
        return facts

    def _is_disputed(self, entry: Entry[ContractRow], rules: TariffRules, facts: Facts) -> bool:
        theirs, on = entry.row.back_office_due, entry.row.back_office_due_on
        assert on is not None
        assert theirs is not None
        if facts.status in ENDED:
            return False
        ours = quote(rules, _terms(facts), on).total
        if ours == theirs:
            return False
        reason = (
            f"Le fichier dit {euros(theirs)} au {french_day(on)}, notre calcul {euros(ours)}. "
            "Le contrat ne se paie pas en ligne tant que les deux diffèrent."
        )
        self._run.remark(CONTRACTS, entry, "interets_dus", reason)
        return True

    def _contract(self, number: str, facts: Facts) -> Contract:
        values = {name: getattr(facts, name) for name in FACTS}
        return Contract(establishment=self._run.establishment, number=number, **values)

    def _known(self, numbers: Sequence[str]) -> dict[str, Facts]:
        rows = Contract.objects.filter(establishment=self._run.establishment, number__in=numbers)
        return {
            number: Facts(**dict(zip(FACTS, values, strict=True)))
            for number, *values in rows.values_list("number", *FACTS)
        }

    def _clients(self, numbers: Sequence[str]) -> dict[str, int]:
        """Of this establishment only: another's client does not exist here."""
        found = Client.objects.filter(establishment=self._run.establishment, client_number__in=set(numbers))
        return dict(found.values_list("client_number", "pk"))


def lock_contracts(run: Run, numbers: Iterable[str]) -> None:
    """In the order of their keys, like payments do, so that neither waits for the other for ever."""
    contracts = Contract.objects.filter(establishment=run.establishment)
    pks: list[int] = []
    waiting = iter(numbers)
    while some := list(islice(waiting, LOCKED_AT_ONCE)):
        pks += contracts.filter(number__in=some).values_list("pk", flat=True)
    pks.sort()
    for start in range(0, len(pks), LOCKED_AT_ONCE):
        locked = contracts.select_for_update(no_key=True).filter(pk__in=pks[start : start + LOCKED_AT_ONCE])
        list(locked.order_by("pk").values_list("pk"))


def _signed(row: ContractRow, client_pk: int, tariff_pk: int) -> Facts:
    """A new contract before anything was paid on it."""
    return Facts(
        client_id=client_pk,
        agency_id=None,
        tariff_id=tariff_pk,
        status=Contract.Status.ACTIVE.value,
        ticket_kind=Contract.Ticket.NAMED.value,
        principal=row.principal,
        appraisal=None,
        rate=None,
        apr=None,
        fees=ZERO,
        pledged_on=row.pledged_on,
        due_on=row.due_on,
        interest_paid_until=None,
        period_started_on=row.pledged_on,
        duty_paid_for=None,
        late_taken=ZERO,
        back_office_due=None,
        back_office_due_on=None,
        is_disputed=False,
        credited_until=None,
    )


def _described(row: ContractRow, base: Facts) -> Facts:
    """What a file says of a contract whatever was paid here. An empty cell leaves what is there."""
    described = replace(
        base,
        status=row.status or base.status,
        ticket_kind=row.ticket_kind or base.ticket_kind,
        principal=row.principal,
        appraisal=base.appraisal if row.appraisal is None else row.appraisal,
        rate=base.rate if row.rate is None else row.rate,
        apr=base.apr if row.apr is None else row.apr,
        pledged_on=row.pledged_on,
    )
    if row.back_office_due is not None:
        described.back_office_due, described.back_office_due_on = row.back_office_due, row.back_office_due_on
    return described


def _dated(row: ContractRow, described: Facts, base: Facts, prolongation_months: int) -> Facts:
    """What a file says of payments and due date, once it knows of those made here."""
    dated = replace(
        described,
        fees=base.fees if row.fees is None else row.fees,
        due_on=row.due_on,
        interest_paid_until=row.interest_paid_until or base.interest_paid_until,
        late_taken=base.late_taken if row.due_on == base.due_on else ZERO,
        credited_until=None,
    )
    if _days(dated) != _days(base):
        dated.period_started_on, dated.duty_paid_for = imported_period(*_days(dated), prolongation_months)
    return dated


def _days(facts: Facts) -> tuple[date, date, date | None]:
    return facts.pledged_on, facts.due_on, facts.interest_paid_until


def _waits_for_back_office(row: ContractRow, base: Facts) -> bool:
    return base.credited_until is not None and (
        row.interest_paid_until is None or row.interest_paid_until < base.credited_until
    )


def _waiting_reason(facts: Facts) -> str:
    assert facts.credited_until is not None
    return (
        f"En attente du back-office\u00a0: payé ici jusqu’au {french_day(facts.credited_until)}. "
        "Nos dates et nos frais restent, le reste de la ligne est pris."
    )


def _check_days(facts: Facts) -> None:
    """Errors: RefusedError."""
    if facts.due_on <= facts.pledged_on:
        raise RefusedError("date_echeance", "L’échéance doit être après la date d’engagement.")
    if facts.interest_paid_until is not None and facts.interest_paid_until < facts.pledged_on:
        raise RefusedError("interets_payes_jusquau", "Les intérêts sont payés jusqu’à un jour avant l’engagement.")


def _terms(facts: Facts) -> Terms:
    return Terms(
        principal=facts.principal,
        rate=facts.rate,
        pledged_on=facts.pledged_on,
        due_on=facts.due_on,
        interest_paid_until=facts.interest_paid_until,
        period_started_on=facts.period_started_on,
        duty_paid_for=facts.duty_paid_for,
        late_taken=facts.late_taken,
        fees=facts.fees,
    )
