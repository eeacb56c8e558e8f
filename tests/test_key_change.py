"""SECRET_KEY is replaced while people are in the middle of something: what the former key made goes on.

Each journey is played twice, with the former key kept and without it: the promise is seen to be the former key's.
"""

import ast
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from agents import LOGIN, agent_facts
from captchas import solution_in
from django.conf import settings as running
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.utils import timezone
from doors import door, enter, is_inside, link_in, newest_mail, sms_code, type_code, type_password
from people import PASSWORD, a_contract
from phone_change import NEW, ask, code_at, confirm

from accounts import browsers, captcha
from accounts.actions.email import confirm_email, request_email_change
from accounts.actions.passkeys import new_passkey_challenge
from accounts.actions.sessions import SessionClosed, close_session
from accounts.models import Client, Session, User
from accounts.sessions import reference_of
from contracts import photo_files
from contracts.actions import reseal as resealing
from contracts.models import ClientRequest, Contract
from contracts.standing import standing_of
from establishments.models import Establishment
from messaging.models import Message
from messaging.sealing import Text, has_current_seal, seal, seal_again, unseal
from payments.offers import is_still_offered
from payments.offers import seal as seal_of_offer

Change = Callable[[], None]


@pytest.fixture(params=[True, False], ids=["former key kept", "former key gone"])
def is_kept(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def change_key(settings: Any, is_kept: bool) -> Change:
    def change() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if is_kept else []
        settings.SECRET_KEY = "the-key-of-the-day-after-which-nobody-had-yet"

    return change


def test_a_session(helene: Client, helene_browser: Browser, change_key: Change, is_kept: bool) -> None:
    change_key()
    assert is_inside(helene_browser, helene) is is_kept
    assert is_inside(helene_browser, helene) is is_kept, "renewed under the new key"


def test_a_login_between_password_and_code(browser: Browser, helene: Client, change_key: Change, is_kept: bool) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    change_key()
    type_code(browser, helene, code)
    assert is_inside(browser, helene) is is_kept


def test_an_agents_session(browser: Browser, agent: User, change_key: Change, is_kept: bool) -> None:
    browser.post(LOGIN, agent_facts(agent))
    change_key()
    assert (browser.get("/gestion/").status_code == 200) is is_kept


def test_a_step_up(helene: Client, helene_browser: Browser, change_key: Change, is_kept: bool) -> None:
    session = helene_browser.session
    session["proved_at"] = 0.0
    session.save()
    helene_browser.post(door("confirm_identity", helene), {"password": PASSWORD})
    code = sms_code(helene)
    change_key()
    answer = helene_browser.post(door("code", helene), {"code": code})
    assert (answer.status_code == 302 and is_inside(helene_browser, helene)) is is_kept


def test_a_password_link(browser: Browser, helene: Client, change_key: Change, is_kept: bool) -> None:
    browser.post(door("request_password", helene), {"identifier": helene.user.identifier})
    link = link_in(newest_mail(helene.email))
    change_key()
    page = browser.get(link).headers["Location"]
    browser.post(page, {"new_password1": "quatre-canards-sur-le-quai", "new_password2": "quatre-canards-sur-le-quai"})
    assert User.objects.get(pk=helene.user_id).check_password("quatre-canards-sur-le-quai") is is_kept


def test_a_link_for_an_email(helene: Client, change_key: Change, is_kept: bool) -> None:
    request_email_change(user_pk=helene.user_id, email="nouvelle@example.org", by="user:1")
    mail = unseal(Message.objects.get(recipient="nouvelle@example.org").sealed).body
    token = next(line for line in mail.splitlines() if "/profil/e-mail/" in line).rstrip("/").split("/")[-1]
    change_key()
    confirm_email(establishment=helene.establishment, token=token, by="user:1")
    assert (Client.objects.get(pk=helene.pk).email == "nouvelle@example.org") is is_kept


def test_a_code_for_another_mobile(helene: Client, helene_browser: Browser, change_key: Change, is_kept: bool) -> None:
    ask(helene_browser, helene)
    change_key()
    confirm(helene_browser, helene, code_at(helene.phone))
    if is_kept:
        confirm(helene_browser, helene, code_at(NEW))
    assert (Client.objects.get(pk=helene.pk).phone == NEW) is is_kept


def test_a_waiting_message(nantes: Establishment, change_key: Change, is_kept: bool) -> None:
    message = a_waiting_message(nantes)
    change_key()
    call_command("send_pending_messages")
    message.refresh_from_db()
    assert (message.state == Message.State.SENT) is is_kept


def test_a_known_browser(browser: Browser, helene: Client, change_key: Change, is_kept: bool, rf: Any) -> None:
    enter(browser, helene)
    request = rf.get("/")
    request.COOKIES = {browsers.COOKIE: browser.cookies[browsers.COOKIE].value}
    secret = browsers.known_as(request, helene.user.username)
    assert secret
    change_key()
    assert browsers.known_as(request, helene.user.username) == (secret if is_kept else "")
    enter(browser, helene)
    request.COOKIES = {browsers.COOKIE: browser.cookies[browsers.COOKIE].value}
    assert (browsers.known_as(request, helene.user.username) == secret) is is_kept, "carried over by the next login"
    assert len(browsers._read(request)) == 1, "and not beside its former self"


def test_a_solved_captcha(browser: Browser, helene: Client, settings: Any, change_key: Change, is_kept: bool) -> None:
    settings.CAPTCHA = "altcha"
    solution = solution_in(browser.get(door("login", helene)).content)
    change_key()
    assert isinstance(captcha._check_solution(solution, "127.0.0.1"), captcha.Passed) is is_kept


def test_a_session_named_on_an_open_page(
    helene: Client, helene_browser: Browser, change_key: Change, is_kept: bool
) -> None:
    reference = reference_of(Session.objects.get(user=helene.user).session_key)
    change_key()
    assert isinstance(close_session(user=helene.user, reference=reference, by="user:1"), SessionClosed) is is_kept


def test_a_quote_that_was_read(helene: Client, change_key: Change, is_kept: bool) -> None:
    contract: Contract = a_contract(helene)
    standing = standing_of(contract, on=contract.pledged_on, now=timezone.now())
    sealed = seal_of_offer(helene, [standing])
    change_key()
    assert is_still_offered(sealed, helene, [standing]) is is_kept


def test_a_photo_keeps_its_name(change_key: Change, is_kept: bool) -> None:
    name, *_ = photo_files.keys_of(7, b"a picture")
    change_key()
    assert (name in photo_files.keys_of(7, b"a picture")) is is_kept


def test_a_passkeys_keeper_sees_one_account(helene: Client, change_key: Change) -> None:
    before = json.loads(new_passkey_challenge(helene.user).options)["user"]["id"]
    change_key()
    assert json.loads(new_passkey_challenge(helene.user).options)["user"]["id"] == before


def a_waiting_message(establishment: Establishment) -> Message:
    message: Message = Message.objects.create(
        channel="email",
        recipient="c@example.org",
        establishment=establishment,
        sealed=seal(Text("Bonjour", "bonjour")),
        created_at=timezone.now() - timedelta(minutes=5),
    )
    return message


class TestReseal:
    """What may live longer than the former key is sealed again, so that it can be destroyed."""

    def run(self, *options: str) -> str:
        printed = io.StringIO()
        call_command("reseal", *options, stdout=printed)
        return printed.getvalue()

    def asked(self, client: Client) -> ClientRequest:
        made: ClientRequest = ClientRequest.objects.create(
            establishment=client.establishment,
            contract=a_contract(client),
            kind="surplus",
            opened_at=timezone.now(),
            sealed_iban=seal(Text("", "FR7630006000011234567890189")),
        )
        return made

    def test_then_the_former_key_may_go(self, helene: Client, settings: Any) -> None:
        asked, message = self.asked(helene), a_waiting_message(helene.establishment)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the-key-of-the-day-after"
        assert "2\u00a0textes à sceller" in self.run()
        asked.refresh_from_db()
        assert not has_current_seal(asked.sealed_iban), "a rehearsal writes nothing"
        assert "2\u00a0textes scellés" in self.run("--write")
        assert "0\u00a0texte scellé" in self.run("--write")
        settings.SECRET_KEY_FALLBACKS = []
        asked.refresh_from_db()
        message.refresh_from_db()
        assert unseal(asked.sealed_iban).body == "FR7630006000011234567890189"
        assert unseal(message.sealed).body == "bonjour"

    def test_what_no_key_opens_is_said_and_stays(self, helene: Client, settings: Any) -> None:
        asked = self.asked(helene)
        settings.SECRET_KEY = "the-key-of-the-day-after"
        with pytest.raises(CommandError, match="1\u00a0texte ne s’ouvre avec aucune") as refusal:
            self.run("--write")
        assert refusal.value.returncode == 3
        assert ClientRequest.objects.get().sealed_iban == asked.sealed_iban

    def test_an_answer_that_comes_first_is_not_undone(
        self, helene: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.asked(helene)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the-key-of-the-day-after"

        def answered_meanwhile(sealed: str) -> str:
            ClientRequest.objects.update(sealed_iban="")
            return seal_again(sealed)

        monkeypatch.setattr(resealing, "seal_again", answered_meanwhile)
        self.run("--write")
        assert ClientRequest.objects.get().sealed_iban == ""


def labels() -> list[str]:
    """Every `Key("…")` of the code."""
    root = Path(running.BASE_DIR)
    apps = ("web", "establishments", "journal", "messaging", "accounts", "contracts", "payments", "pretgage")
    trees = [ast.parse(file.read_text("utf-8")) for app in apps for file in (root / app).rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Key"]
    return [str(first.value) for call in made if isinstance(first := call.args[0], ast.Constant)]


def test_no_two_purposes_share_a_key_and_each_is_described() -> None:
    found = labels()
    assert len(found) == len(set(found)) == 11
    words = (Path(running.BASE_DIR) / "docs" / "security.md").read_text("utf-8")
    assert [label for label in found if f"`{label}`" not in words] == []


def test_the_secret_itself_is_read_by_one_module() -> None:
    root = Path(running.BASE_DIR)
    apps = ("web", "establishments", "journal", "messaging", "accounts", "contracts", "payments")
    readers = [
        str(file.relative_to(root))
        for app in apps
        for file in sorted((root / app).rglob("*.py"))
        if "settings.SECRET_KEY" in file.read_text("utf-8") or "salted_hmac" in file.read_text("utf-8")
    ]
    assert readers == ["web/keys.py"]
