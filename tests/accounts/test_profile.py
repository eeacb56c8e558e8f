"""« Mon dossier »: everything shown in its group, address and preferences changed at once, told by e-mail."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from doors import age_proof, door, journal_kinds, newest_mail
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people import a_client
from test_hostile_forms import ANYTHING, post_raw

from accounts import proof
from accounts.actions import profile
from accounts.actions.profile import Address, Changed, Preferences, Unchanged
from accounts.models import Client, ContactChange
from establishments.models import Establishment
from messaging.models import Message

ADDRESS = {"address": "1 rue Neuve", "postal_code": "44400", "city": "Rezé", "country": "France"}
PLACES = ("profile", "change_address", "change_preferences", "change_email", "change_phone")


@pytest.fixture
def step_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the step-up page is, whatever it is called."""
    monkeypatch.setattr(proof, "reverse", lambda name, args, **facts: f"/{args[0]}/{name}/")


def page(browser: Browser, client: Client, name: str = "profile", **query: str) -> str:
    answer = browser.get(door(name, client, **query))
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")


def message_kinds() -> list[str]:
    return list(Message.objects.exclude(kind="login_code").order_by("id").values_list("kind", flat=True))


def test_the_file_shows_what_it_holds(helene_browser: Browser, helene: Client) -> None:
    facts = {**ADDRESS, "civility": "mme", "language": "pt", "prefers_phone_call": True}
    Client.objects.filter(pk=helene.pk).update(**facts)
    text = page(helene_browser, helene)
    for shown in (
        "Hélène", "Lefèvre", "Madame", "31 mai 1950", helene.client_number, "5501234567", "Agence de Nantes",
        "1 rue Neuve", "44400 Rezé", helene.email, "portugais", "par téléphone", "Elle seule peut les changer",
    ):  # fmt: skip
        assert shown in text, shown
    for name in PLACES[1:]:
        assert f'href="{door(name, helene)}"' in text
    assert '<a href="/nantes/profil/" aria-current="page">Mon compte</a>' in text
    assert '<a href="/nantes/securite/">Sécurité</a>' in text


def test_an_empty_file_says_so(helene_browser: Browser, helene: Client) -> None:
    Client.objects.filter(pk=helene.pk).update(email="", phone="", agency=None)
    text = page(helene_browser, helene)
    assert "Aucune adresse n’est enregistrée." in text
    assert "Aucune adresse e-mail n’est enregistrée." in text
    assert "Aucun numéro n’est enregistré." in text
    assert "*****" not in text
    assert "02 61 91 00 00" in text, "without an agency, the establishment's own number"


def test_the_phone_is_masked_until_a_fresh_proof(helene_browser: Browser, helene: Client, step_up: None) -> None:
    Client.objects.filter(pk=helene.pk).update(phone="+33639980006")
    text = page(helene_browser, helene)
    assert "*****006" in text
    assert "06 39 98 00 06" not in text
    assert "06 39 98 00 06" in page(helene_browser, helene, numero="entier")
    age_proof(helene_browser)
    answer = helene_browser.get(door("profile", helene, numero="entier"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/nantes/accounts:confirm_identity/")
    assert "*****006" in page(helene_browser, helene), "the rest of the file asks for nothing more"


def test_the_file_says_until_when_the_email_is_closed(helene_browser: Browser, helene: Client) -> None:
    Client.objects.filter(pk=helene.pk).update(phone_changed_at=timezone.now() - timedelta(hours=71))
    text = page(helene_browser, helene)
    assert "l’e-mail pourra être changé à partir du" in text
    assert door("change_email", helene) not in text


def test_each_sees_only_the_own_file(helene_browser: Browser, ousmane: Client, anh: Client) -> None:
    text = page(helene_browser, ousmane)
    assert ousmane.last_name not in text
    assert ousmane.email not in text
    for name in PLACES:
        assert helene_browser.get(door(name, anh)).headers["Location"].startswith("/paris/connexion/")


def test_a_new_address_is_kept_and_told(helene_browser: Browser, helene: Client) -> None:
    answer = helene_browser.post(door("change_address", helene), {**ADDRESS, "city": "  Rezé "}, follow=True)
    assert answer.redirect_chain == [("/nantes/profil/", 302)]
    assert "Votre adresse est enregistrée." in answer.content.decode()
    assert Client.objects.values(*ADDRESS).get(pk=helene.pk) == ADDRESS
    assert journal_kinds()[-1] == "address_changed"
    mail = newest_mail(helene.email)
    assert mail.subject == "Votre espace client a été modifié"
    assert "Votre adresse postale a été changée." in mail.text
    assert "Ce n’est pas vous ? Appelez-nous tout de suite au 02\xa061\xa091\xa000\xa000." in mail.text
    assert "rue Neuve" not in mail.text


def test_new_preferences_are_kept_and_told(helene_browser: Browser, helene: Client) -> None:
    wishes = {"language": "ar", "prefers_phone_call": "on"}
    assert helene_browser.post(door("change_preferences", helene), wishes).status_code == 302
    helene.refresh_from_db()
    assert (helene.language, helene.prefers_phone_call) == ("ar", True)
    assert journal_kinds()[-1] == "preferences_changed"
    assert "La façon de vous parler et de vous joindre a été changée." in newest_mail(helene.email).text
    text = page(helene_browser, helene, "change_preferences")
    assert '<option value="ar" selected>' in text
    assert "checked" in text
    assert "Ce site et nos messages restent en français." in text


def test_nothing_changed_is_told_to_nobody(helene_browser: Browser, helene: Client) -> None:
    Client.objects.filter(pk=helene.pk).update(**ADDRESS)
    before = journal_kinds()
    for name, facts in (("change_address", ADDRESS), ("change_preferences", {"language": "fr"})):
        answer = helene_browser.post(door(name, helene), facts, follow=True)
        assert "Rien n’a changé" in answer.content.decode()
    assert journal_kinds() == before
    assert message_kinds() == []


def test_without_an_email_a_change_is_made_all_the_same(nantes: Establishment) -> None:
    client = a_client(nantes, email="")
    address = Address(**ADDRESS)
    assert profile.change_address(user_pk=client.user_id, address=address, by="user:1") == Changed()
    assert profile.change_address(user_pk=client.user_id, address=address, by="user:1") == Unchanged()
    message = Message.objects.get()
    assert (message.channel, message.recipient) == ("sms", client.phone), "who has no e-mail is told by SMS"


def test_two_changes_at_once_do_not_undo_one_another(nantes: Establishment) -> None:
    """Each writes its own columns only."""
    client = a_client(nantes)
    profile.change_address(user_pk=client.user_id, address=Address(**ADDRESS), by="user:1")
    wishes = Preferences(language="tr", prefers_phone_call=False)
    profile.change_preferences(user_pk=client.user_id, preferences=wishes, by="user:1")
    client.refresh_from_db()
    assert (client.city, client.language) == ("Rezé", "tr")


def test_an_error_loses_nothing_that_was_typed(helene_browser: Browser, helene: Client) -> None:
    answer = helene_browser.post(door("change_address", helene), {**ADDRESS, "postal_code": " ", "city": "R" * 121})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "1 rue Neuve" in text
    assert "Tapez votre code postal." in text
    assert "Ville\xa0: 120 caractères au plus." in text
    assert 'role="alert"' in text
    assert 'aria-describedby="id_postal_code_error"' in text
    assert message_kinds() == []


def test_a_language_of_the_file_that_is_not_offered_is_kept(helene_browser: Browser, helene: Client) -> None:
    Client.objects.filter(pk=helene.pk).update(language="wo")
    assert '<option value="wo" selected>autre (wo)</option>' in page(helene_browser, helene, "change_preferences")
    assert "autre (wo)" in page(helene_browser, helene)
    address = door("change_preferences", helene)
    assert helene_browser.post(address, {"language": "wo", "prefers_phone_call": "on"}).status_code == 302
    assert helene_browser.post(address, {"language": "xx"}).status_code == 422
    assert Client.objects.get(pk=helene.pk).language == "wo"


def test_what_the_back_office_owns_is_not_written(helene_browser: Browser, helene: Client) -> None:
    hostile_facts = {
        **ADDRESS,
        "last_name": "X",
        "client_number": "X",
        "email": "x@example.org",
        "phone": "+33600000000",
    }
    helene_browser.post(door("change_address", helene), hostile_facts)
    fresh = Client.objects.get(pk=helene.pk)
    for name in ("last_name", "client_number", "email", "phone", "birth_date", "agency_id"):
        assert getattr(fresh, name) == getattr(helene, name)


def test_a_get_changes_nothing(helene_browser: Browser, helene: Client) -> None:
    before = journal_kinds()
    for name in PLACES:
        helene_browser.get(door(name, helene), ADDRESS)
    for name in ("cancel_email_change", "resend_phone_code", "cancel_phone_change"):
        assert helene_browser.get(reverse(f"accounts:{name}", args=["nantes"])).status_code == 405
    assert journal_kinds() == before
    assert not ContactChange.objects.exists()


FIELDS = [("change_address", field) for field in ADDRESS] + [
    ("change_preferences", "language"), ("change_preferences", "prefers_phone_call"),
    ("change_email", "email"), ("change_phone", "phone"), ("change_phone", "code"),
]  # fmt: skip
hostile = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(("name", "field"), FIELDS)
@given(typed=st.one_of(ANYTHING, ANYTHING.map("moi{}@example.org".format)))
@example(typed="\x00")
@example(typed="４４０００\n")
@example(typed="\ud800" * 6)
@example(typed="\u202e\u2028")
@example(typed="9" * 100_000)
@hostile
def test_the_file_takes_anything(helene_browser: Browser, helene: Client, name: str, field: str, typed: str) -> None:
    facts = {**ADDRESS, "language": "fr"} if name in PLACES[1:3] else {}
    answer = post_raw(helene_browser, door(name, helene), {**facts, field: typed})
    assert answer.status_code in {302, 422, 429}
    assert helene_browser.get(door("profile", helene)).status_code == 200


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_more_than_a_megabyte_is_not_read(helene_browser: Browser, helene: Client, name: str, field: str) -> None:
    assert post_raw(helene_browser, door(name, helene), {field: "9" * 1_100_000}).status_code == 400


@pytest.mark.parametrize("typed", ["1 rue\x07 Neuve", "1 rue \u202eNeuve", "1 rue\u2028Neuve", "1 rue\nNeuve"])
def test_no_invisible_character_is_kept(helene_browser: Browser, helene: Client, typed: str) -> None:
    answer = helene_browser.post(door("change_address", helene), {**ADDRESS, "address": typed})
    assert answer.status_code == 422
    assert "Adresse\xa0: enlevez le caractère invisible." in answer.content.decode()
