"""The warning before a session ends, in Chromium with the keyboard alone; and how the security pages look to axe."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.utils import timezone
from people import PASSWORD, a_client, an_establishment
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Client, Session

AXE_TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDTH = 360
QUESTION = "Vous serez déconnecté dans"


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def client(site: str) -> Client:
    return a_client(an_establishment())


@pytest.fixture
def context(site: str, client: Client, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that is inside, on a phone."""
    key = log_in(CommittingBrowser(), client).session.session_key
    context = chromium.new_context(viewport={"width": WIDTH, "height": 740}, locale="fr-FR", bypass_csp=True)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(key), "url": site}])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Page:
    """The change of password, with its clock in our hands and the focus in a field."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.clock.install()
    page.goto(f"{site}/nantes/securite/mot-de-passe/")
    page.get_by_label("Mot de passe actuel").focus()
    return page


def pass_time(page: Page, seconds: int, *, for_the_server: int | None = None) -> None:
    """For the page, and for the session's row."""
    past = timezone.now() - timedelta(seconds=seconds if for_the_server is None else for_the_server)
    Session.objects.filter(user__isnull=False).update(last_used_at=past)
    page.clock.fast_forward(1000 * seconds)
    page.clock.run_for(2000)


def idle_since() -> float:
    used = Session.objects.get(user__isnull=False).last_used_at
    return (timezone.now() - used).total_seconds()


def test_two_minutes_before_the_end_a_key_stays(page: Page) -> None:
    pass_time(page, 12 * 60)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    pass_time(page, 65, for_the_server=785)
    question = page.get_by_role("alertdialog", name=QUESTION)
    expect(question).to_be_visible()
    stay = page.get_by_role("button", name="Rester connecté")
    expect(stay).to_be_focused()
    axe = Axe().run(page, options=AXE_TAGS)
    assert axe.violations_count == 0, axe.generate_report()
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(page.get_by_label("Mot de passe actuel")).to_be_focused()
    expect(page.get_by_text("Vous restez connecté.")).to_be_attached()
    assert idle_since() < 60


def test_escape_stays_too(page: Page) -> None:
    pass_time(page, 785)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert idle_since() < 60


def test_one_may_leave_by_the_keyboard(page: Page, site: str) -> None:
    pass_time(page, 785)
    expect(page.get_by_role("button", name="Rester connecté")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/nantes/connexion/")
    assert not Session.objects.filter(user__isnull=False).exists()


def test_without_an_answer_the_login_says_why(page: Page, site: str) -> None:
    pass_time(page, 785)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    pass_time(page, 120, for_the_server=905)
    page.wait_for_url(f"{site}/nantes/connexion/?next=*")
    expect(page.get_by_text("sans activité")).to_be_visible()


def test_another_tab_that_is_used_silences_it(page: Page) -> None:
    """What the server knows comes before this page's clock."""
    page.clock.fast_forward(785_000)
    page.clock.run_for(2000)
    page.wait_for_timeout(500)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_an_answer_in_another_tab_answers_here(page: Page, context: BrowserContext, site: str) -> None:
    pass_time(page, 785)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    other = context.new_page()
    other.clock.install(time=page.evaluate("Date.now()"))
    other.goto(f"{site}/nantes/espace/")
    page.clock.run_for(2000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_after_eight_hours_nothing_can_be_answered(page: Page) -> None:
    Session.objects.filter(user__isnull=False).update(started_at=timezone.now() - timedelta(seconds=8 * 3600 - 840))
    page.reload()
    Session.objects.filter(user__isnull=False).update(started_at=timezone.now() - timedelta(seconds=8 * 3600 - 110))
    page.clock.fast_forward(730_000)
    page.clock.run_for(2000)
    expect(page.get_by_text("Une connexion dure 8")).to_be_visible()
    page.get_by_role("button", name="J’ai compris").press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(5000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_the_hint_while_typing(page: Page) -> None:
    field = page.get_by_label("Nouveau mot de passe")
    hint = page.locator(".hint")
    for typed, words in (
        ("chat", "Encore 8"),
        ("azer", "se suivent"),
        ("7654", "se suivent"),
        ("aaaa", "se répète"),
        ("abababababab", "Peu de caractères différents"),
        ("le vélo de tante", "Assez long."),
        ("", ""),
    ):
        field.fill(typed)
        page.clock.run_for(600)
        expect(hint).to_contain_text(words)


def test_the_pages_are_clear_on_a_phone(context: BrowserContext, client: Client, site: str) -> None:
    log_in(
        CommittingBrowser(headers={"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Firefox/128.0"}), client
    )
    page = context.new_page()
    for path in ("", "evenements/", "mot-de-passe/", "message/"):
        page.goto(f"{site}/nantes/securite/{path}")
        axe = Axe().run(page, options=AXE_TAGS)
        assert axe.violations_count == 0, axe.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path
    page.get_by_label("Référence du message").fill("K7PM-3QXR")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Nous n’avons pas envoyé ce message")).to_be_visible()
    axe = Axe().run(page, options=AXE_TAGS)
    assert axe.violations_count == 0, axe.generate_report()


def test_a_password_is_changed_with_the_keyboard(page: Page, site: str) -> None:
    page.keyboard.type(PASSWORD)
    for label in ("Nouveau mot de passe", "Le même mot de passe, encore une fois"):
        page.get_by_label(label).focus()
        page.keyboard.type("une-barque-bleue-sur-le-lac")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/nantes/securite/")
    expect(page.get_by_text("Votre nouveau mot de passe est enregistré.")).to_be_visible()
