"""gages.csv and ventes.csv: what hangs on a contract that is there."""

from typing import Final

from django.db.models import Model

from contracts.portfolio.columns import CONTRACTS, FileFormat
from contracts.portfolio.run import Run, Taken, join_master, missing
from contracts.portfolio.stage import table_of
from web import staging

LINKED: Final = ("contract_number",)


class DetailTaker:
    """Takes rows that are, together with their contract, one object of `model` each.

    `key`: the fields that tell the objects of one contract apart; none when it has one at most.
    """

    def __init__(self, run: Run, file_format: FileFormat, model: type[Model], key: tuple[str, ...] = ()) -> None:
        self._run = run
        self._format = file_format
        self._model = model
        self._key = key
        self._fields = [name for name in file_format.fields if name not in {*LINKED, *key}]
        self.changes = f"{table_of(file_format)}_changes"
        staging.create(self.changes, {"line": "integer", "pk": "bigint", "contract_id": "bigint"})
        same = "".join(f" AND d.{name} = s.{name}" for name in key)
        self._source = " ".join(
            (
                f"{table_of(file_format)} s",
                run.join("contracts_contract", "c", "number", "s.contract_number"),
                f"LEFT JOIN {model._meta.db_table} d ON d.contract_id = c.id{same}",
                join_master(CONTRACTS, "s.contract_number"),
            )
        )

    def judge(self) -> None:
        """Which rows are refused and which change something. An empty cell changes nothing."""
        self._run.stage.refuse(self._format, self._source, [missing(CONTRACTS, "numero_contrat", "c.id")])
        said = " OR ".join(
            f"(s.{name} IS NOT NULL AND {staging.differs([(f's.{name}', f'd.{name}')])})" for name in self._fields
        )
        staging.run(
            f"INSERT INTO {self.changes} SELECT s.line, d.id, c.id FROM {self._source} "
            f"WHERE NOT s.is_refused AND (d.id IS NULL OR {said})"
        )
        staging.ready(self.changes, "line")

    @property
    def taken(self) -> Taken:
        new = staging.count(f"{self.changes} WHERE pk IS NULL")
        return Taken(new, staging.count(self.changes) - new)

    def write(self) -> None:
        table = self._model._meta.db_table
        rows = f"{self.changes} k JOIN {table_of(self._format)} s ON s.line = k.line"
        settings = ", ".join(f"{name} = COALESCE(s.{name}, d.{name})" for name in self._fields)
        staging.run(f"UPDATE {table} AS d SET {settings} FROM {rows} WHERE d.id = k.pk")
        contract = self._run.join("contracts_contract", "c", "number", "s.contract_number")
        new = {name: f"COALESCE(s.{name}, {self._blank(name)})" for name in self._fields}
        key = {"contract_id": "c.id", **{name: f"s.{name}" for name in self._key}}
        staging.insert(self._model, key | new, f"FROM {rows} {contract} WHERE k.pk IS NULL")

    def _blank(self, name: str) -> str:
        return "NULL" if getattr(self._model._meta.get_field(name), "null", False) else "''"
