"""The contracts of the cast, which show the published cases whatever the day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from demo.cast import cast_member
from demo.deposits import ART, JEWEL, LEATHER, MUSIC, SILVER, WATCH, Deposit
from demo.lives import Life, Lives
from demo.loans import Loan
from demo.rulebook import Rulebook

NUMBER_PREFIX: Final[Mapping[str, str]] = {"nantes": "V", "paris": "P", "nice": "C"}


@dataclass(frozen=True, slots=True)
class Scene:
    """`is_published`: it owes the sum of a published case, so it is under the newest tariff whatever the day."""

    principal: int
    life: Life
    deposits: tuple[Deposit, ...]
    fees: Decimal | None = None
    is_bearer: bool = False
    is_published: bool = False


def cast_loans(rulebook: Rulebook, lives: Lives) -> list[Loan]:
    """V0001, V0002… in Nantes, P0001… in Paris, C0001… in Nice."""
    member = cast_member(rulebook.slug)
    return [
        Loan(
            number=f"{NUMBER_PREFIX[rulebook.slug]}{rank:04d}",
            client_number=member.client_number,
            agency=member.agency,
            principal=Decimal(scene.principal),
            deposits=scene.deposits,
            life=scene.life,
            tariff=rulebook.tariffs[0] if scene.is_published else rulebook.tariff_on(scene.life.pledged_on),
            months=rulebook.prolongation.months,
            fees=scene.fees,
            is_bearer=scene.is_bearer,
        )
        for rank, scene in enumerate(SCENES[rulebook.slug](lives), start=1)
    ]


def _nantes(lives: Lives) -> list[Scene]:
    return [
        Scene(
            400,
            lives.pledged_ago(40),
            POCKET_WATCH,
        ),
        # 49.20 + 10.00 = 59.20: six months begun.
        Scene(1000, lives.new(due_in=9), RING, is_published=True),
        # 259.68 + 80.00, and the fees: 342.68; 401.88 together with the ring.
        Scene(8000, lives.new(due_in=20), PARURE, fees=Decimal("3.00"), is_published=True),
        Scene(250, lives.new(due_in=-23), (_object("Chaîne or 18 carats, maille forçat, 50 cm", JEWEL, 430, "6.9"),)),
        Scene(600, lives.at_cap(due_in=12), (_object("Chevalière or 18 carats, gravée", JEWEL, 980, "15.8"),)),
        Scene(800, lives.partly_paid(due_in=80, paid_ago=20), SILVERWARE),
        Scene(700, lives.sold(ago=75, has_surplus=True), (_object("Saxophone alto laiton verni", MUSIC, 1100),)),
        Scene(350, lives.redeemed(ago=60, before_due=50), (_object("Broche or 18 carats, camée", JEWEL, 560, "9"),)),
    ]


def _paris(lives: Lives) -> list[Scene]:
    return [
        # 92 days: 19.66; 184 days: 127.79; 365 days: 78.00.
        Scene(
            1000,
            lives.pledged_ago(92),
            CHRONOGRAPH,
            is_published=True,
        ),
        Scene(3000, lives.pledged_ago(184), SOLITAIRE, is_published=True),
        Scene(
            1000, lives.pledged_ago(365), (_object("Gourmette or 18 carats", JEWEL, 1650, "26.6"),), is_published=True
        ),
        Scene(80, lives.new(due_in=15), (_object("Pendentif or 18 carats, croix", JEWEL, 140, "2.3"),)),
        Scene(650, lives.new(due_in=18), (_object("Clarinette en ébène, avec étui", MUSIC, 1050),), is_bearer=True),
        Scene(1200, lives.listed(sale_in=26), (_object("Sac à main cuir noir, grande maison", LEATHER, 2100),)),
        Scene(900, lives.sold(ago=300, has_surplus=True, surplus_paid_ago=240), BRONZE),
    ]


def _nice(lives: Lives) -> list[Scene]:
    return [
        # 48.60 of interest; 1.20 of duty alone.
        Scene(
            1000,
            lives.new(due_in=9),
            BANGLE,
            is_published=True,
        ),
        Scene(120, lives.new(due_in=16), (_object("Médaille or 18 carats", JEWEL, 210, "3.4"),), is_published=True),
        Scene(700, lives.prolonged(due_in=120, times=1), (_object("Violon d’étude 4/4, avec archet", MUSIC, 1150),)),
        Scene(450, lives.new(due_in=-8), (_object("Boucles d’oreilles créoles or 18 carats", JEWEL, 740, "12"),)),
        Scene(500, lives.blocked(due_in=45), (_object("Plat ovale en argent, poinçon Minerve", SILVER, 820, "790"),)),
        Scene(800, lives.renewed(ago=50), (_object("Collier or 18 carats, maille palmier", JEWEL, 1350, "21.8"),)),
    ]


def _object(
    description: str, category: str, appraisal: int, weight_g: str | None = None, *, drawing: str = ""
) -> Deposit:
    return Deposit(description, category, Decimal(appraisal), Decimal(weight_g) if weight_g else None, drawing)


POCKET_WATCH: Final = (_object("Montre de poche argent, mouvement à clé", WATCH, 700, drawing="watch"),)
CHRONOGRAPH: Final = (_object("Montre chronographe acier", WATCH, 1700, drawing="watch"),)
BANGLE: Final = (_object("Jonc or 22 carats", JEWEL, 1700, "22.4", drawing="bracelet"),)
RING: Final = (_object("Bague or 18 carats, saphir", JEWEL, 1600, "8.4", drawing="ring"),)
SOLITAIRE: Final = (_object("Solitaire or gris 18 carats, diamant 0,70 carat", JEWEL, 5200, "4.1", drawing="ring"),)
BRONZE: Final = (_object("Bronze patiné, sujet animalier, signé", ART, 1500),)
SILVERWARE: Final = (
    _object("Ménagère en argent, 36 pièces, poinçon Minerve", SILVER, 1250, "1180"),
    _object("Timbale en argent, gravée", SILVER, 90, "86"),
)
PARURE: Final = (
    _object("Collier or gris 18 carats, diamants, dans son écrin", JEWEL, 7900, "41.5", drawing="necklace"),
    _object("Bracelet ligne or gris 18 carats, diamants", JEWEL, 3600, "18.2", drawing="bracelet"),
    _object("Boucles d’oreilles or gris 18 carats, diamants", JEWEL, 1900, "7.6"),
)
SCENES: Final[Mapping[str, Callable[[Lives], list[Scene]]]] = {"nantes": _nantes, "paris": _paris, "nice": _nice}
