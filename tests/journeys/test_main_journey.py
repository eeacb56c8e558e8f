"""From the list of establishments to the downloaded receipt: in Chromium, with scripts and without, and over HTTP.

One file: the test bank has one port, and pytest-xdist gives a file to one worker.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from demonstration import Demonstration
from playwright.sync_api import Browser, Page, ViewportSize, expect
from visitor import Visitor

from demo.cast import CAST, DEMO_PASSWORD, CastMember, cast_member

NEW_PASSWORD = "une-barque-bleue-sur-le-lac"
NARROW: ViewportSize = {"width": 360, "height": 740}
AXE_TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def page(chromium: Browser, javascript: bool) -> Iterator[Page]:
    """A phone's page, with or without scripts. axe is a script too: its checks run with them only."""
    context = chromium.new_context(
        viewport=NARROW, java_script_enabled=javascript, bypass_csp=javascript, locale="fr-FR"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield page
    context.close()


def look(page: Page, *, javascript: bool) -> None:
    """No rule of accessibility broken, nothing sideways, nothing too small to read."""
    if not javascript:
        return
    found = Axe().run(page, options=AXE_TAGS)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url
    too_small = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.checkVisibility())
            .filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert too_small == [], page.url


def newest(page: Page, demonstration: Demonstration, pattern: str, to: str) -> str:
    """What the newest message to somebody says, in the demonstration's inbox; a worker may need a moment to send it."""
    inbox = page.context.new_page()
    message = inbox.locator("article", has_text=to).filter(has_text=re.compile(pattern)).first
    for _ in range(40):
        inbox.goto(f"{demonstration.url}/demo/")
        if message.count():
            break
        inbox.wait_for_timeout(500)
    match = re.search(pattern, message.inner_text())
    inbox.close()
    assert match
    return match[1]


def choose_password(page: Page, demonstration: Demonstration, member: CastMember) -> None:
    link = newest(page, demonstration, r"(http://\S+/mot-de-passe/\S+)", _email_of(demonstration, member))
    page.goto(link)
    assert link.rsplit("/", 2)[1] not in page.url, "the token stays in the address"
    page.get_by_label("Nouveau mot de passe").fill(NEW_PASSWORD)
    page.get_by_label("Le même mot de passe").fill(NEW_PASSWORD)
    page.locator("main button[type=submit]").last.click()
    expect(page.locator("h1")).not_to_contain_text("Choisissez")


def log_in(page: Page, demonstration: Demonstration, member: CastMember, password: str, *, javascript: bool) -> None:
    page.goto(demonstration.url)
    look(page, javascript=javascript)
    page.get_by_role("link", name=re.compile(member.establishment, re.IGNORECASE)).first.click()
    page.wait_for_url("**/connexion/**")
    look(page, javascript=javascript)
    name, form = page.locator(".brand").first.bounding_box(), page.get_by_label("Identifiant").bounding_box()
    assert name
    assert form
    assert name["y"] < form["y"], "the establishment's name is above the form"
    page.get_by_label("Identifiant").fill(member.identifier)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="ME CONNECTER").click()
    expect(page.get_by_text(f"*****{member.phone[-3:]}")).to_be_visible()
    look(page, javascript=javascript)
    page.get_by_label("Code de vérification").fill(newest(page, demonstration, r"(\d{6}) est votre code", member.phone))
    page.get_by_role("button", name="VÉRIFIER").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")


def pay(page: Page, demonstration: Demonstration, contracts: list[str], *, javascript: bool) -> str:
    """Choose, confirm, pay at the bank; the total, as the confirm page says it."""
    query = "&".join(f"contract={number}" for number in contracts)
    page.goto(re.sub(r"/espace/.*", f"/payer/?{query}", page.url))
    look(page, javascript=javascript)
    page.locator("main form button[type=submit]").locator("visible=true").first.click()
    page.locator("form[action$='/payer/confirmer/']").wait_for()
    look(page, javascript=javascript)
    total = page.locator("main data.amount").last.get_attribute("value")
    assert total
    page.locator("form[action$='/payer/confirmer/'] button[type=submit]").click()
    if not javascript:
        page.locator("form.to-bank button").click()
    page.wait_for_url(f"{demonstration.bank}/**")
    page.locator("button[name=outcome][value=accepted]").click()
    page.wait_for_url(f"{demonstration.url}/**")
    expect(page.locator("[data-payment-state=paid]")).to_be_visible()
    look(page, javascript=javascript)
    return total


def taken_by_the_bank(demonstration: Demonstration) -> list[dict[str, object]]:
    with urlopen(f"{demonstration.bank}/payments.json") as answer:
        return [payment for payment in json.load(answer) if payment["state"] == "accepted"]


def _email_of(demonstration: Demonstration, member: CastMember) -> str:
    lookup = f"establishment__slug={member.establishment!r}, client_number={member.client_number!r}"
    script = f"from accounts.models import Client; print(Client.objects.get({lookup}).email)"
    return demonstration.manage("shell", "--no-imports", "-c", script).strip()


@pytest.mark.parametrize("javascript", [True])
def test_an_invited_client_pays_two_contracts_and_reads_the_receipt(
    page: Page, demonstration: Demonstration, javascript: bool, tmp_path: Path
) -> None:
    helene = cast_member("nantes")
    demonstration.manage("send_invitations", "nantes")
    choose_password(page, demonstration, helene)
    log_in(page, demonstration, helene, NEW_PASSWORD, javascript=javascript)
    look(page, javascript=javascript)
    for number, amount, expected in (("V0002", "59.20", "59,20"), ("V0003", "342.68", "342,68")):
        page.goto(f"{demonstration.url}/nantes/contrats/{number}/")
        look(page, javascript=javascript)
        due = page.locator("#amount-due")
        assert due.get_attribute("value") == amount
        expect(due).to_contain_text(expected)
    due_before = page.locator("#due-on").get_attribute("datetime") or ""
    page.goto(f"{demonstration.url}/nantes/espace/")
    assert pay(page, demonstration, ["V0002", "V0003"], javascript=javascript) == "401.88"

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("reçu", re.IGNORECASE)).first.click()
    receipt = Path(download.value.path()).read_bytes()
    assert receipt.startswith(b"%PDF-")
    assert re.fullmatch(r"recu-.*\.pdf", download.value.suggested_filename)

    page.goto(f"{demonstration.url}/nantes/contrats/V0003/")
    assert (page.locator("#due-on").get_attribute("datetime") or "") > due_before
    assert page.locator("#amount-due").get_attribute("value") == "0.00"
    page.goto(f"{demonstration.url}/nantes/contrats/")
    look(page, javascript=javascript)
    assert [payment["amount"] for payment in taken_by_the_bank(demonstration)] == [40188]

    exported = tmp_path / "export.csv"
    day = page.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Europe/Paris'})")
    demonstration.manage("export_payments", "nantes", "--from", day, str(exported))
    with exported.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert sorted((row["numero_contrat"], row["total"]) for row in rows) == [("V0002", "59.20"), ("V0003", "342.68")]

    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion/")
    page.goto(f"{demonstration.url}/nantes/espace/")
    assert "/connexion/" in page.url


@pytest.mark.parametrize("javascript", [False])
def test_the_same_way_without_javascript(page: Page, demonstration: Demonstration, javascript: bool) -> None:
    ousmane = cast_member("paris")
    log_in(page, demonstration, ousmane, DEMO_PASSWORD, javascript=javascript)
    total = pay(page, demonstration, ["P0001", "P0002"], javascript=javascript)
    assert total == "147.45"
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("reçu", re.IGNORECASE)).first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert {member.establishment for member in CAST} == {"nantes", "paris", "nice"}


def test_the_same_way_over_plain_http_and_by_payfip(demonstration: Demonstration) -> None:
    member = cast_member("nice")
    visitor = Visitor(demonstration)
    visitor.open("/nice/connexion/")
    visitor.submit("", identifier=member.identifier, password=DEMO_PASSWORD)
    visitor.submit("/connexion/code/", code=visitor.sms_code(member))
    assert visitor.answer.url.endswith("/nice/espace/")

    page = visitor.open("/nice/contrats/C0001/")
    assert page.get_element_by_id("amount-due").get("value") == "48.60"
    visitor.open("/nice/payer/")
    visitor.submit("/nice/payer/", contract=["C0001"])
    visitor.submit("/nice/payer/confirmer/")
    visitor.submit("/tpa/paiementws.web")
    status = visitor.submit("/tpa/outcome/", outcome="accepted", notification="now")
    assert status.xpath("//*[@data-payment-state]/@data-payment-state") == ["paid"]

    address = visitor.answer.url
    receipt = visitor.session.get(f"{address}recu.pdf", timeout=20)
    assert receipt.content.startswith(b"%PDF-")
    page = visitor.open("/nice/contrats/C0001/")
    assert page.get_element_by_id("amount-due").get("value") == "0.00"

    stranger = requests.get(f"{address}recu.pdf", timeout=20, allow_redirects=False)
    assert stranger.status_code == 302
    visitor.submit("/nice/deconnexion/")
    assert "/connexion/" in visitor.session.get(address, timeout=20).url


def test_the_inbox_shows_messages_and_no_row_of_the_program(demonstration: Demonstration) -> None:
    page = requests.get(f"{demonstration.url}/demo/", timeout=20)
    assert page.status_code == 200
    assert "ShownMessage" not in page.text
