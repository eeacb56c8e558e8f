"""After a change of SECRET_KEY: what waits sealed with a former key is sealed with the current one."""

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import QuerySet

from accounts import sealed_keys
from accounts.models import Authenticator
from contracts.models import ClientRequest
from messaging.models import Message
from messaging.sealing import has_current_seal, seal_again


@dataclass(slots=True)
class Resealed:
    """`lost`: sealed with a key that is not among ours any more."""

    done: int = 0
    lost: int = 0


def reseal(*, write: bool) -> Resealed:
    """Row by row, each committed: nobody waits for it. Without `write` it counts."""
    resealed = Resealed()
    texts, keys = (has_current_seal, seal_again), (sealed_keys.has_current_seal, sealed_keys.seal_again)
    for rows, field, (is_current, sealed_anew) in (
        (ClientRequest.objects.exclude(sealed_iban=""), "sealed_iban", texts),
        (Message.objects.exclude(sealed=""), "sealed", texts),
        (Authenticator.objects.all(), "key", keys),
    ):
        for pk, sealed in list(rows.values_list("pk", field)):
            if is_current(sealed):
                continue
            try:
                again = sealed_anew(sealed)
            except InvalidToken:
                resealed.lost += 1
                continue
            resealed.done += 1
            if write:
                _store(rows.filter(pk=pk, **{field: sealed}), {field: again})
    return resealed


@transaction.atomic(durable=True)
def _store(row: QuerySet[Any], sealed: dict[str, str]) -> None:
    """One statement, if it is as it was read: what was sent or answered meanwhile has been erased, and stays so."""
    row.update(**sealed)
