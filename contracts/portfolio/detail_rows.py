"""gages.csv and ventes.csv: what hangs on a contract that is there."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from contracts.models import Contract, Pledge, Sale
from contracts.portfolio.columns import CONTRACTS, FileFormat, PledgeRow, SaleRow
from contracts.portfolio.run import Entry, Run

Row = PledgeRow | SaleRow
Detail = TypeVar("Detail", Pledge, Sale)
Key = tuple[Any, ...]
Values = dict[str, Any]


class DetailTaker(Generic[Detail]):
    """Takes batches of rows that are, together with their contract, one object of `model` each.

    `key`: the fields that tell the objects of one contract apart; none when it has one at most.
    """

    def __init__(self, run: Run, file_format: FileFormat[Any], model: type[Detail], key: tuple[str, ...] = ()) -> None:
        self._run = run
        self._format = file_format
        self._model: type[Detail] = model
        self._key = ("contract_id", *key)
        fields = (column.field for column in file_format.columns)
        self._fields = tuple(name for name in fields if name not in {"contract_number", *key})

    def take(self, entries: Sequence[Entry[Row]]) -> None:
        placed = self._placed(entries)
        known = self._known({key[0] for key in placed})
        merged = {key: known.get(key, {}) | _said(row, self._fields) for key, row in placed.items()}
        written = {key: values for key, values in merged.items() if values != known.get(key)}
        self._model._default_manager.bulk_create(
            (self._model(**dict(zip(self._key, key, strict=True)), **values) for key, values in written.items()),
            update_conflicts=True,
            unique_fields=[name.removesuffix("_id") for name in self._key],
            update_fields=self._fields,
        )
        new = len(placed.keys() - known.keys())
        self._run.report.tally(self._format.name, taken=len(placed), new=new, changed=len(written) - new)

    def _placed(self, entries: Sequence[Entry[Row]]) -> dict[Key, Row]:
        """The rows by contract and key; refused: those whose contract is not there."""
        contracts = Contract.objects.filter(
            establishment=self._run.establishment, number__in={entry.row.contract_number for entry in entries}
        )
        pks = dict(contracts.values_list("number", "pk"))
        placed: dict[Key, Row] = {}
        for entry in entries:
            number = entry.row.contract_number
            if number in pks:
                placed[self._key_of(entry.row, pks[number])] = entry.row
            else:
                self._run.refuse(self._format, entry, self._run.missing(CONTRACTS, "numero_contrat", number))
        return placed

    def _key_of(self, row: Row, contract_pk: int) -> Key:
        return (contract_pk, *(getattr(row, name) for name in self._key[1:]))

    def _known(self, contract_pks: set[int]) -> dict[Key, Values]:
        rows = self._model._default_manager.filter(contract__in=contract_pks).values_list(*self._key, *self._fields)
        width = len(self._key)
        return {row[:width]: dict(zip(self._fields, row[width:], strict=True)) for row in rows}


def _said(row: Row, fields: Sequence[str]) -> Values:
    """The cells that are not empty: an empty one leaves what is there."""
    return {name: value for name in fields if (value := getattr(row, name)) is not None}
