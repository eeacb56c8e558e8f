"""The calendar: what it says and hides, the private address that a phone reads, who may do what with it."""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsers import CommittingBrowser
from django.test import Client as Browser
from people import a_contract

from accounts.models import Client
from contracts.actions.calendar import digest_of
from contracts.models import CalendarLink, Contract, Sale
from journal.models import Event
from messaging.models import InboxMessage

pytestmark = pytest.mark.time_machine(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=False)

DOWNLOAD, PAGE = "/nantes/contrats/echeances.ics", "/nantes/calendrier/"
FORBIDDEN = ("gage", "bijou", "pret", "vente", "enchere", "credit", "municipal", "nantes", "lefevre", "helene", "59")


def lines_of(data: bytes) -> list[str]:
    """Unfolded, as RFC 5545 wants them: CRLF, 75 octets at most before a fold."""
    assert data.endswith(b"\r\n")
    raw = data.removesuffix(b"\r\n").split(b"\r\n")
    assert not [line for line in raw if len(line) > 75 or b"\n" in line or b"\r" in line]
    return b"\r\n".join(raw).replace(b"\r\n ", b"").decode().split("\r\n")


def of(lines: list[str], name: str) -> list[str]:
    return [line.partition(":")[2] for line in lines if re.match(rf"{name}[;:]", line)]


def read(browser: Browser, path: str = DOWNLOAD) -> list[str]:
    answer: Any = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return lines_of(answer.content)


def address_from(answer: Any) -> str:
    """The path of the address that the page shows."""
    assert answer.status_code == 200
    found = re.search(r'<code id="calendar-address">([^<]+)</code>', answer.content.decode())
    assert found is not None
    return urlsplit(found[1]).path


def made(browser: Browser, title: str = "") -> str:
    return address_from(browser.post(PAGE, {"title": title}))


class TestWhatItSays:
    def test_one_event_a_date(self, helene: Client, helene_browser: Browser) -> None:
        a_contract(helene, number="V0003")
        a_contract(helene, number="V0004", status="blocked", due_on=date(2027, 1, 1))
        a_contract(helene, number="V0005", status="redeemed")
        lines = read(helene_browser)
        assert lines[0] == "BEGIN:VCALENDAR"
        assert lines[-1] == "END:VCALENDAR"
        assert of(lines, "VERSION") == ["2.0"]
        assert of(lines, "SUMMARY") == ["Date à retenir 0003", "Date à retenir 0004"]
        assert [line for line in lines if line.startswith("DTSTART")] == [
            "DTSTART;VALUE=DATE:20261202", "DTSTART;VALUE=DATE:20270101",
        ]  # fmt: skip
        assert of(lines, "DTEND") == ["20261203", "20270102"]
        assert of(lines, "TRIGGER") == ["-P6DT15H"] * 2  # nine o'clock, seven days before
        assert of(lines, "CLASS") == ["PRIVATE"] * 2
        assert len(set(of(lines, "UID"))) == 2
        assert all(re.fullmatch("[0-9]{8}T[0-9]{6}Z", stamp) for stamp in of(lines, "DTSTAMP"))

    def test_says_nothing_to_who_looks_over_the_shoulder(self, helene: Client, helene_browser: Browser) -> None:
        a_contract(helene, number="V0003")
        Sale.objects.create(
            contract=a_contract(helene, number="V0004", status="on_sale_list"), sale_on=date(2026, 12, 20)
        )
        answer = helene_browser.get(DOWNLOAD)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="dates.ics"'
        letters = unicodedata.normalize("NFD", answer.content.decode().casefold())
        shown = re.sub(r"(?m)^(uid|dt|sequence).*$", "", letters)
        assert not [word for word in FORBIDDEN if word in shown]

    def test_the_day_of_an_auction_stands_under_the_same_title(self, helene: Client, helene_browser: Browser) -> None:
        listed = a_contract(helene, number="V0004", status="on_sale_list", due_on=date(2026, 9, 1))
        assert of(read(helene_browser), "DTSTART") == []
        sale = Sale.objects.create(contract=listed)
        assert of(read(helene_browser), "DTSTART") == []
        sale.sale_on = date(2026, 12, 20)
        sale.save()
        lines = read(helene_browser)
        assert (of(lines, "DTSTART"), of(lines, "SUMMARY")) == (["20261220"], ["Date à retenir 0004"])

    def test_a_moved_date_is_the_same_event_later(self, helene: Client, helene_browser: Browser) -> None:
        contract = a_contract(helene)
        before = read(helene_browser)
        assert read(helene_browser) == before
        Contract.objects.filter(pk=contract.pk).update(due_on=date(2027, 6, 2), period_started_on=date(2026, 12, 2))
        after = read(helene_browser)
        assert of(after, "UID") == of(before, "UID")
        assert of(after, "DTSTART") == ["20270602"]
        assert int(of(after, "SEQUENCE")[0]) > int(of(before, "SEQUENCE")[0])

    def test_the_clients_own_title_is_folded_and_escaped(self, helene: Client, helene_browser: Browser) -> None:
        a_contract(helene, number="V0003")
        made(helene_browser, "é;à,ç\\ô" * 5)
        lines = read(helene_browser)
        assert of(lines, "SUMMARY") == ["é\\;à\\,ç\\\\ô" * 5 + " 0003"]
        assert of(lines, "X-WR-CALNAME") == ["é\\;à\\,ç\\\\ô" * 5]

    def test_of_nobody_elses(self, helene: Client, ousmane_browser: Browser) -> None:
        a_contract(helene)
        assert of(read(ousmane_browser), "SUMMARY") == []


class TestThePrivateAddress:
    def test_a_phone_reads_it_without_a_session(self, helene: Client, helene_browser: Browser) -> None:
        a_contract(helene, number="V0003")
        path = made(helene_browser)
        assert re.fullmatch(r"/nantes/calendrier/[\w-]{43}\.ics", path)
        answer: Any = CommittingBrowser().get(path)
        assert answer.content == helene_browser.get(DOWNLOAD).content
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.cookies == {}
        again = CommittingBrowser().get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])

    def test_only_its_digest_is_kept_and_it_is_shown_once(self, helene: Client, helene_browser: Browser) -> None:
        token = made(helene_browser).rpartition("/")[2].removesuffix(".ics")
        link = CalendarLink.objects.get()
        assert link.digest == digest_of(token)
        assert token not in helene_browser.get(PAGE).content.decode()
        assert token not in str(list(Event.objects.values())) + str(list(InboxMessage.objects.values()))

    def test_the_page_that_shows_it_stays_in_no_cache(self, helene_browser: Browser) -> None:
        answer = helene_browser.post(PAGE, {"title": ""})
        assert "no-store" in answer.headers["Cache-Control"]
        assert 'href="webcal://' in answer.content.decode()

    def test_a_new_one_closes_the_old_one(self, helene: Client, helene_browser: Browser) -> None:
        first, second = made(helene_browser), made(helene_browser)
        assert CommittingBrowser().get(first).status_code == 404
        assert CommittingBrowser().get(second).status_code == 200
        kinds = Event.objects.filter(kind__startswith="calendar", subject=f"user:{helene.user_id}")
        assert list(kinds.order_by("pk").values_list("kind", flat=True)) == [
            "calendar_link_made",
            "calendar_link_renewed",
        ]
        assert InboxMessage.objects.filter(to=helene.email).count() == 2

    def test_is_taken_back(self, helene_browser: Browser) -> None:
        path = made(helene_browser)
        answer = helene_browser.post(PAGE + "supprimer/", follow=True)
        assert "Votre téléphone ne lira plus rien." in answer.content.decode()
        assert CommittingBrowser().get(path).status_code == 404
        assert Event.objects.filter(kind="calendar_link_revoked").count() == 1
        again = helene_browser.post(PAGE + "supprimer/", follow=True)
        assert "Il n’y avait pas d’adresse à supprimer." in again.content.decode()
        assert Event.objects.filter(kind="calendar_link_revoked").count() == 1

    def test_opens_nothing_else(self, helene: Client, helene_browser: Browser, paris: Any) -> None:
        path = made(helene_browser)
        assert CommittingBrowser().get(path.replace("/nantes/", "/paris/")).status_code == 404
        assert CommittingBrowser().post(path).status_code == 405
        phone = CommittingBrowser()
        phone.get(path)
        assert phone.get("/nantes/espace/").status_code == 302

    def test_dies_with_the_account(self, helene: Client, helene_browser: Browser) -> None:
        path = made(helene_browser)
        helene.user.is_active = False
        helene.user.save()
        assert CommittingBrowser().get(path).status_code == 404

    @pytest.mark.parametrize("token", ["a-b", "x" * 500, "é", "%00", "' or 1=1 --"])
    def test_a_wrong_one_does_not_exist(self, helene: Client, token: str) -> None:
        answer = CommittingBrowser().get(f"/nantes/calendrier/{token}.ics")
        assert answer.status_code == 404
        assert "no-store" in answer.headers["Cache-Control"]


class TestLimits:
    def test_wrong_ones_from_one_address(self, helene: Client, helene_browser: Browser) -> None:
        path, phone = made(helene_browser), CommittingBrowser()
        answers = [phone.get(f"/nantes/calendrier/{n}.ics").status_code for n in range(61)]
        assert (answers[:60], answers[60]) == ([404] * 60, 429)
        assert phone.get(path).status_code == 200, "a right one is not counted there"

    def test_one_calendar(self, helene_browser: Browser) -> None:
        path, phone = made(helene_browser), CommittingBrowser()
        answers = [phone.get(path).status_code for _ in range(61)]
        assert (answers[:60], answers[60]) == ([200] * 60, 429)

    def test_new_addresses(self, helene_browser: Browser) -> None:
        paths = [made(helene_browser) for _ in range(5)]
        answer = helene_browser.post(PAGE, {"title": "Piscine"})
        assert answer.status_code == 429
        assert "Piscine" in answer.content.decode()
        assert CommittingBrowser().get(paths[-1]).status_code == 200


class TestTheTitle:
    def test_changes_without_a_new_address(self, helene: Client, helene_browser: Browser) -> None:
        a_contract(helene, number="V0003")
        path = made(helene_browser)
        answer = helene_browser.post(PAGE + "titre/", {"title": "Piscine"}, follow=True)
        assert "«&nbsp;Piscine&nbsp;»" in answer.content.decode()
        assert of(read(CommittingBrowser(), path), "SUMMARY") == ["Piscine 0003"]
        assert Event.objects.filter(kind="calendar_titled").count() == 1

    def test_needs_an_address(self, helene_browser: Browser) -> None:
        answer = helene_browser.post(PAGE + "titre/", {"title": "Piscine"}, follow=True)
        assert "Vous n’avez pas d’adresse de calendrier" in answer.content.decode()
        assert not Event.objects.filter(kind="calendar_titled").exists()

    @pytest.mark.parametrize("path", [PAGE, PAGE + "titre/"])
    @pytest.mark.parametrize("title", ["x" * 41, "a\x00b", "a\u202eb", "a\x07b"])
    def test_that_no_calendar_could_show_is_refused(self, helene_browser: Browser, path: str, title: str) -> None:
        answer = helene_browser.post(path, {"title": title})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not CalendarLink.objects.exists()


def test_the_pages_queries_do_not_grow(helene: Client, django_assert_num_queries: Any, helene_browser: Browser) -> None:
    path = made(helene_browser)
    a_contract(helene)
    phone = CommittingBrowser()
    for more in (0, 30):
        for _ in range(more):
            a_contract(helene)
        with django_assert_num_queries(4):  # establishment, link, its limit, contracts
            phone.get(path)
