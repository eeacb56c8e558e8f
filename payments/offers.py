"""What a client read before the click: sealed into the confirm page, compared when it comes back."""

import json
from collections.abc import Iterable
from typing import Final

from accounts.models import Client
from contracts.standing import Standing
from contracts.wording import effect_words
from web.keys import Key

KEY: Final = Key("payments.offers")
LENGTH: Final = 64  # of a seal


def seal(client: Client, standings: Iterable[Standing]) -> str:
    """A keyed digest: whoever else reads the page learns no number from it."""
    return KEY.digest(json.dumps(_terms(client, standings)))


def is_still_offered(sealed: str, client: Client, standings: Iterable[Standing]) -> bool:
    """False as soon as the client, the day, a contract, a sum or what paying does differs, or the seal is not ours."""
    return len(sealed) == LENGTH and KEY.has_made(sealed, json.dumps(_terms(client, standings)))


def _terms(client: Client, standings: Iterable[Standing]) -> list[object]:
    return [client.pk, *(_line(standing) for standing in sorted(standings, key=lambda one: one.contract.number))]


def _line(standing: Standing) -> list[str | None]:
    effect = effect_words(standing.effect)
    new_due_on = effect.new_due_on.isoformat() if effect and effect.new_due_on else None
    kind = effect.kind if effect else None
    return [standing.contract.number, standing.on.isoformat(), f"{standing.total:.2f}", kind, new_due_on]
