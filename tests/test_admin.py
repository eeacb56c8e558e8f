"""/gestion/: agents see their own establishments, all of it and nothing else, and change nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from agents import LOGIN, agent_facts
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Model
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from people import a_client, a_contract

from accounts.models import (
    Authenticator,
    BackupCode,
    BackupCodes,
    Client,
    ContactChange,
    Document,
    DocumentContent,
    Limit,
    Passkey,
    Session,
    SMSDevice,
    User,
)
from contracts import photo_files
from contracts.models import CalendarLink, ClientRequest, ImportRun, PledgePhoto, Reminder, Sale
from establishments.models import Establishment
from establishments.staff_admin import StaffAdmin
from journal.models import Event
from messaging.models import InboxMessage, Message, SMSSwitch
from payments.models import (
    Anomaly,
    Credit,
    CreditNote,
    ExportBatch,
    ExportedLine,
    GatewayMessage,
    LiveContract,
    MerchantAccount,
    PaymentAttempt,
    PaymentLine,
    Receipt,
    ReceiptCounter,
    Refund,
    RelativeLink,
)

SECRET = "ne-doit-jamais-paraître"
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def fill(establishment: Establishment, turn: str = "1") -> None:
    """One row of every model in the establishment."""
    name = f"{establishment.slug}-{turn}"
    client = a_client(establishment, last_name=f"Martin-{name}")
    contract = a_contract(client, number=f"V-{name}", description=f"Bague {name}")
    now = timezone.now()
    PledgePhoto.objects.create(
        pledge=contract.pledges.get(), key=f"{contract.pk:032d}", width=2, height=1, small_width=2, small_height=1,
        source_name="a.jpg", source_stamp="1:1", made_at=now,
    )  # fmt: skip
    for size in photo_files.Size:
        photo_files.write(f"{contract.pk:032d}", size, b"a picture")
    Sale.objects.create(contract=contract, place=f"salle {name}")
    ImportRun.objects.create(establishment=establishment, by="system", started_at=now, state="done", finished_at=now)
    Reminder.objects.create(contract=contract, kind="due", about_on=contract.due_on, days_left=7, sent_at=now)
    ClientRequest.objects.create(establishment=establishment, contract=contract, kind="renewal", opened_at=now)
    attempt = PaymentAttempt.objects.create(
        establishment=establishment, client=client, amount=Decimal("59.20"), state="paid", quote_on=date(2026, 11, 23),
        gateway="systempay", mode="TEST", site_id="12345678", order_id=f"R-{name}",
        trans_date="20261123110000", trans_id="000001", created_at=now, settled_at=now,
    )  # fmt: skip
    line = PaymentLine.objects.create(
        attempt=attempt, contract=contract, interest=Decimal("49.20"), fixed_duty=Decimal(10), late=Decimal(0),
        fee=Decimal(0), total=Decimal("59.20"), due_on=date(2026, 12, 2), paid_from=date(2026, 6, 2),
        paid_until=date(2026, 11, 23),
    )  # fmt: skip
    LiveContract.objects.create(contract=contract, attempt=attempt)
    GatewayMessage.objects.create(
        establishment=establishment, attempt=attempt, channel="poll", raw=SECRET, verdict="paid", received_at=now
    )
    Credit.objects.create(line=line, at=now, is_applied=True, before={}, after={})
    ReceiptCounter.objects.get_or_create(establishment=establishment)
    refund = Refund.objects.create(attempt=attempt, amount=Decimal("9.20"), state="done", done_at=now)
    CreditNote.objects.create(
        establishment=establishment, refund=refund, sequence=int(turn), number=name, issued_at=now
    )
    Anomaly.objects.create(establishment=establishment, attempt=attempt, kind="mismatch", found_at=now)
    batch = ExportBatch.objects.create(
        establishment=establishment, sequence=int(turn), sealed_at=now, lines=1, total=Decimal("59.20"), content=SECRET
    )
    ExportedLine.objects.create(line=line, batch=batch)
    Receipt.objects.create(
        establishment=establishment, attempt=attempt, sequence=int(turn), number=name, content={}, issued_at=now
    )
    RelativeLink.objects.create(
        client=client, digest=f"{SECRET}-{name}", reference=name, made_at=now, until=now + timedelta(days=7)
    )
    MerchantAccount.objects.get_or_create(establishment=establishment, gateway="systempay", site_id="12345678")
    Message.objects.create(
        establishment=establishment, channel="email", kind="identifier", about="user:1", sealed=SECRET,
        recipient=client.email, created_at=now,
    )  # fmt: skip
    paper = Document.objects.create(client=client, kind="identity", content_type="image/png", size=1, sent_at=now)
    DocumentContent.objects.create(document=paper, data=b"x")
    Event.objects.create(
        at=now,
        establishment=establishment,
        kind="login",
        actor="visitor",
        subject=f"user:{client.user_id}",
        kept_until=now + timedelta(days=365),
    )


@pytest.fixture
def two_full_establishments(nantes: Establishment, paris: Establishment) -> None:
    fill(nantes)
    fill(paris)


def row_of(model: type[Model], slug: str) -> Model:
    path = site_of(model).establishment_path
    found = model._default_manager.filter(**{f"{path}__in": Establishment.objects.filter(slug=slug)}).first()
    assert found is not None, f"fill() makes no {model._meta.label}"
    return found


def site_of(model: type[Model]) -> StaffAdmin:
    found = admin.site._registry[model]
    assert isinstance(found, StaffAdmin)
    return found


def page_of(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def results(answer: Any) -> list[Model]:
    """The rows of a list page."""
    found: list[Model] = list(answer.context["cl"].result_list)
    return found


# The demonstration's inbox, the switch of all SMS (a command's), and what is nobody's to look at: secrets, their
# counters, and changes that are not proved yet.
HIDDEN = {
    InboxMessage, SMSSwitch, Authenticator, BackupCode, BackupCodes, ContactChange, DocumentContent, ExportedLine,
    Limit, Passkey, CalendarLink, PledgePhoto, Session,
}  # fmt: skip


def test_every_model_of_the_house_is_there_but_what_is_hidden_on_purpose() -> None:
    rooms = ("establishments", "journal", "messaging", "accounts", "contracts", "payments")
    ours = {model for room in rooms for model in apps.get_app_config(room).get_models()}
    assert set(MODELS) == ours - HIDDEN


def test_nothing_that_ignores_establishments_is_registered() -> None:
    assert all(isinstance(site, StaffAdmin) for site in admin.site._registry.values())
    assert Group not in admin.site._registry
    assert TOTPDevice not in admin.site._registry


def test_the_index_speaks_french(agent_browser: Browser) -> None:
    page = agent_browser.get("/gestion/").content.decode()
    for words in ("Contrats", "Paiements", "Clients", "Établissements", "Journal", "Messages"):
        assert words in page


@pytest.mark.usefixtures("two_full_establishments")
class TestTheScope:
    @every_model
    def test_a_list_holds_the_own_establishment_only(self, agent_browser: Browser, model: type[Model]) -> None:
        shown = results(agent_browser.get(page_of(model, "changelist")))
        assert row_of(model, "nantes") in shown
        assert row_of(model, "paris") not in shown

    @every_model
    def test_a_page_of_the_own_establishment_opens(self, agent_browser: Browser, model: type[Model]) -> None:
        answer = agent_browser.get(page_of(model, "change", row_of(model, "nantes").pk))
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()

    @every_model
    @pytest.mark.parametrize("name", ["change", "history"])
    def test_anothers_row_does_not_exist(self, agent_browser: Browser, model: type[Model], name: str) -> None:
        answer = agent_browser.get(page_of(model, name, row_of(model, "paris").pk))
        assert answer.headers["Location"] == "/gestion/"

    @every_model
    def test_a_filter_names_and_finds_the_own_only(self, agent_browser: Browser, model: type[Model]) -> None:
        page = agent_browser.get(page_of(model, "changelist"))
        assert "Crédit Municipal de Paris" not in page.content.decode()
        for query in ({"etablissement": "paris"}, {"q": "paris"}):
            answer = agent_browser.get(page_of(model, "changelist"), query)
            assert answer.status_code == 400 or row_of(model, "paris") not in results(answer)

    @pytest.mark.parametrize(
        "address", ["contracts/reminder/?channels__isempty=1", "payments/anomaly/?suite=a-regler", "payments/anomaly/"]
    )
    def test_each_kind_of_filter_is_let_through(self, agent_browser: Browser, address: str) -> None:
        assert agent_browser.get(f"/gestion/{address}").status_code == 200

    @every_model
    def test_nobody_adds_changes_or_deletes(self, agent_browser: Browser, model: type[Model]) -> None:
        row = row_of(model, "nantes")
        assert agent_browser.get(page_of(model, "add")).status_code == 403
        for name in ("change", "delete"):
            assert agent_browser.post(page_of(model, name, row.pk), {"post": "yes"}).status_code == 403
        agent_browser.post(page_of(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk]})
        assert model._default_manager.filter(pk=row.pk).exists()

    @pytest.mark.parametrize(
        ("source", "field"),
        [("contracts.contract", "client"), ("payments.paymentattempt", "client"), ("contracts.sale", "contract")],
    )
    def test_completion_finds_the_own_only(self, agent_browser: Browser, source: str, field: str) -> None:
        app_label, model_name = source.split(".")
        query = {"app_label": app_label, "model_name": model_name, "field_name": field, "term": ""}
        found = agent_browser.get("/gestion/autocomplete/", query).json()["results"]
        assert len(found) == 1
        assert "paris" not in found[0]["text"]

    def test_no_address_leads_from_a_number_to_a_row(self, agent_browser: Browser) -> None:
        """Django's « view on site » would tell the contract's number to any agent."""
        assert agent_browser.get("/gestion/r/1/1/").status_code == 404

    @pytest.mark.parametrize(
        ("model", "oracle"),
        [
            (User, "password__startswith=md5"),
            (Client, "user__password__startswith=md5"),
            (SMSDevice, "token__startswith=a"),
            (Message, "sealed__startswith=ne"),
            (Message, "establishment__slug=paris"),
            (GatewayMessage, "raw__contains=ne"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_an_address_cannot_ask_for_hidden_fields(
        self, agent_browser: Browser, model: type[Model], oracle: str
    ) -> None:
        assert agent_browser.get(f"{page_of(model, 'changelist')}?{oracle}").status_code == 400

    @pytest.mark.parametrize(
        ("model", "hidden"),
        [
            (User, ("password", "md5$", "username", "is_superuser")),
            (SMSDevice, ("token", "challenge")),
            (Message, ("sealed", SECRET)),
            (GatewayMessage, ("raw", SECRET)),
            (Client, ("file_values",)),
        ],
        ids=lambda value: value.__name__ if isinstance(value, type) else "",
    )
    def test_secrets_are_on_no_page(self, agent_browser: Browser, model: type[Model], hidden: tuple[str, ...]) -> None:
        page = agent_browser.get(page_of(model, "change", row_of(model, "nantes").pk)).content.decode()
        for word in hidden:
            assert f"field-{word}" not in page
            assert f"{word}:" not in page
        assert "md5$" not in page
        assert SECRET not in page

    @every_model
    def test_a_list_of_three_costs_as_much_as_a_list_of_one(
        self, agent_browser: Browser, nantes: Establishment, model: type[Model]
    ) -> None:
        agent_browser.get(page_of(model, "changelist"))
        with CaptureQueriesContext(connection) as one:
            agent_browser.get(page_of(model, "changelist"))
        fill(nantes, "2")
        fill(nantes, "3")
        with CaptureQueriesContext(connection) as three:
            agent_browser.get(page_of(model, "changelist"))
        assert len(three) == len(one) <= 7


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Client, ["C-77", "Quintard", "7712345678"]),
        (User, ["C-77", "Quintard", "7712345678"]),
        (SMSDevice, ["C-77", "Quintard", "7712345678"]),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_client_is_found_by_number_name_and_identifier(
    agent_browser: Browser, nantes: Establishment, helene: Client, model: type[Model], words: list[str]
) -> None:
    a_client(nantes, identifier="7712345678", client_number="C-77", last_name="Quintard")
    for word in words:
        assert len(results(agent_browser.get(page_of(model, "changelist"), {"q": word}))) == 1


def test_an_agent_sees_nothing_more_the_moment_a_right_ends(
    agent_browser: Browser, agent: User, nantes: Establishment, helene: Client
) -> None:
    assert results(agent_browser.get(page_of(Client, "changelist"))) == [helene]
    agent.staff_establishments.remove(nantes)
    assert results(agent_browser.get(page_of(Client, "changelist"))) == []


def test_an_agent_of_two_establishments_filters_by_either(
    agent_browser: Browser, agent: User, paris: Establishment, helene: Client, anh: Client
) -> None:
    agent.staff_establishments.add(paris)
    assert set(results(agent_browser.get(page_of(Client, "changelist")))) == {helene, anh}
    assert results(agent_browser.get(page_of(Client, "changelist"), {"etablissement": "paris"})) == [anh]
