"""The role that serves: what it may do is what the service does, and the journal is out of its reach."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import serving_role
from at_once import needs_postgresql
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser

from accounts.models import Client
from journal.append_only import creation
from journal.grants import FADE, GROW, READ, rights
from journal.models import Event

ROLE = "pretgage_test_service"


def may_not(statement: str) -> None:
    refusal = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="there it does its work")
def test_without_roles_it_says_so(db: None) -> None:
    with pytest.raises(CommandError, match="que dans PostgreSQL") as refusal:
        call_command("grant_service", ROLE)
    assert refusal.value.returncode == 2


@needs_postgresql
class TestOnPostgresql:
    @pytest.fixture
    def as_service(self, db: None) -> Iterator[None]:
        serving_role.prepare(ROLE)
        serving_role.become(ROLE)
        yield
        serving_role.become_owner()

    def test_what_only_grows_is_not_changed_emptied_or_opened(self, as_service: None) -> None:
        growing = [table for table, verbs in rights().items() if verbs in {GROW, FADE}]
        assert {"journal_event", "payments_credit", "payments_gatewaymessage"} <= set(growing)
        for table in growing:
            first = self.first_column(table)
            may_not(f"UPDATE {table} SET {first} = {first}")
            if rights()[table] == GROW:
                may_not(f"DELETE FROM {table}")
            may_not(f"TRUNCATE {table} CASCADE")
            may_not(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            may_not(f"DROP TRIGGER {table}_only_grows ON {table}")
            may_not(f"CREATE OR REPLACE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")

    def test_a_journal_that_lets_go_of_what_is_over_may_be_purged(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE one_more (id integer, kept_until timestamptz)")
            for statement in creation("one_more", "postgresql"):
                cursor.execute(statement)
        assert rights()["one_more"] == FADE

    def test_no_table_is_emptied_altered_or_made(self, as_service: None) -> None:
        for table in rights():
            may_not(f"TRUNCATE {table} CASCADE")
            may_not(f"ALTER TABLE {table} ADD COLUMN more integer")
            may_not(f"DROP TABLE {table} CASCADE")
        may_not("CREATE TABLE one_more (id integer)")
        may_not("DROP TRIGGER contracts_tariff_in_use_update ON contracts_tariff")

    def test_what_migrate_writes_is_read_only(self, as_service: None) -> None:
        assert rights()["django_migrations"] == READ
        may_not("DELETE FROM django_migrations")

    def test_health_sees_every_migration(self, as_service: None, browser: Browser) -> None:
        assert browser.get("/sante/pret/").json()["migrations"] == "ok"

    def test_a_page_and_its_event_are_written(self, helene_browser: Browser, helene: Client) -> None:
        serving_role.prepare(ROLE)
        serving_role.become(ROLE)
        helene_browser.post("/nantes/deconnexion/")
        serving_role.become_owner()
        assert Event.objects.filter(kind="logout").exists()

    def test_a_new_table_waits_for_the_command(self, db: None) -> None:
        serving_role.prepare(ROLE)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE one_more (id integer)")
        serving_role.become(ROLE)
        may_not("SELECT * FROM one_more")
        serving_role.become_owner()
        serving_role.prepare(ROLE)
        serving_role.become(ROLE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM one_more")

    def test_a_role_that_may_do_everything_is_refused(self, db: None) -> None:
        for role, words in ((self.owner(), "peut tout"), ("nobody_of_this_name", "n’existe pas")):
            with pytest.raises(CommandError, match=words) as refusal:
                call_command("grant_service", role)
            assert refusal.value.returncode == 2

    def test_a_right_from_elsewhere_is_found(self, db: None) -> None:
        serving_role.prepare(ROLE)
        for give, words in (
            ("GRANT DELETE ON payments_credit TO PUBLIC", "DELETE sur payments_credit"),
            ("GRANT TRUNCATE ON accounts_user TO PUBLIC", "TRUNCATE sur accounts_user"),
        ):
            self.refused_after(give, words)

    def test_who_may_still_make_tables_is_refused(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        serving_role.prepare(ROLE)
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE pretgage_test_makers")  # gone with the transaction of the test
            cursor.execute("GRANT CREATE ON SCHEMA public TO pretgage_test_makers")
            cursor.execute(f"GRANT pretgage_test_makers TO {ROLE}")
        self.refused_after("SELECT 1", "créer des tables")

    def refused_after(self, statement: str, words: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        with pytest.raises(CommandError, match=words):
            call_command("grant_service", ROLE, stdout=io.StringIO())

    def first_column(self, table: str) -> str:
        return str(connection.introspection.get_table_description(connection.cursor(), table)[0].name)

    def owner(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]
