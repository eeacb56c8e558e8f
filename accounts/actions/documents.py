"""Identity and address papers: a client sends them, an agent accepts or refuses, each step told by e-mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.models import Client, Document, DocumentContent, User
from accounts.notices import tell_client
from accounts.paper_process import check_apart
from accounts.paper_verdicts import Paper, Rejected
from journal.actions import record
from messaging.outbox import queue_email

MAX_WAITING: Final = 10


@dataclass(frozen=True, slots=True)
class DocumentSent:
    document_pk: int


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
class AlreadyDecided:
    """By somebody else, meanwhile: nothing changed."""

    state: str  # in French
    at: datetime


def send_document(
    *, user: User, kind: str, data: bytes, by: str
) -> DocumentSent | Rejected | TooManyWaiting | TooOften:
    """Check and write again first, outside of the transaction since it is slow, then keep."""
    if seconds := limits.documents_of(user.pk):
        return TooOften(seconds)
    outcome = check_apart(data)
    if isinstance(outcome, Rejected):
        return outcome
    return _keep(user_pk=user.pk, kind=kind, paper=outcome, by=by)


@transaction.atomic(durable=True)
def _keep(*, user_pk: int, kind: str, paper: Paper, by: str) -> DocumentSent | TooManyWaiting:
    now = timezone.now()
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    if waiting_of(user.client) >= MAX_WAITING:
        return TooManyWaiting()
    document = Document.objects.create(
        client=user.client, kind=kind, content_type=paper.content_type, size=len(paper.data), sent_at=now
    )
    DocumentContent.objects.create(document=document, data=paper.data)
    record("document_sent", by=by, subject=user, document=document.pk, paper=kind)
    tell_client(user.client, f"Vous nous avez envoyé un document : {document.get_kind_display()}.")
    return DocumentSent(document.pk)


def waiting_of(client: Client) -> int:
    return client.documents.filter(state=Document.State.WAITING).count()


@transaction.atomic(durable=True)
def accept_document(*, document_pk: int, by: str) -> Decided | AlreadyDecided:
    now = timezone.now()
    return _decide(_locked(document_pk), Document.State.ACCEPTED, reason="", now=now, by=by)


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
