"""Identity and address papers: a client sends them, an agent accepts or refuses, each step told by e-mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.antivirus import Clean, Infected, scan
from accounts.models import Client, Document, DocumentContent, User
from accounts.notices import tell_client
from accounts.paper_process import check_apart
from accounts.paper_verdicts import Paper, Rejected
from journal.actions import record
from messaging.outbox import queue_email

MAX_WAITING: Final = 10
PATIENCE: Final = 2.5  # seconds for each of the two scans, five in all: somebody waits in front of the page


@dataclass(frozen=True, slots=True)
class DocumentSent:
    document_pk: int
    is_being_checked: bool  # the antivirus said nothing in time: nobody opens it before


@dataclass(frozen=True, slots=True)
class TooManyWaiting:
    pass


@dataclass(frozen=True, slots=True)
class TooOften:
    seconds: int


@dataclass(frozen=True, slots=True)
class Decided:
    pass


@dataclass(frozen=True, slots=True)
class BeingChecked:
    """Nobody can have read it yet: it is not accepted."""


@dataclass(frozen=True, slots=True)
class AlreadyDecided:
    """By somebody else, meanwhile: nothing changed."""

    state: str  # in French
    at: datetime


def send_document(
    *, user: User, kind: str, data: bytes, by: str
) -> DocumentSent | Rejected | Infected | TooManyWaiting | TooOften:
    """Scan, check and write again first, outside of the transaction since it is slow, then keep.

    What was sent is scanned before our own decoders read it: signatures are made of what attackers send. What is kept
    is scanned too, since it is what others open; its scan alone makes it « clean ».
    """
    if seconds := limits.documents_of(user.pk):
        return TooOften(seconds)
    sent = scan(data, seconds=PATIENCE) if settings.CLAMD_URL else None
    if isinstance(sent, Infected):
        return _refuse_infected(user=user, kind=kind, found=sent, by=by)
    paper = check_apart(data)
    if isinstance(paper, Rejected):
        return paper
    kept = scan(paper.data, seconds=PATIENCE) if isinstance(sent, Clean) else None
    if isinstance(kept, Infected):
        return _refuse_infected(user=user, kind=kind, found=kept, by=by)
    return _keep(user_pk=user.pk, kind=kind, paper=paper, is_clean=isinstance(kept, Clean), by=by)


@transaction.atomic(durable=True)
def _refuse_infected(*, user: User, kind: str, found: Infected, by: str) -> Infected:
    record("document_infected", by=by, subject=user, paper=kind, signature=found.signature)
    return found


@transaction.atomic(durable=True)
def _keep(*, user_pk: int, kind: str, paper: Paper, is_clean: bool, by: str) -> DocumentSent | TooManyWaiting:
    now = timezone.now()
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    if waiting_of(user.client) >= MAX_WAITING:
        return TooManyWaiting()
    document = Document.objects.create(
        client=user.client,
        kind=kind,
        content_type=paper.content_type,
        size=len(paper.data),
        sent_at=now,
        scanned_at=now if is_clean else None,
    )
    DocumentContent.objects.create(document=document, data=paper.data)
    record("document_sent", by=by, subject=user, document=document.pk, paper=kind)
    tell_client(user.client, f"Vous nous avez envoyé un document : {document.get_kind_display()}.")
    return DocumentSent(document.pk, document.is_being_checked)


def waiting_of(client: Client) -> int:
    return client.documents.filter(state=Document.State.WAITING).count()


@transaction.atomic(durable=True)
def accept_document(*, document_pk: int, by: str) -> Decided | BeingChecked | AlreadyDecided:
    now = timezone.now()
    document = _locked(document_pk)
    if document.decided_at is None and document.is_being_checked:
        return BeingChecked()
    return _decide(document, Document.State.ACCEPTED, reason="", now=now, by=by)


@transaction.atomic(durable=True)
def refuse_document(*, document_pk: int, reason: str, by: str) -> Decided | AlreadyDecided:
    """`reason` is read by the client: 1 to 300 characters."""
    now = timezone.now()
    return _decide(_locked(document_pk), Document.State.REFUSED, reason=reason, now=now, by=by)


def _locked(document_pk: int) -> Document:
    rows = Document.objects.select_for_update(of=("self",)).select_related("client__user", "client__establishment")
    return rows.get(pk=document_pk)


def _decide(
    document: Document, state: Document.State, *, reason: str, now: datetime, by: str
) -> Decided | AlreadyDecided:
    if document.decided_at is not None:
        return AlreadyDecided(document.get_state_display(), document.decided_at)
    document.state, document.reason, document.decided_at = state, reason, now
    document.save(update_fields=["state", "reason", "decided_at"])
    client = document.client
    # The reason stays with the document: a free sentence has no place in a journal that nobody may correct.
    record(
        "document_accepted" if state == Document.State.ACCEPTED else "document_refused",
        by=by,
        subject=client.user,
        document=document.pk,
        paper=document.kind,
    )
    if client.email:
        queue_email(
            f"document_{state}",
            to=client.email,
            about=client.user,
            establishment=client.establishment,
            context={"client": client, "document": document},
        )
    return Decided()


@transaction.atomic(durable=True)
def note_document_opened(*, document: Document, by: str) -> None:
    """An agent has read a paper of somebody: the journal says who."""
    record("document_opened", by=by, subject=document.client.user, document=document.pk, paper=document.kind)
