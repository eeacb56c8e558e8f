"""Papers that the antivirus has not judged yet, since it was away, slow or not there: judged each minute."""

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Final, assert_never

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.antivirus import Clean, Infected, NoVerdict, scan
from accounts.models import Document, DocumentContent
from accounts.notices import tell_client
from journal.actions import record

PATIENCE: Final = 20.0  # seconds for one paper; nobody waits in front of a page
A_ROUND: Final = 45.0  # seconds: the next round begins after sixty
AT_A_TIME: Final = 500
REASON: Final = "Ce fichier semble contenir un programme dangereux. Nous l’avons effacé."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scanned:
    clean: int = 0
    infected: int = 0
    left: int = 0


def scan_papers() -> Scanned:
    """The papers without a verdict, until the antivirus gives none.

    By chance and not by age: one that it never judges would hold up all others.
    """
    if not settings.CLAMD_URL:
        return Scanned()
    until, clean, infected = monotonic() + A_ROUND, 0, 0
    for pk in list(_unscanned().order_by("?").values_list("pk", flat=True)[:AT_A_TIME]):
        data = DocumentContent.objects.values_list("data", flat=True).filter(pk=pk).first() or b""
        verdict = scan(bytes(data), seconds=PATIENCE)
        match verdict:
            case Clean():
                clean += _note_clean(document_pk=pk)
            case Infected(signature):
                infected += _erase_infected(document_pk=pk, signature=signature)
            case NoVerdict(reason):
                logger.warning("the antivirus says nothing of document %s: %s", pk, reason)
            case _:
                assert_never(verdict)
        if isinstance(verdict, NoVerdict) or monotonic() > until:
            break
    return Scanned(clean, infected, _unscanned().count())


def _unscanned() -> QuerySet[Document]:
    return Document.objects.filter(scanned_at=None, content__isnull=False)


@transaction.atomic(durable=True)
def _note_clean(*, document_pk: int) -> int:
    return Document.objects.filter(pk=document_pk, scanned_at=None).update(scanned_at=timezone.now())


@transaction.atomic(durable=True)
def _erase_infected(*, document_pk: int, signature: str) -> int:
    """The bytes go, whatever an agent had decided; the paper counts as refused. Another round may have done it."""
    now = timezone.now()
    rows = Document.objects.select_for_update(of=("self",)).select_related("client__user", "client__establishment")
    document = rows.get(pk=document_pk)
    erased, _ = DocumentContent.objects.filter(pk=document_pk).delete()
    if not erased:
        return 0
    document.state, document.reason, document.decided_at = Document.State.REFUSED, REASON, now
    document.save(update_fields=["state", "reason", "decided_at"])
    record(
        "document_erased_infected",
        by="system",
        subject=document.client.user,
        document=document.pk,
        paper=document.kind,
        signature=signature,
    )
    tell_client(
        document.client,
        "Un document que vous nous avez envoyé semble contenir un programme dangereux\N{NO-BREAK SPACE}: nous l’avons "
        f"effacé ({document.get_kind_display()}). Envoyez-en une photo prise avec votre téléphone, ou apportez-le à "
        "l’agence. Faites vérifier l’appareil d’où vient ce fichier.",
    )
    return 1
