"""A client sends papers: what arrives, what is refused and how it is said, who may open them again."""

import time
from io import BytesIO
from typing import Any

import paper_corpus as corpus
import pikepdf
import pytest
from django.db import connection
from django.test import Client as Browser
from doors import age_proof, door, forget_limits, journal_kinds, newest_mail, sms_code, type_code
from papers_sent import a_document, file_of, list_of, send
from people import PASSWORD, a_client, an_establishment

from accounts import limits
from accounts.actions import documents as actions
from accounts.forms.documents import FLAWS
from accounts.models import Client, Document, DocumentContent
from accounts.paper_verdicts import Flaw, Paper, Rejected
from accounts.papers import check
from journal.models import Event
from messaging.models import InboxMessage
from web.uploads import LARGEST_FILE


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same check without a new process for each file."""
    monkeypatch.setattr(actions, "check_apart", check)


def page_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&nbsp;", " ").replace("&#x27;", "'")


class TestSending:
    @pytest.mark.parametrize(
        ("data", "content_type"),
        [
            (corpus.a_pdf(), "application/pdf"),
            (corpus.a_photo_with_place(), "image/jpeg"),
            (corpus.a_png_with_words(), "image/png"),
        ],
        ids=["pdf", "jpeg", "png"],
    )
    def test_a_paper_arrives_written_by_us(
        self, helene_browser: Browser, helene: Client, data: bytes, content_type: str
    ) -> None:
        answer = send(helene_browser, helene, data, kind="address", name="n’importe quoi 12.03", declared="text/html")
        assert answer.headers["Location"] == list_of(helene)
        document = Document.objects.get()
        assert (document.client, document.kind, document.state) == (helene, "address", "waiting")
        assert (document.content_type, document.size) == (content_type, len(document.content.data))
        assert bytes(document.content.data) != data
        page = page_of(helene_browser.get(list_of(helene)))
        assert "Votre document est arrivé" in page
        assert f'data-document="{document.pk}" data-document-state="waiting"' in page

    def test_it_is_in_the_journal_and_told_by_mail(self, helene_browser: Browser, helene: Client) -> None:
        send(helene_browser, helene, corpus.a_pdf())
        event = Event.objects.get(kind="document_sent")
        assert (event.actor, event.subject, event.establishment_id) == (
            f"user:{helene.user_id}", f"user:{helene.user_id}", helene.establishment_id,
        )  # fmt: skip
        assert event.data == {"document": Document.objects.get().pk, "paper": "identity"}
        mail = newest_mail(helene.email)
        assert "pièce d’identité" in mail.text
        assert "identité" not in mail.subject

    def test_without_an_email_it_arrives_too(self, helene_browser: Browser, helene: Client) -> None:
        Client.objects.filter(pk=helene.pk).update(email="")
        assert send(helene_browser, helene, corpus.a_pdf()).status_code == 302
        assert not InboxMessage.objects.filter(channel="email").exists()

    def test_nothing_of_it_goes_to_the_disk(self, helene_browser: Browser, helene: Client, monkeypatch: Any) -> None:
        def refuse(*args: object, **kwargs: object) -> None:
            raise AssertionError("a temporary file")

        monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
        monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
        assert send(helene_browser, helene, corpus.a_pdf()).status_code == 302


@pytest.mark.usefixtures("in_process")
class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "flaw"),
        [
            (corpus.HTML, Flaw.UNKNOWN),
            (corpus.HEIC, Flaw.HEIC),
            (corpus.a_word_document(), Flaw.OFFICE),
            (corpus.with_an_archive(corpus.a_jpeg()), Flaw.ARCHIVE),
            (corpus.a_jpeg()[:-60], Flaw.DAMAGED),
            (corpus.a_locked_pdf(), Flaw.LOCKED),
            (corpus.a_png_bomb(), Flaw.TOO_MANY_PIXELS),
            (corpus.a_pdf(pages=31), Flaw.TOO_MANY_PAGES),
            (corpus.a_scan_bomb(), Flaw.TOO_HEAVY),
        ],
        ids=lambda value: value.value if isinstance(value, Flaw) else "",
    )
    def test_a_file_is_refused_in_plain_words(
        self, helene_browser: Browser, helene: Client, data: bytes, flaw: Flaw
    ) -> None:
        answer = send(helene_browser, helene, data, kind="address")
        assert answer.status_code == 422
        page = page_of(answer)
        assert page.count(FLAWS[flaw]) == 2, "in the summary and at the field"
        assert 'aria-describedby="id_file_helptext id_file_error"' in page
        assert 'value="address" aria-describedby' in page or 'value="address" required id="id_kind_1" checked' in page
        assert not Document.objects.exists()
        assert "document_sent" not in journal_kinds()

    def test_every_flaw_has_its_words(self) -> None:
        assert set(FLAWS) == set(Flaw)

    def test_one_that_comes_while_others_are_read_is_asked_for_again(
        self, helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "check_apart", lambda data: Rejected(Flaw.NOT_NOW))
        answer = send(helene_browser, helene, corpus.a_jpeg())
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "choisissez votre fichier de nouveau" in answer.content.decode()

    def test_an_empty_file(self, helene_browser: Browser, helene: Client) -> None:
        assert "Ce fichier est vide" in page_of(send(helene_browser, helene, b""))

    def test_no_file_and_no_sort(self, helene_browser: Browser, helene: Client) -> None:
        answer = helene_browser.post(list_of(helene), {})
        assert answer.status_code == 422
        assert "Choisissez quel document vous envoyez." in page_of(answer)
        assert "Choisissez le fichier à envoyer." in page_of(answer)

    def test_a_file_that_is_no_file(self, helene_browser: Browser, helene: Client) -> None:
        answer = helene_browser.post(list_of(helene), {"kind": "identity", "file": "carte.pdf"})
        assert answer.status_code == 422
        assert "Choisissez le fichier à envoyer." in page_of(answer)

    def test_an_unknown_sort(self, helene_browser: Browser, helene: Client) -> None:
        assert send(helene_browser, helene, corpus.a_pdf(), kind="salaire").status_code == 422

    def test_two_files_at_once_are_no_form_of_ours(self, helene_browser: Browser, helene: Client) -> None:
        files = {"file": BytesIO(corpus.a_pdf()), "other": BytesIO(corpus.a_pdf())}
        assert helene_browser.post(list_of(helene), {"kind": "identity", **files}).status_code == 400

    @pytest.mark.parametrize("size", [LARGEST_FILE + 1, 5 * LARGEST_FILE])
    def test_a_file_that_is_too_large_gets_a_page(self, helene_browser: Browser, helene: Client, size: int) -> None:
        answer = send(helene_browser, helene, corpus.a_pdf() + bytes(size - len(corpus.a_pdf())))
        assert answer.status_code == 422
        assert page_of(answer).count("Ce fichier pèse plus de 8 Mo.") == 2

    def test_the_largest_file_is_read(self, helene_browser: Browser, helene: Client) -> None:
        """A photo may be followed by a film: it is the photo that counts."""
        photo = corpus.a_jpeg()
        assert send(helene_browser, helene, photo + bytes(LARGEST_FILE - len(photo))).status_code == 302


class TestLimits:
    def test_ten_papers_may_wait(self, helene_browser: Browser, helene: Client, in_process: None) -> None:
        for _ in range(actions.MAX_WAITING - 1):
            a_document(helene)
        a_document(helene, state="accepted")
        assert send(helene_browser, helene, corpus.a_pdf()).status_code == 302
        answer = send(helene_browser, helene, corpus.a_pdf())
        assert answer.status_code == 422
        assert "10 documents attendent déjà notre réponse." in page_of(answer)
        page = page_of(helene_browser.get(list_of(helene)))
        assert 'type="file"' not in page
        assert Document.objects.filter(state="waiting").count() == actions.MAX_WAITING

    def test_ten_files_an_hour(self, helene_browser: Browser, helene: Client, in_process: None) -> None:
        forget_limits()
        assert [send(helene_browser, helene, b"rien").status_code for _ in range(10)] == [422] * 10
        answer = send(helene_browser, helene, corpus.a_pdf())
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 360
        assert "Recommencez dans" in page_of(answer)
        assert not Document.objects.exists()

    def test_a_file_beyond_the_limit_is_not_even_looked_at(self, helene: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr(limits, "documents_of", lambda user_pk: 42)
        monkeypatch.setattr(actions, "check_apart", lambda data: pytest.fail("looked at"))
        assert actions.send_document(user=helene.user, kind="identity", data=b"", by="x") == actions.TooOften(42)


def test_the_slow_work_is_outside_of_the_transaction(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(data: bytes) -> Paper:
        assert not connection.in_atomic_block
        return Paper("application/pdf", data)

    monkeypatch.setattr(actions, "check_apart", slow)
    user = a_client(an_establishment()).user
    outcome = actions.send_document(user=user, kind="identity", data=b"x", by="user:1")
    assert isinstance(outcome, actions.DocumentSent)


class TestReading:
    @pytest.mark.parametrize(
        ("content_type", "suffix"), [("application/pdf", "pdf"), ("image/jpeg", "jpg"), ("image/png", "png")]
    )
    def test_the_owner_downloads_it_and_no_browser_opens_it(
        self, helene_browser: Browser, helene: Client, content_type: str, suffix: str
    ) -> None:
        document = a_document(helene, data=b"what was written", content_type=content_type)
        answer = helene_browser.get(file_of(helene, document))
        assert answer.content == b"what was written"
        wanted = {
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="document-{document.pk}.{suffix}"',
            "Content-Security-Policy": (
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                "object-src 'none'; sandbox"
            ),
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        assert {name: answer.headers[name] for name in wanted} == wanted
        assert "no-store" in answer.headers["Cache-Control"]
        assert "private" in answer.headers["Cache-Control"]

    def test_after_ten_minutes_both_factors_are_asked_first(self, helene_browser: Browser, helene: Client) -> None:
        """And one comes back to the list, where the file is a click away."""
        document = a_document(helene, data=b"what was written")
        age_proof(helene_browser)
        answer = helene_browser.get(file_of(helene, document))
        step_up = f"{door('confirm_identity', helene)}?next=/nantes/profil/documents/"
        assert answer.headers["Location"].replace("%2F", "/") == step_up
        assert "Vos documents sont protégés" in helene_browser.get(answer.headers["Location"]).content.decode()
        helene_browser.post(answer.headers["Location"], {"password": PASSWORD})
        assert helene_browser.get(file_of(helene, document)).status_code == 302, "the password alone proves nothing"
        assert type_code(helene_browser, helene, sms_code(helene)).headers["Location"] == "/nantes/profil/documents/"
        assert helene_browser.get(file_of(helene, document)).content == b"what was written"

    def test_anothers_does_not_exist(
        self, ousmane_browser: Browser, helene: Client, ousmane: Client, anh: Client
    ) -> None:
        for owner in (helene, anh):
            assert ousmane_browser.get(file_of(ousmane, a_document(owner))).status_code == 404
        document = a_document(anh)
        assert ousmane_browser.get(file_of(anh, document)).status_code == 302, "to the login of Paris"
        assert f'data-document="{document.pk}"' not in page_of(ousmane_browser.get(list_of(ousmane)))

    @pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999"])
    def test_what_was_never_sent_does_not_exist(self, helene_browser: Browser, helene: Client, number: str) -> None:
        assert helene_browser.get(f"{list_of(helene)}{number}/").status_code == 404

    def test_what_is_no_longer_kept_does_not_exist(self, helene_browser: Browser, helene: Client) -> None:
        document = a_document(helene)
        DocumentContent.objects.all().delete()
        assert helene_browser.get(file_of(helene, document)).status_code == 404

    def test_a_file_is_read_only(self, helene_browser: Browser, helene: Client) -> None:
        assert helene_browser.post(file_of(helene, a_document(helene))).status_code == 405

    def test_the_list_says_what_became_of_each(self, helene_browser: Browser, helene: Client, nantes: Any) -> None:
        a_document(helene)
        a_document(helene, kind="address", state="refused", reason="La photo est <floue>.")
        a_document(helene, state="accepted")
        page = page_of(helene_browser.get(list_of(helene)))
        assert "La photo est &lt;floue&gt;." in page
        for state in ("waiting", "accepted", "refused"):
            assert f'data-document-state="{state}"' in page

    def test_a_long_list_costs_as_much_as_a_short_one(
        self, helene_browser: Browser, helene: Client, django_assert_num_queries: Any
    ) -> None:
        a_document(helene)
        helene_browser.get(list_of(helene))
        with django_assert_num_queries(QUERIES):
            helene_browser.get(list_of(helene))
        for _ in range(3):
            a_document(helene, state="accepted")
        with django_assert_num_queries(QUERIES):
            helene_browser.get(list_of(helene))


QUERIES = 4  # session with its owner, device, documents, how many wait


def test_a_large_image_does_not_keep_the_page_waiting(helene_browser: Browser, helene: Client) -> None:
    started = time.monotonic()
    assert send(helene_browser, helene, corpus.a_jpeg((7000, 7000))).status_code == 302
    assert time.monotonic() - started < 15


def test_what_is_kept_opens(helene_browser: Browser, helene: Client) -> None:
    send(helene_browser, helene, corpus.a_pdf_full_of_traps())
    with pikepdf.open(BytesIO(bytes(DocumentContent.objects.get().data))) as pdf:
        assert len(pdf.pages) == 1


PDF, JPEG, PNG = corpus.a_pdf(), corpus.a_jpeg(), corpus.a_png()


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("name", "data", "is_taken"),
    [
        ("carte.pdf", PDF, True),
        ("CARTE.PDF", PDF, True),
        ("Scan 12.03", PDF, True),
        ("carte", JPEG, True),
        ("IMG_0001.HEIC", JPEG, True),
        ("capture.jpg", PNG, True),
        ("carte.jfif", JPEG, True),
        ("carte.pdf", JPEG, False),
        ("carte.jpg", PDF, False),
        ("carte.pdf.exe", PDF, False),
        ("carte.html", PNG, False),
        ("carte.svg", JPEG, False),
    ],
)
def test_the_end_of_a_name_and_the_bytes_agree(
    helene_browser: Browser, helene: Client, name: str, data: bytes, is_taken: bool
) -> None:
    answer = send(helene_browser, helene, data, name=name)
    assert answer.status_code == (302 if is_taken else 422)
    assert ("La fin du nom de ce fichier ne correspond pas" in answer.content.decode()) is not is_taken
    assert Document.objects.exists() is is_taken
