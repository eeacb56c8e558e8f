"""A tariff that a contract was signed under: the database itself refuses to change it or to lose it."""

import time
from collections.abc import Callable
from datetime import date
from threading import Event

import pytest
from at_once import at_once, needs_postgresql
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import QuerySet
from people import a_client, a_contract, a_tariff, an_establishment

from accounts.models import Client
from contracts.kept_tariffs import REFUSAL, lift_to_migrate, put_after_migrating, removal
from contracts.models import Contract, Tariff
from establishments.models import Establishment

CHANGES: dict[str, Callable[[QuerySet[Tariff]], object]] = {
    "rules": lambda tariffs: tariffs.update(rules={}),
    "first day": lambda tariffs: tariffs.update(valid_from=date(2026, 1, 1)),
    "code": lambda tariffs: tariffs.update(code="2026-01"),
    "number": lambda tariffs: tariffs.update(id=999_999),
    "all at once": lambda tariffs: Tariff.objects.update(rules={}),
    "delete": lambda tariffs: tariffs._raw_delete("default"),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


@pytest.fixture
def used(helene: Client) -> Tariff:
    return a_contract(helene).tariff


@every_change
def test_one_in_use_stays_as_it_is(used: Tariff, change: Callable[[QuerySet[Tariff]], object]) -> None:
    before = Tariff.objects.values().get()
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        change(Tariff.objects.filter(pk=used.pk))
    assert Tariff.objects.values().get() == before


@pytest.mark.parametrize("statement", ["UPDATE contracts_tariff SET code = 'x'", "DELETE FROM contracts_tariff"])
def test_plain_sql_is_refused_too(used: Tariff, statement: str) -> None:
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Tariff.objects.get() == used


def test_one_cannot_be_moved_to_another_establishment(used: Tariff, paris: Establishment) -> None:
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        Tariff.objects.filter(pk=used.pk).update(establishment=paris, code="elsewhere")


@every_change
def test_one_that_nobody_signed_under_may_change(
    used: Tariff, nantes: Establishment, change: Callable[[QuerySet[Tariff]], object]
) -> None:
    draft = a_tariff(nantes, code="draft")
    if change is not CHANGES["all at once"]:
        change(Tariff.objects.filter(pk=draft.pk))
        assert not Tariff.objects.filter(pk=draft.pk, code="draft", rules=draft.rules, valid_from=draft.valid_from)


def test_saving_the_same_again_is_no_change(used: Tariff) -> None:
    used.refresh_from_db()
    used.save()
    assert Tariff.objects.get() == used


def test_they_are_put_back_once(used: Tariff) -> None:
    for statement in removal(connection.vendor):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    Tariff.objects.update(code="meanwhile")
    for _ in range(2):
        put_after_migrating(using="default")
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        Tariff.objects.update(code="again")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone changes a table by making it again")
def test_a_later_migration_may_make_the_contracts_table_again(committed: None) -> None:
    with pytest.raises(OperationalError, match="error in trigger"), connection.schema_editor() as editor:
        editor._remake_table(Contract)  # type: ignore[attr-defined] # SQLite's
    lift_to_migrate(using="default")
    with connection.schema_editor() as editor:
        editor._remake_table(Contract)  # type: ignore[attr-defined] # SQLite's
    put_after_migrating(using="default")
    used = a_contract(a_client(an_establishment())).tariff
    with pytest.raises(IntegrityError, match=REFUSAL):
        Tariff.objects.filter(pk=used.pk).update(code="x")


@needs_postgresql
def test_no_contract_is_signed_between_the_look_and_the_change(committed: None) -> None:
    """The look finds nobody; who signs now waits until the change is committed, and signs under the new terms."""
    client = a_client(an_establishment())
    is_changing = Event()

    def change() -> bool:
        with transaction.atomic():
            Tariff.objects.update(valid_from=date(2026, 1, 1))
            is_changing.set()
            time.sleep(0.5)
            return Contract.objects.exists()

    def sign() -> date:
        assert is_changing.wait(timeout=20)
        a_contract(client)
        return Tariff.objects.get().valid_from

    assert at_once([change, sign]) == [False, date(2026, 1, 1)]
