"""contrats.csv: the back office is the master of a contract, the portal of the payments made here (rule 5)."""

from datetime import date
from functools import lru_cache
from typing import Final

from django.db import connection

from contracts.models import Contract
from contracts.portfolio.columns import CLIENTS, CONTRACTS
from contracts.portfolio.comparison import DISPUTED, compare
from contracts.portfolio.run import Run, Taken, join_master, missing, unknown_agency
from contracts.portfolio.stage import Case, Derived, table_of
from contracts.portfolio.values import REMEMBERED
from contracts.prolongation import imported_period
from contracts.standing import ENDED
from web import staging
from web.french import french_day
from web.staging import literal

CHANGES: Final = "staged_contract_changes"
AGAIN: Final = "staged_contracts_again"
MOVED: Final = "staged_contracts_moved"
WAITING: Final = "staged_contracts_waiting"

# SQL, of a row `s` and the contract `c` as it is, if it is.
# Until the file knows of a payment made here, our dates and fees stand. It knows of interest once
# `interets_payes_jusquau` reaches it; of a date moved for nothing once it no longer gives the old one; of a part repaid
# once it gives no larger loan; of a loan repaid whole once the contract has ended: nothing else makes it owed again, or
# lists it for sale.
ENDS: Final = ", ".join(literal(status) for status in sorted(ENDED))
IS_REPAID_HERE: Final = (
    f"(c.status = {literal(Contract.Status.REPAID)} AND c.credited_until IS NOT NULL AND "
    f"(s.status IS NULL OR s.status NOT IN ({ENDS})))"
)
IS_WAITING: Final = (
    "(c.credited_until IS NOT NULL AND (s.interest_paid_until IS NULL OR s.interest_paid_until < c.credited_until "
    f"OR c.due_on_before = s.due_on OR {IS_REPAID_HERE}))"
)
IS_LARGER: Final = "(c.credited_until IS NOT NULL AND c.is_partly_repaid_here AND s.principal > c.principal)"
HOLDS: Final = f"({IS_WAITING} OR {IS_LARGER})"
PAID_UNTIL: Final = "COALESCE(s.interest_paid_until, c.interest_paid_until)"


def _unless_waiting(field: str, expression: str) -> str:
    return f"CASE WHEN {IS_WAITING} THEN c.{field} ELSE {expression} END"


def _if_redated(field: str, expression: str) -> str:
    """Period and duty are worked out again only when one of the three days that they follow from has moved."""
    days = (("s.pledged_on", "c.pledged_on"), ("s.due_on", "c.due_on"), (PAID_UNTIL, "c.interest_paid_until"))
    return f"CASE WHEN {IS_WAITING} OR NOT {staging.differs(days)} THEN c.{field} ELSE {expression} END"


def facts() -> dict[str, str]:
    """The fields of a `Contract` that files and payments move, as the row leaves them. Empty cells change nothing."""
    figure = "CASE WHEN s.back_office_due IS NULL THEN c.{0} ELSE s.{0} END"
    status = f"COALESCE(s.status, c.status, {literal(Contract.Status.ACTIVE)})"
    # `imported_period`; the period that a payment would have opened is the row's own.
    period = f"CASE WHEN {PAID_UNTIL} IS NULL THEN s.pledged_on ELSE s.paid_period_started_on END"
    duty = f"CASE WHEN {PAID_UNTIL} > s.paid_period_started_on THEN s.due_on END"
    return {
        "client_id": "cl.id",
        "agency_id": "COALESCE(a.id, c.agency_id)",
        "tariff_id": "t.id",
        "status": f"CASE WHEN {IS_REPAID_HERE} THEN c.status ELSE {status} END",
        "ticket_kind": f"COALESCE(s.ticket_kind, c.ticket_kind, {literal(Contract.Ticket.NAMED)})",
        "principal": f"CASE WHEN {IS_REPAID_HERE} OR {IS_LARGER} THEN c.principal ELSE s.principal END",
        "appraisal": "COALESCE(s.appraisal, c.appraisal)",
        "rate": "COALESCE(s.rate, c.rate)",
        "apr": "COALESCE(s.apr, c.apr)",
        "fees": _unless_waiting("fees", "COALESCE(s.fees, c.fees, 0)"),
        "pledged_on": "s.pledged_on",
        "due_on": _unless_waiting("due_on", "s.due_on"),
        "interest_paid_until": _unless_waiting("interest_paid_until", PAID_UNTIL),
        "period_started_on": _if_redated("period_started_on", period),
        "duty_paid_for": _if_redated("duty_paid_for", duty),
        "late_taken": _unless_waiting("late_taken", "CASE WHEN s.due_on = c.due_on THEN c.late_taken ELSE 0 END"),
        "back_office_due": figure.format("back_office_due"),
        "back_office_due_on": figure.format("back_office_due_on"),
        "credited_until": f"CASE WHEN {HOLDS} THEN c.credited_until END",
        "due_on_before": _unless_waiting("due_on_before", "NULL"),
        "is_partly_repaid_here": f"CASE WHEN {IS_LARGER} THEN TRUE ELSE FALSE END",
        "is_disputed": "COALESCE(c.is_disputed, FALSE)",
    }


def derived(prolongation_months: int) -> Derived:
    pledged, due = (CONTRACTS.fields.index(name) for name in ("pledged_on", "due_on"))

    @lru_cache(REMEMBERED)
    def paid_period(pledged_on: date, due_on: date) -> tuple[date]:
        """The period that holds once anything is paid."""
        started_on, _ = imported_period(pledged_on, due_on, due_on, prolongation_months)
        return (started_on,)

    return Derived({"paid_period_started_on": "date"}, lambda values: paid_period(values[pledged], values[due]))


class ContractTaker:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._facts = facts()
        staging.create(CHANGES, self._columns())
        staging.create(AGAIN, self._columns())
        staging.create(MOVED, {"line": "integer"})
        staging.create(WAITING, {"line": "integer", "credited_until": "date"})
        staging.create(DISPUTED, {"line": "integer"})
        self._source = " ".join(
            (
                f"{table_of(CONTRACTS)} s",
                run.join("contracts_contract", "c", "number", "s.number"),
                run.join("contracts_tariff", "t", "code", "s.tariff"),
                run.join("establishments_agency", "a", "code", "s.agency"),
                run.join("accounts_client", "cl", "client_number", "s.client_number"),
                join_master(CLIENTS, "s.client_number"),
            )
        )
        self._changed = staging.differs([(fact, f"c.{name}") for name, fact in self._facts.items()])
        self._values = {
            "line": "s.line", "pk": "c.id", "number": "s.number", "client_number": "s.client_number",
            **self._facts,
            "is_waiting": HOLDS,
            "has_figure": f"(s.back_office_due IS NOT NULL AND NOT {HOLDS})",
            "is_changed": f"(c.id IS NULL OR {self._changed})",
            "was_disputed": "COALESCE(c.is_disputed, FALSE)",
        }  # fmt: skip

    def judge(self) -> None:
        """Which rows are refused, which change something, where our amount is not the back office's."""
        self._gather()
        staging.ready(CHANGES, "line")

    def judge_again(self) -> None:
        """Once the contracts are locked: those that were moved since, by a payment made here."""
        self._insert(AGAIN, f"s.line IN (SELECT line FROM {CHANGES} WHERE pk IS NOT NULL)")
        names = [name for name in (*self._facts, "is_waiting") if name != "is_disputed"]
        moved = staging.differs([(f"g.{name}", f"k.{name}") for name in names])
        staging.run(
            f"INSERT INTO {MOVED} SELECT g.line FROM {AGAIN} g JOIN {CHANGES} k ON k.line = g.line WHERE {moved}"
        )
        if staging.count(MOVED):
            staging.run(f"DELETE FROM {CHANGES} WHERE line IN (SELECT line FROM {MOVED})")
            self._gather(f"SELECT line FROM {MOVED}")

    @property
    def taken(self) -> Taken:
        new = staging.count(f"{CHANGES} WHERE pk IS NULL")
        return Taken(new, staging.count(CHANGES) - new)

    def write(self) -> None:
        owner = self._run.establishment.pk
        client = f"JOIN accounts_client cl ON cl.establishment_id = {owner} AND cl.client_number = k.client_number"
        values = {name: f"k.{name}" for name in self._facts} | {"client_id": "cl.id"}
        settings = ", ".join(f"{name} = {value}" for name, value in values.items())
        staging.run(f"UPDATE contracts_contract AS c SET {settings} FROM {CHANGES} k {client} WHERE c.id = k.pk")
        new = values | {"establishment_id": str(owner), "number": "k.number"}
        staging.insert(Contract, new, f"FROM {CHANGES} k {client} WHERE k.pk IS NULL")

    def _gather(self, lines: str = "") -> None:
        """Into CHANGES, from all rows or from these lines; what is only compared, and stays as it is, leaves again."""
        rows = f"s.line IN ({lines})" if lines else "TRUE"
        self._run.stage.refuse(CONTRACTS, self._source, self._cases(), rows)
        is_disputed = "(s.back_office_due IS NOT NULL AND c.is_disputed)"
        self._insert(CHANGES, f"{rows} AND (c.id IS NULL OR {is_disputed} OR {self._changed})")
        self._remark_waiting(rows)
        compare(self._run, CHANGES, f"line IN ({lines})" if lines else "TRUE")
        staging.run(f"DELETE FROM {CHANGES} WHERE NOT is_changed AND is_disputed = was_disputed")

    def _cases(self) -> list[Case]:
        due_on, paid_until = self._facts["due_on"], self._facts["interest_paid_until"]
        before_pledge = literal("Les intérêts sont payés jusqu’à un jour avant l’engagement.")
        return [
            Case("t.id IS NULL", "tarif", literal("Aucun tarif de l’établissement n’a ce code.")),
            unknown_agency("a.id"),
            missing(CLIENTS, "numero_client", "cl.id"),
            Case(
                "(s.back_office_due IS NOT NULL AND s.back_office_due_on IS NULL)",
                "arrete_au",
                literal("Il manque le jour auquel les intérêts dus sont arrêtés."),
            ),
            Case(
                f"({due_on} <= s.pledged_on)",
                "date_echeance",
                literal("L’échéance doit être après la date d’engagement."),
            ),
            Case(f"({paid_until} < s.pledged_on)", "interets_payes_jusquau", before_pledge),
        ]

    def _columns(self) -> dict[str, str]:
        fields = {field.attname: field.db_type(connection) or "" for field in Contract._meta.concrete_fields}
        keys = {"line": "integer", "pk": "bigint", "number": "text", "client_number": "text"}
        flags = dict.fromkeys(("is_waiting", "has_figure", "is_changed", "was_disputed"), "bool")
        return keys | {name: fields[name] for name in self._facts} | flags

    def _insert(self, table: str, which: str) -> None:
        staging.run(
            f"INSERT INTO {table} ({', '.join(self._values)}) SELECT {', '.join(self._values.values())} "
            f"FROM {self._source} WHERE NOT s.is_refused AND {which}"
        )

    def _remark_waiting(self, rows: str) -> None:
        staging.empty(WAITING)
        staging.run(
            f"INSERT INTO {WAITING} SELECT s.line, c.credited_until FROM {self._source} "
            f"WHERE NOT s.is_refused AND {rows} AND {HOLDS}"
        )
        staging.ready(WAITING, "line")
        for page in staging.pages("credited_until", f"{WAITING} WHERE TRUE", "line"):
            notes = [(line, "interets_payes_jusquau", None, _waiting_reason(day), False) for day, line in page]
            self._run.stage.note(CONTRACTS, notes)


def _waiting_reason(credited_until: date) -> str:
    return (
        f"En attente du back-office\u00a0: payé ici jusqu’au {french_day(credited_until)}. "
        "Nos dates, nos frais et ce qui est remboursé restent, le reste de la ligne est pris."
    )
