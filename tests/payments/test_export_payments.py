"""`export_payments <e> --from DATE [--to DATE] FILE.csv`: settled payments for the back office."""

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser
from people import a_client, a_contract

from accounts.models import Client
from establishments.models import Establishment
from journal.models import Event
from payments.management.commands import export_payments
from payments.models import Credit, PaymentAttempt, PaymentLine, Receipt

pytestmark = pytest.mark.django_db

HEADER = (
    "numero_recu;paye_le;numero_client;numero_contrat;interets;droit_fixe;retard;frais;total;"
    "interets_payes_jusquau;nouvelle_echeance;reference_banque"
)
NOON = datetime(2026, 11, 20, 11, 5, 7, 123456, tzinfo=UTC)


def a_payment(
    client: Client,
    sequence: int,
    settled_at: datetime | None = NOON,
    lines: int = 1,
    *,
    is_applied: bool = True,
    **facts: Any,
) -> PaymentAttempt:
    """59,20 € on each of its contracts, with its receipt; not paid when `settled_at` is None."""
    state = "refused" if settled_at is None else "paid"
    attempt = PaymentAttempt.objects.create(
        establishment=client.establishment,
        client=client,
        amount=Decimal("59.20") * lines,
        state=state,
        quote_on=date(2026, 11, 20),
        gateway="systempay",
        mode="TEST",
        site_id="44000001",
        order_id=f"{client.establishment.slug}-{sequence}",
        created_at=NOON,
        settled_at=settled_at,
        **{"bank_reference": "5b158f08", **facts},
    )
    for rank in range(lines):
        line = PaymentLine.objects.create(
            attempt=attempt,
            contract=a_contract(client, number=f"V{sequence}-{rank}"),
            interest=Decimal("49.20"),
            fixed_duty=Decimal(10),
            late=Decimal(0),
            fee=Decimal(0),
            total=Decimal("59.20"),
            due_on=date(2026, 12, 2),
            paid_from=date(2026, 6, 2),
            paid_until=date(2026, 11, 20),
            new_due_on=date(2027, 6, 2) if rank == 0 else None,
        )
        if settled_at is not None:
            Credit.objects.create(line=line, at=settled_at, is_applied=is_applied, before={}, after={})
    if settled_at is not None:
        Receipt.objects.create(
            establishment=client.establishment,
            attempt=attempt,
            sequence=sequence,
            number=f"NTE-{sequence:06}",
            content={},
            issued_at=settled_at,
        )
    return attempt


def export(path: Path, first: str = "2026-11-20", *more: str, establishment: str = "nantes") -> str:
    out = StringIO()
    call_command("export_payments", establishment, f"--from={first}", *more, str(path), stdout=out)
    return out.getvalue()


def rows(path: Path) -> list[list[str]]:
    """Without the header."""
    header, *lines = path.read_text("utf-8-sig").splitlines()
    assert header == HEADER
    return [line.split(";") for line in lines]


def test_a_row_to_the_letter(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1, lines=2)
    path = tmp_path / "paiements.csv"
    said = export(path)
    row = f"NTE-000001;2026-11-20T12:05:07+01:00;{helene.client_number};V1-0;49.20;10.00;0.00;0.00;59.20;2026-11-20;"
    other = row.replace("V1-0", "V1-1")
    expected = f"\ufeff{HEADER}\r\n{row}2027-06-02;5b158f08\r\n{other};5b158f08\r\n"
    assert path.read_bytes() == expected.encode()
    assert said.startswith(f"2\u00a0lignes, 118,40\u00a0€\u00a0: {path}")


def test_a_contract_that_did_not_follow_is_exported_without_dates(helene: Client, tmp_path: Path) -> None:
    """The back office must not move it either."""
    a_payment(helene, 1, is_applied=False)
    export(tmp_path / "day.csv")
    (row,) = rows(tmp_path / "day.csv")
    assert (row[8], row[9], row[10]) == ("59.20", "", "")


def test_rows_follow_the_receipts(helene: Client, ousmane: Client, tmp_path: Path) -> None:
    for client, sequence in ((helene, 3), (ousmane, 1), (helene, 2)):
        a_payment(client, sequence, NOON - timedelta(minutes=sequence), lines=2)
    export(tmp_path / "a.csv")
    assert [row[0] + row[3] for row in rows(tmp_path / "a.csv")] == [
        f"NTE-00000{sequence}V{sequence}-{rank}" for sequence in (1, 2, 3) for rank in (0, 1)
    ]


@pytest.mark.parametrize(
    ("settled_at", "is_in"),
    [
        (datetime(2026, 11, 18, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 18, 23, 0, 0, tzinfo=UTC), True),  # midnight of the 19th in Paris
        (datetime(2026, 11, 20, 22, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 23, 0, 0, tzinfo=UTC), False),
    ],
)
def test_both_ends_are_days_in_paris(helene: Client, tmp_path: Path, settled_at: datetime, is_in: bool) -> None:
    a_payment(helene, 1, settled_at)
    export(tmp_path / "a.csv", "2026-11-19", "--to=2026-11-20")
    assert len(rows(tmp_path / "a.csv")) == is_in


@pytest.mark.parametrize(("hour", "is_in"), [(21, False), (22, True), (46, True), (47, False)])
def test_the_day_the_clocks_go_back_has_25_hours(helene: Client, tmp_path: Path, hour: int, is_in: bool) -> None:
    a_payment(helene, 1, datetime(2026, 10, 24, tzinfo=UTC) + timedelta(hours=hour))
    export(tmp_path / "a.csv", "2026-10-25")
    assert len(rows(tmp_path / "a.csv")) == is_in


def test_only_what_is_paid_and_here(helene: Client, anh: Client, tmp_path: Path) -> None:
    a_payment(helene, 1)
    a_payment(helene, 2, settled_at=None)
    a_payment(anh, 1)
    export(tmp_path / "a.csv")
    assert [row[2] for row in rows(tmp_path / "a.csv")] == [helene.client_number]


def test_each_line_is_in_one_day_only(helene: Client, tmp_path: Path) -> None:
    days = [date(2026, 10, 23) + timedelta(days=n) for n in range(4)]
    for sequence in range(1, 97):
        a_payment(helene, sequence, datetime(2026, 10, 22, 22, tzinfo=UTC) + timedelta(hours=sequence - 1))
    together = tmp_path / "all.csv"
    export(together, str(days[0]), f"--to={days[-1]}")
    apart = []
    for day in days:
        export(tmp_path / "day.csv", str(day))
        apart += rows(tmp_path / "day.csv")
    assert apart == rows(together)
    assert len(apart) == 96


def test_the_same_range_gives_the_same_bytes_and_replaces_the_file(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1, lines=3)
    export(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("ancien")
    export(tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv"}


def test_nothing_paid_is_a_file_with_its_header(nantes: Establishment, tmp_path: Path) -> None:
    assert export(tmp_path / "a.csv").startswith("0\u00a0ligne, 0,00\u00a0€")
    assert rows(tmp_path / "a.csv") == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula(nantes: Establishment, tmp_path: Path, start: str) -> None:
    a_payment(a_client(nantes, client_number=f"{start}1+1"), 1, bank_reference=f"{start}cmd|x")
    export(tmp_path / "a.csv")
    (row,) = rows(tmp_path / "a.csv")
    assert (row[2], row[-1]) == (f"'{start}1+1", f"'{start}cmd|x")


def test_a_separator_in_a_number_stays_in_its_cell(nantes: Establishment, tmp_path: Path) -> None:
    a_payment(a_client(nantes, client_number='C;1"2'), 1)
    export(tmp_path / "a.csv")
    assert ';"C;1""2";V1-0;' in (tmp_path / "a.csv").read_text("utf-8")


def test_the_journal_knows_and_names_nobody(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1, lines=2)
    export(tmp_path / "a.csv")
    event = Event.objects.get(kind="payments_exported")
    assert (event.actor, event.establishment) == ("system", helene.establishment)
    assert event.data == {"first": "2026-11-20", "last": "2026-11-20", "lines": 2, "total": "118.40"}


@time_machine.travel("2026-11-20 22:30 +0000")  # still the 20th in Paris
@pytest.mark.parametrize(("last", "is_open"), [("2026-11-19", False), ("2026-11-20", True), ("2026-12-31", True)])
def test_a_range_that_may_still_grow_is_said(nantes: Establishment, tmp_path: Path, last: str, is_open: bool) -> None:
    said = export(tmp_path / "a.csv", "2026-11-19", f"--to={last}")
    assert ("La période n’est pas finie" in said) == is_open


@pytest.mark.parametrize("day", ["20/11/2026", "2026-02-30", "1999-12-31", "demain", "٢٠٢٦-11-20"])
def test_a_day_that_is_none(nantes: Establishment, tmp_path: Path, day: str) -> None:
    with pytest.raises(CommandError, match="un jour s’écrit 2026-05-31"):
        export(tmp_path / "a.csv", day)


def test_bad_arguments_exit_2(nantes: Establishment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="précède le premier") as caught:
        export(tmp_path / "a.csv", "2026-11-20", "--to=2026-11-19")
    assert caught.value.returncode == 2
    parser: CommandParser = export_payments.Command().create_parser("manage.py", "export_payments")
    parser.called_from_command_line = True
    with pytest.raises(SystemExit) as exited:
        parser.parse_args(["nantes", "--from", "hier", "a.csv"])
    assert exited.value.code == 2


def test_an_unknown_establishment(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Établissement inconnu\u00a0: lyon"):
        export(tmp_path / "a.csv", establishment="lyon")
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written(nantes: Establishment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="écriture impossible"):
        export(tmp_path / "absent" / "a.csv")
    with pytest.raises(CommandError, match="c’est un dossier"):
        export(tmp_path)
    with pytest.raises(CommandError, match="c’est un dossier"):
        export(Path("/"))
    assert not Event.objects.filter(kind="payments_exported").exists()


def test_a_failure_leaves_the_old_file_whole(helene: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_payment(helene, 1)
    path = tmp_path / "a.csv"
    path.write_text("ancien")

    def full_disk(*args: object, **kwargs: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(export_payments, "record_export", full_disk)
    with pytest.raises(CommandError, match="No space left"):
        export(path)
    assert path.read_text() == "ancien"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
