"""clients.csv: the back office masters a file, but for the e-mail, phone, address and language changed here."""

from typing import Final

from accounts.actions.clients import (
    MASTERED,
    OWN,
    OWN_NAMES,
    STAGED,
    change_identifiers,
    create_clients,
    new_emails,
    replace_mobiles,
    tell_new_emails,
    tell_new_identifiers,
    update_clients,
)
from accounts.identifiers import generate
from contracts.portfolio.columns import CLIENTS
from contracts.portfolio.contact import mobile
from contracts.portfolio.run import Run, Taken, unknown_agency
from contracts.portfolio.stage import Case, Derived, table_of
from web import staging
from web.staging import literal

CHANGES: Final = "staged_client_changes"
GIVEN: Final = "staged_given_identifiers"
PHONE: Final = CLIENTS.fields.index("phone")

DERIVED: Final = Derived({"mobile": "text"}, lambda values: (mobile(values[PHONE]),))


class ClientTaker:
    def __init__(self, run: Run) -> None:
        self._run = run
        staging.create(CHANGES, {"line": "integer"} | STAGED)
        staging.create(GIVEN, {"line": "integer", "identifier": "text"})
        self._source = " ".join(
            (
                f"{table_of(CLIENTS)} s",
                run.join("establishments_agency", "a", "code", "s.agency"),
                run.join("accounts_client", "c", "client_number", "s.client_number"),
                "LEFT JOIN accounts_user u ON u.id = c.user_id",
                run.join("accounts_user", "other", "identifier", "s.identifier"),
            )
        )

    def judge(self) -> None:
        """Which rows are refused and which change something; every new client has an identifier then."""
        self._run.stage.refuse(CLIENTS, self._source, self._cases())
        values = {
            "line": "s.line", "user_id": "c.user_id", "agency_id": "a.id", "client_number": "s.client_number",
            "mobile": "s.mobile", "identifier": "s.identifier",
            **{name: f"s.{name}" for name in (*MASTERED, *OWN_NAMES)},
            **{f"{group}_anew": _anew(group) for group in OWN},
            "identifier_anew": "(u.id IS NOT NULL AND s.identifier IS NOT NULL AND s.identifier <> u.identifier)",
            "mobile_anew": f"({_anew('phone')} AND s.phone <> c.phone)",
        }  # fmt: skip
        differs = " OR ".join(
            (
                *(f"s.{name} <> c.{name}" for name in MASTERED),
                *(_anew(group) for group in OWN),
                staging.differs([("COALESCE(a.id, c.agency_id)", "c.agency_id")]),
                "s.identifier <> u.identifier",
            )
        )
        staging.run(
            f"INSERT INTO {CHANGES} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {self._source} "
            f"WHERE NOT s.is_refused AND (c.id IS NULL OR {differs})"
        )
        staging.ready(CHANGES, "line")
        self._give_identifiers()

    @property
    def taken(self) -> Taken:
        new = staging.count(f"{CHANGES} WHERE user_id IS NULL")
        return Taken(new, staging.count(CHANGES) - new)

    def write(self) -> None:
        by, establishment = self._run.by, self._run.establishment
        create_clients(establishment=establishment, staged=CHANGES)
        for page in staging.pages("identifier", f"{CHANGES} WHERE identifier_anew", "user_id"):
            identifiers = {user_pk: identifier for identifier, user_pk in page}
            change_identifiers(establishment=establishment, identifiers=identifiers, by=by)
        for page in staging.pages("k.email", new_emails(CHANGES), "u.id"):
            tell_new_emails(emails={user_pk: email for email, user_pk in page}, by=by)
        for page in staging.pages("mobile", f"{CHANGES} WHERE mobile_anew AND user_id IS NOT NULL", "user_id"):
            replace_mobiles(mobiles={user_pk: number for number, user_pk in page}, by=by)
        update_clients(staged=CHANGES)
        for page in staging.pages("NULL", f"{CHANGES} WHERE identifier_anew", "user_id"):
            tell_new_identifiers(user_pks=[user_pk for _, user_pk in page])

    def _cases(self) -> list[Case]:
        born_later = literal("La date de naissance est après aujourd’hui.")
        taken = literal("Un autre client de l’établissement a déjà cet identifiant.")
        is_others = "(other.id IS NOT NULL AND (c.id IS NULL OR other.id <> c.user_id))"
        return [
            Case(f"s.birth_date > '{self._run.today.isoformat()}'", "date_naissance", born_later),
            unknown_agency("a.id"),
            Case(is_others, "identifiant", taken),
        ]

    def _give_identifiers(self) -> None:
        """To the new clients who have none, one that neither the establishment nor the file has."""
        nobody = f"{CHANGES} WHERE user_id IS NULL AND identifier IS NULL"
        holders = (
            f"accounts_user h WHERE h.establishment_id = {self._run.establishment.pk} AND h.identifier = g.identifier",
            f"{table_of(CLIENTS)} h WHERE h.identifier = g.identifier",
            f"{CHANGES} h WHERE h.identifier = g.identifier",
            f"{GIVEN} h WHERE h.identifier = g.identifier AND h.line < g.line",
        )
        free = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {holder})" for holder in holders)
        while staging.count(nobody):
            staging.empty(GIVEN)
            for page in staging.pages("NULL", nobody, "line"):
                staging.fill(GIVEN, ("line", "identifier"), [(line, generate()) for _, line in page])
            staging.ready(GIVEN)
            staging.run(
                f"UPDATE {CHANGES} SET identifier = g.identifier FROM {GIVEN} g "
                f"WHERE g.line = {CHANGES}.line AND {free}"
            )


def _anew(group: str) -> str:
    """Whether the file says of that group another thing than it last did. An empty cell says nothing."""
    said = [f"(s.{n} IS NOT NULL AND {_differs_from_last(n)})" for n in OWN[group]]
    return "(" + " OR ".join(said) + ")"


def _differs_from_last(name: str) -> str:
    return staging.differs([(f"s.{name}", staging.json_text("c.file_values", name))])
