"""What a client read before the click: sealed into the confirm page, compared when it comes back."""

from collections.abc import Iterable

from django.core import signing

from accounts.models import Client
from contracts.standing import Standing
from contracts.wording import effect_words

SALT = "payments.offers"


def seal(client: Client, standings: Iterable[Standing]) -> str:
    return signing.dumps(_terms(client, standings), salt=SALT)


def is_still_offered(sealed: str, client: Client, standings: Iterable[Standing]) -> bool:
    """False as soon as the client, the day, a contract, a sum or what paying does differs, or the seal is not ours."""
    try:
        return bool(signing.loads(sealed, salt=SALT) == _terms(client, standings))
    except signing.BadSignature:
        return False


def _terms(client: Client, standings: Iterable[Standing]) -> list[object]:
    return [client.pk, *(_line(standing) for standing in sorted(standings, key=lambda one: one.contract.number))]


def _line(standing: Standing) -> list[str | None]:
    effect = effect_words(standing.effect)
    new_due_on = effect.new_due_on.isoformat() if effect and effect.new_due_on else None
    kind = effect.kind if effect else None
    return [standing.contract.number, standing.on.isoformat(), f"{standing.total:.2f}", kind, new_due_on]
