"""Each committed fact is a line of the log too: another machine keeps it, where the database's owner has no hand."""

from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client as Browser
from doors import sms_code, type_code, type_password
from log_lines import LogLines
from people import an_establishment

from accounts.models import Client
from contracts.tasks import purge
from journal import actions
from journal.actions import record
from journal.models import Event


@pytest.mark.usefixtures("committed")
class TestCommits:
    def test_a_fact_is_one_line_once_it_is_committed(self, log: LogLines) -> None:
        nantes = an_establishment()
        with transaction.atomic():
            event = record("renamed", by="agent:7", subject=nantes, words="secret words", factor="sms")
            assert log.of("journal") == []
        (line,) = log.of("journal")
        assert line.pop("at").endswith("+00:00")
        assert line == {
            "level": "INFO",
            "logger": "journal.actions",
            "message": f"renamed establishment:{nantes.pk}, by agent:7",
            "event": event.pk,
            "kind": "renamed",
            "actor": "agent:7",
            "subject": f"establishment:{nantes.pk}",
            "establishment": nantes.pk,
            "factor": "sms",
        }

    def test_what_is_rolled_back_is_no_line(self, log: LogLines) -> None:
        nantes = an_establishment()
        with transaction.atomic():
            with transaction.atomic():
                record("renamed", by="system", subject=nantes)
                transaction.set_rollback(True)
            record("kept", by="system", subject=nantes)
        assert [line["kind"] for line in log.of("journal")] == ["kept"]

    def test_a_log_that_fails_costs_nothing_else(self, log: LogLines) -> None:
        nantes = an_establishment()
        with patch.object(actions.logger, "info", side_effect=OSError("disk full")), transaction.atomic():
            record("renamed", by="system", subject=nantes)
        assert Event.objects.get().kind == "renamed"
        assert "disk full" in log.of("django.db")[0]["exception"]

    def test_outside_a_request_a_line_names_none(self, log: LogLines) -> None:
        with transaction.atomic():
            record("swept", by="system", subject=an_establishment())
        purge()
        assert log.of("journal")
        assert all("request" not in line and "address" not in line for line in log.of("journal"))


@pytest.mark.usefixtures("committed")
def test_a_login_is_followed_by_its_numbers(helene: Client, log: LogLines) -> None:
    browser = Browser(REMOTE_ADDR="192.0.2.7")  # its requests commit by themselves
    refused = type_password(browser, helene, "pas-le-bon-du-tout")
    sent = type_password(browser, helene)
    entered = type_code(browser, helene, sms_code(helene))
    lines = log.of("journal")
    by_request: dict[str, set[str]] = {answer.headers["X-Request-ID"]: set() for answer in (refused, sent, entered)}
    for line in lines:
        assert line["address"] == "192.0.2.7"
        assert line["establishment"] == helene.establishment_id
        by_request[line["request"]].add(line["kind"])
    assert list(by_request.values()) == [{"login_refused"}, {"code_sent"}, {"login"}]
    (login,) = (line for line in lines if line["kind"] == "login")
    assert (login["factor"], login["actor"], login["method"]) == ("sms", "visitor", "POST")
    assert login["path"] == "/nantes/connexion/code/"
    assert {line["event"] for line in lines} <= set(Event.objects.values_list("pk", flat=True))
