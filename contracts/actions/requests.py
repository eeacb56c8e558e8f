"""Requests without travel: a client asks, may take it back; an agent answers once, and the client is told."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.models import Client, Document
from contracts.models import ClientRequest, Contract
from contracts.request_offers import offers_of
from contracts.request_rules import Offer, Offered, RequestKind
from journal.actions import record
from messaging.outbox import queue_email, queue_sms
from messaging.sealing import Text, seal
from web.french import french_phone

State = ClientRequest.State


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the client typed. `iban`: without spaces, checked by the form; empty but for a surplus."""

    words: str = ""
    wished_on: date | None = None
    half_day: str = ""
    account_holder: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class RequestOpened:
    request_pk: int


@dataclass(frozen=True, slots=True)
class AlreadyOpen:
    request_pk: int


@dataclass(frozen=True, slots=True)
class Unavailable:
    """`offer` says why."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class NoIdentity:
    """A surplus is paid to a person whose identity paper an agent has accepted or may look at."""


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    seconds: int


@dataclass(frozen=True, slots=True)
class RequestClosed:
    pass


@dataclass(frozen=True, slots=True)
class ClosedBefore:
    """Answered or taken back meanwhile: nothing changed."""

    state: str  # in French


@transaction.atomic(durable=True)
def open_request(
    *, contract_pk: int, kind: RequestKind, facts: RequestFacts, by: str
) -> RequestOpened | AlreadyOpen | Unavailable | NoIdentity | TooManyRequests:
    now = timezone.now()
    contract = _locked(contract_pk)
    if waiting := contract.requests.filter(kind=kind, state=State.OPEN).first():
        return AlreadyOpen(waiting.pk)
    offer = offers_of(contract, on=timezone.localdate(now))[kind]
    if not isinstance(offer, Offered):
        return Unavailable(offer)
    if kind == "surplus" and not _has_identity(contract.client):
        return NoIdentity()
    if seconds := limits.client_requests_of(contract.client.user_id):
        return TooManyRequests(seconds)
    request = ClientRequest.objects.create(
        establishment=contract.establishment,
        contract=contract,
        kind=kind,
        opened_at=now,
        words=facts.words,
        wished_on=facts.wished_on,
        half_day=facts.half_day,
        account_holder=facts.account_holder,
        sealed_iban=seal(Text("", facts.iban)) if facts.iban else "",
        masked_iban=_masked(facts.iban),
    )
    record("request_opened", by=by, subject=contract.client.user, request=request.pk, sort=kind)
    _tell_agency(request)
    return RequestOpened(request.pk)


@transaction.atomic(durable=True)
def withdraw_request(*, request_pk: int, by: str) -> RequestClosed | ClosedBefore:
    return _close(request_pk, State.WITHDRAWN, answer="", by=by)


@transaction.atomic(durable=True)
def answer_request(*, request_pk: int, is_granted: bool, answer: str, by: str) -> RequestClosed | ClosedBefore:
    """`answer` is read by the client: up to 500 characters, never empty for a refusal."""
    return _close(request_pk, State.DONE if is_granted else State.REFUSED, answer=answer, by=by)


@transaction.atomic(durable=True)
def note_iban_read(*, request: ClientRequest, by: str) -> None:
    """An agent has read the account's number of somebody: the journal says who."""
    record("request_iban_read", by=by, subject=request.contract.client.user, request=request.pk)


def _close(request_pk: int, to: State, *, answer: str, by: str) -> RequestClosed | ClosedBefore:
    rows = ClientRequest.objects.select_for_update(of=("self",))
    request = rows.select_related("contract__client__user", "contract__client__establishment").get(pk=request_pk)
    if request.state != State.OPEN:
        return ClosedBefore(request.get_state_display())
    request.state, request.answer, request.closed_at, request.closed_by = to, answer, timezone.now(), by
    request.sealed_iban = ""  # what is left to do is the back office's, with the masked number
    request.save(update_fields=["state", "answer", "closed_at", "closed_by", "sealed_iban"])
    client = request.contract.client
    record("request_closed", by=by, subject=client.user, request=request.pk, sort=request.kind, state=str(to))
    if to != State.WITHDRAWN:
        _tell_client(client, request)
    return RequestClosed()


def _locked(contract_pk: int) -> Contract:
    rows = Contract.objects.select_for_update(of=("self",))
    return rows.select_related("establishment", "client__user", "client__establishment", "sale").get(pk=contract_pk)


def _has_identity(client: Client) -> bool:
    papers = client.documents.filter(kind=Document.Kind.IDENTITY)
    return papers.exclude(state=Document.State.REFUSED).exists()


def _masked(iban: str) -> str:
    """« FR76 … 0189 »."""
    return f"{iban[:4]} … {iban[-4:]}" if iban else ""


def _tell_agency(request: ClientRequest) -> None:
    establishment = request.establishment
    queue_email(
        "request_opened",
        to=establishment.email,
        about=request.contract,
        establishment=establishment,
        context={"request": request},
    )


def _tell_client(client: Client, request: ClientRequest) -> None:
    """By e-mail, else by SMS: an answer is not left for somebody to find."""
    establishment = client.establishment
    path = reverse("contracts:request", args=[establishment.slug, request.pk])
    words = {"client": client, "request": request, "link": f"{settings.SITE_URL}{path}"}
    if client.email:
        queue_email("request_answered", to=client.email, about=client.user, establishment=establishment, context=words)
    elif client.phone:
        call = french_phone(establishment.phone).replace("\N{NO-BREAK SPACE}", " ")
        body = f"Votre espace client : l'agence a répondu à votre demande. Connectez-vous, ou appelez le {call}."
        queue_sms("request_answered", to=client.phone, about=client.user, establishment=establishment, body=body)
