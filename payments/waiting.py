"""While one waits for a bank: where the payment stands, in three steps, and when its page looks again by itself."""

from dataclasses import dataclass
from typing import Final, Literal

from payments.actions.moves import State

# Seconds before each look. It ends: a page that was forgotten on a screen must let its session end, too.
LOOKS: Final[dict[str, tuple[int, ...]]] = {
    State.CREATED: (5, 10, 20, 30, 30, 60, 60),
    State.REDIRECTED: (5, 10, 20, 30, 30, 60, 60),
    State.PENDING: (20, 30, 60, 120),
}

Where = Literal["done", "now", "later"]


@dataclass(frozen=True, slots=True)
class NextLook:
    """`seen`: how often the page will have looked by then; `last` is the count that looks no more."""

    seconds: int
    seen: int
    last: int


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    where: Where


def next_look(state: str, seen: str) -> NextLook | None:
    """`seen` comes from the page's address: it decides when to look, and nothing else."""
    looks = LOOKS.get(state, ())
    count = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 4 else 0
    return NextLook(looks[count], count + 1, len(looks)) if count < len(looks) else None


def steps_of(state: str, *, contracts: int, all_moved: bool) -> list[Step]:
    """Nothing for what ended without a payment: there is no next step."""
    moved = "Contrat mis à jour" if contracts == 1 else "Contrats mis à jour"
    match state:
        case State.CREATED | State.REDIRECTED:
            return [Step("Vous êtes allé à la banque", "done"), Step("Sa réponse arrive", "now"), Step(moved, "later")]
        case State.PENDING:
            heard, checks = "La banque a reçu votre paiement", "Elle le vérifie"
            return [Step(heard, "done"), Step(checks, "now"), Step(moved, "later")]
        case State.PAID:
            last = Step(moved, "done") if all_moved else Step("L’agence s’occupe du contrat", "now")
            return [Step("Paiement reçu", "done"), Step("Confirmé par la banque", "done"), last]
        case _:
            return []
