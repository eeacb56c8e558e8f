"""Sealed batches: every settled line leaves once, a batch comes back byte for byte."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from at_once import at_once, needs_postgresql
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from people import a_client, an_establishment
from test_export_payments import NOON, a_payment, rows

from accounts.models import Client
from establishments.models import Establishment
from journal.models import Event
from payments import exports
from payments.actions import export as exporting
from payments.actions.export import seal_batch
from payments.models import ExportBatch, ExportedLine, PaymentLine


def run(path: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("export_payments", "nantes", *arguments, str(path), stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def later() -> Any:
    with time_machine.travel("2026-11-25 08:00 +0000"):
        yield


def test_every_line_leaves_once(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1, lines=2)
    said = run(tmp_path / "1.csv", "--seal")
    assert "Lot 1 scellé." in said
    assert "2\u00a0lignes, 118,40\u00a0€" in said
    assert "20\u00a0novembre\u00a02026\u00a0: 1\u00a0paiement, 118,40\u00a0€" in said
    a_payment(helene, 2)
    run(tmp_path / "2.csv", "--seal")
    assert [[row[0] for row in rows(tmp_path / f"{n}.csv")] for n in (1, 2)] == [["NTE-000001"] * 2, ["NTE-000002"]]
    assert "Rien à exporter jusqu’au 24\u00a0novembre\u00a02026." in run(tmp_path / "3.csv", "--seal")
    assert not (tmp_path / "3.csv").exists()


def test_what_is_settled_late_for_a_past_day_leaves_in_the_next(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1, NOON)
    run(tmp_path / "1.csv", "--seal")
    a_payment(helene, 2, NOON - timedelta(hours=1))
    run(tmp_path / "2.csv", "--seal")
    assert [row[0] for row in rows(tmp_path / "2.csv")] == ["NTE-000002"]


def test_today_waits_for_tomorrow_unless_asked(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1, NOON + timedelta(days=5))
    assert "Rien à exporter" in run(tmp_path / "1.csv", "--seal")
    assert "Lot 1" in run(tmp_path / "1.csv", "--seal", "--to", "2026-11-25")


def test_a_batch_again_is_the_same_to_the_byte(helene: Client, tmp_path: Path) -> None:
    attempt = a_payment(helene, 1)
    run(tmp_path / "1.csv", "--seal")
    Client.objects.filter(pk=helene.pk).update(client_number="C-changed")
    attempt.bank_reference = "another"
    attempt.save()
    said = run(tmp_path / "again.csv", "--batch", "1")
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert "1\u00a0ligne, 59,20\u00a0€" in said


def test_the_same_bytes_as_the_range(helene: Client, tmp_path: Path) -> None:
    for sequence in (1, 2, 3):
        a_payment(helene, sequence)
    run(tmp_path / "batch.csv", "--seal")
    run(tmp_path / "range.csv", "--from", "2026-11-20")
    assert (tmp_path / "batch.csv").read_bytes() == (tmp_path / "range.csv").read_bytes()


def test_each_establishment_counts_its_own(helene: Client, paris: Establishment, tmp_path: Path) -> None:
    a_payment(helene, 1)
    a_payment(a_client(paris), 1)
    by = {"until": date(2026, 11, 24), "by": "system"}
    batches = [seal_batch(establishment=tenant, **by) for tenant in (helene.establishment, paris)]  # type: ignore[arg-type]
    assert [batch and (batch.sequence, batch.lines) for batch in batches] == [(1, 1), (1, 1)]


def test_a_file_that_cannot_be_written_is_asked_for_again(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1)
    with pytest.raises(CommandError, match="écriture impossible"):
        run(tmp_path / "absent" / "1.csv", "--seal")
    run(tmp_path / "1.csv", "--batch", "1")
    assert len(rows(tmp_path / "1.csv")) == 1


@pytest.mark.parametrize("arguments", [[], ["--seal", "--batch", "1"], ["--seal", "--from", "2026-11-20"]])
def test_one_of_the_three(nantes: Establishment, tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(tmp_path / "1.csv", *arguments)


def test_a_batch_that_does_not_exist(nantes: Establishment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Le lot 7 n’existe pas") as refusal:
        run(tmp_path / "1.csv", "--batch", "7")
    assert refusal.value.returncode == 2


def test_the_journal_and_the_tables_keep_it(helene: Client, tmp_path: Path) -> None:
    a_payment(helene, 1)
    run(tmp_path / "1.csv", "--seal")
    assert Event.objects.get(kind="export_sealed").data == {"batch": 1, "lines": 1, "total": "59.20"}
    for table in (ExportBatch.objects.all(), ExportedLine.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.delete()


@needs_postgresql
@pytest.mark.usefixtures("committed")
class TestTwoAtOnce:
    @pytest.fixture
    def two_seals(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Any]]:
        tenant = an_establishment()
        for sequence in range(1, 4):
            a_payment(a_client(tenant), sequence)
        write = exports.write_rows

        def slow(*arguments: Any) -> Any:
            time.sleep(0.1)
            return write(*arguments)

        monkeypatch.setattr(exporting, "write_rows", slow)

        call = partial(seal_batch, establishment=tenant, until=date(2026, 11, 24), by="system")
        return lambda: at_once([call, call])

    def test_one_batch(self, two_seals: Callable[[], list[Any]]) -> None:
        outcomes = two_seals()
        assert sorted(getattr(outcome, "lines", 0) for outcome in outcomes) == [0, 3]
        assert ExportedLine.objects.count() == PaymentLine.objects.count() == 3

    @pytest.mark.usefixtures("without_locks")
    def test_without_the_lock_they_collide(self, two_seals: Callable[[], list[Any]]) -> None:
        assert sum(isinstance(outcome, IntegrityError) for outcome in two_seals()) == 1
