"""What `purge` erases, a second after its term and not a second before; and what it never does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from at_once import at_once, needs_postgresql
from django.core.management import call_command
from django.db import connection, transaction
from doors import door
from papers_sent import a_document
from people import a_client, a_contract

from accounts.actions import purge as accounts_purge
from accounts.models import Client, Document, DocumentContent
from contracts.actions.purge import note_who_has_no_contract, purge
from contracts.actions.remind import send_reminders
from contracts.models import ClientRequest, Contract, Reminder
from journal import retention
from journal.retention import ANOTHER_OCCASION, MESSAGES, PAPERS, REPLACED_PAPERS, REQUESTS
from messaging import erasure
from messaging.models import Message

NOW = datetime(2031, 6, 15, 4, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _tonight(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def a_message(client: Client, state: str = "sent", **facts: Any) -> Message:
    values: dict[str, Any] = {
        "channel": "email",
        "kind": "identifier",
        "about": f"user:{client.user_id}",
        "recipient": client.email,
    }
    values |= {"addressee": f"user:{client.user_id}", "created_at": NOW - MESSAGES - DAY, "state": state}
    return Message.objects.create(establishment=client.establishment, **values, **facts)


def kept(documents: list[Document]) -> list[bool]:
    return [DocumentContent.objects.filter(document=document).exists() for document in documents]


class TestMessages:
    @pytest.mark.parametrize("state", ["sent", "failed", "expired"])
    def test_a_year_after_it_was_settled(self, helene: Client, state: str) -> None:
        over = a_message(helene, state, done_at=NOW - MESSAGES - SECOND)
        stays = a_message(helene, state, done_at=NOW - MESSAGES + SECOND)
        assert purge(by="system").messages == 1
        assert set(Message.objects.all()) == {stays}
        assert over.pk

    def test_one_in_doubt_too_one_that_waits_never(self, helene: Client) -> None:
        a_message(helene, "sending", sending_at=NOW - MESSAGES - SECOND)
        stays = {
            a_message(helene, "sending", sending_at=NOW - MESSAGES + SECOND),
            a_message(helene, "queued", sealed="x"),
        }
        assert purge(by="system").messages == 1
        assert set(Message.objects.all()) == stays

    def test_batch_by_batch(self, helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(erasure, "A_BATCH", 2)
        for _ in range(5):
            a_message(helene, done_at=NOW - MESSAGES - SECOND)
        assert purge(by="system").messages == 5

    def test_a_reminder_is_not_sent_again_once_its_message_has_gone(self, helene: Client, time_machine: Any) -> None:
        contract = a_contract(helene)
        send_reminders(on=contract.due_on - timedelta(days=7), by="system")
        assert Reminder.objects.count() == 1
        Message.objects.update(created_at=NOW - 2 * MESSAGES, done_at=NOW - 2 * MESSAGES, state="sent", sealed="")
        assert purge(by="system").messages == 1
        assert send_reminders(on=contract.due_on - timedelta(days=7), by="system").warnings == 0

    def test_who_asks_whether_it_was_ours_reads_how_far_back_we_know(self, helene: Client, helene_browser: Any) -> None:
        message = a_message(helene, done_at=NOW - MESSAGES - SECOND)
        purge(by="system")
        answer = helene_browser.post(door("check_message", helene), {"reference": message.reference})
        assert (
            "du moins depuis un an. Nous ne gardons pas la trace des messages plus anciens" in answer.content.decode()
        )


class TestRequests:
    def test_five_years_after_the_answer(self, helene: Client) -> None:
        facts = {"establishment": helene.establishment, "kind": "more_time", "opened_at": NOW - 2 * REQUESTS}
        contract = a_contract(helene)
        for state, closed_at in (
            ("done", NOW - REQUESTS - SECOND), ("withdrawn", NOW - REQUESTS - SECOND),
            ("done", NOW - REQUESTS + SECOND), ("open", None),
        ):  # fmt: skip
            ClientRequest.objects.create(contract=contract, state=state, closed_at=closed_at, **facts)
        assert purge(by="system").requests == 2
        assert set(ClientRequest.objects.values_list("state", flat=True)) == {"done", "open"}
        assert Contract.objects.filter(pk=contract.pk).exists()


class TestReplacedPapers:
    def pair(self, client: Client, *, apart: timedelta, accepted: timedelta, **newer: Any) -> list[Document]:
        """An accepted paper, and a newer one that was sent `apart` after it and accepted `accepted` ago."""
        sent_at = NOW - timedelta(days=400)
        facts = {"state": "accepted", "sent_at": sent_at + apart, "decided_at": NOW - accepted, **newer}
        return [a_document(client, state="accepted", sent_at=sent_at, decided_at=sent_at), a_document(client, **facts)]

    def test_thirty_days_after_the_newer_one_was_accepted(self, helene: Client, ousmane: Client) -> None:
        over = self.pair(helene, apart=ANOTHER_OCCASION + SECOND, accepted=REPLACED_PAPERS + SECOND)
        stay = self.pair(ousmane, apart=ANOTHER_OCCASION + SECOND, accepted=REPLACED_PAPERS - SECOND)
        assert purge(by="system").accounts.replaced == 1
        assert (kept(over), kept(stay)) == ([False, True], [True, True])

    def test_the_two_sides_of_a_card_stay(self, helene: Client) -> None:
        pair = self.pair(helene, apart=ANOTHER_OCCASION - SECOND, accepted=REPLACED_PAPERS + DAY)
        purge(by="system")
        assert kept(pair) == [True, True]

    @pytest.mark.parametrize(
        "newer",
        [{"kind": "address"}, {"state": "refused", "reason": "Floue."}, {"state": "waiting", "decided_at": None}],
    )
    def test_only_an_accepted_one_of_its_kind_replaces_it(self, helene: Client, newer: dict[str, Any]) -> None:
        old, _ = self.pair(helene, apart=ANOTHER_OCCASION + SECOND, accepted=DAY * 25, **newer)
        purge(by="system")
        assert kept([old]) == [True]

    def test_anothers_replaces_nothing(self, helene: Client, ousmane: Client) -> None:
        old, newer = self.pair(helene, apart=ANOTHER_OCCASION + SECOND, accepted=REPLACED_PAPERS + SECOND)
        Document.objects.filter(pk=newer.pk).update(client=ousmane)
        purge(by="system")
        assert kept([old]) == [True]


class TestPapersOfFormerClients:
    def former(self, client: Client, *, gone: timedelta, sent: timedelta) -> Document:
        Client.objects.filter(pk=client.pk).update(without_contract_since=(NOW - gone).date())
        return a_document(client, state="accepted", sent_at=NOW - sent)

    def test_five_years_after_the_last_contract_ended(self, helene: Client, ousmane: Client) -> None:
        a_contract(helene, status="redeemed")
        over = self.former(helene, gone=PAPERS + DAY, sent=PAPERS + SECOND)
        stays = self.former(ousmane, gone=PAPERS, sent=PAPERS + SECOND)
        assert purge(by="system").papers == 1
        assert kept([over, stays]) == [False, True]
        over.refresh_from_db()
        assert over.state == "accepted", "that it was accepted stays"

    def test_five_years_after_it_was_sent(self, helene: Client, ousmane: Client) -> None:
        over = self.former(helene, gone=2 * PAPERS, sent=PAPERS + SECOND)
        stays = self.former(ousmane, gone=2 * PAPERS, sent=PAPERS - SECOND)
        purge(by="system")
        assert kept([over, stays]) == [False, True]

    @pytest.mark.parametrize("status", ["active", "blocked", "on_sale_list", "repaid"])
    def test_a_contract_that_runs_keeps_them_and_the_count_begins_again(self, helene: Client, status: str) -> None:
        document = self.former(helene, gone=2 * PAPERS, sent=2 * PAPERS)
        contract = a_contract(helene, status=status)
        purge(by="system")
        helene.refresh_from_db()
        assert (kept([document]), helene.without_contract_since) == ([True], None)
        Contract.objects.filter(pk=contract.pk).update(status="closed")
        purge(by="system")
        helene.refresh_from_db()
        assert (kept([document]), helene.without_contract_since) == ([True], NOW.date())

    def test_the_first_night_without_a_contract_is_noted_once(self, helene: Client, time_machine: Any) -> None:
        a_contract(helene, status="sold")
        document = a_document(helene)
        without_papers = a_client(helene.establishment)
        for night in range(3):
            time_machine.move_to(NOW + night * DAY, tick=False)
            purge(by="system")
        helene.refresh_from_db()
        without_papers.refresh_from_db()
        assert (helene.without_contract_since, without_papers.without_contract_since) == (NOW.date(), None)
        time_machine.move_to(NOW + PAPERS + DAY, tick=False)
        purge(by="system")
        assert kept([document]) == [False]

    @needs_postgresql
    def test_a_client_that_an_import_holds_is_not_waited_for(self, committed: None, helene: Client) -> None:
        a_document(helene)

        def hold() -> str:
            with transaction.atomic():
                Client.objects.select_for_update().get(pk=helene.pk)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(2)")
            return "held"

        def note() -> str:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
                cursor.execute("SET lock_timeout = '1s'")
            note_who_has_no_contract(today=NOW.date())
            return "noted"

        assert at_once([hold, note]) == ["held", "noted"]
        helene.refresh_from_db()
        assert helene.without_contract_since is None, "the next night sees it"


class TestRefusedPapers:
    def test_thirty_days_to_the_second(self, helene: Client) -> None:
        papers = [
            a_document(helene, state="refused", reason="Floue.", decided_at=NOW - retention.REFUSED_PAPERS + shift)
            for shift in (-SECOND, SECOND)
        ]
        assert purge(by="system").accounts.refused == 1
        assert kept(papers) == [False, True]


def test_each_count_is_printed(
    helene: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accounts_purge, "A_BATCH", 1)
    for _ in range(2):
        a_message(helene, done_at=NOW - MESSAGES - SECOND)
    call_command("purge")
    assert capsys.readouterr().out.endswith(
        "0\u00a0document refusé effacé, 0\u00a0document remplacé effacé, 0\u00a0document d’ancien client effacé, "
        "0\u00a0demande à l’agence effacée, 2\u00a0messages effacés, 0\u00a0événement du journal effacé.\n"
    )
