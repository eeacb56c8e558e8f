"""What people pledge, as an appraiser writes it."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

JEWEL: Final = "Bijou"
WATCH: Final = "Montre"
SILVER: Final = "Orfèvrerie"
MUSIC: Final = "Instrument de musique"
ART: Final = "Objet d’art"
LEATHER: Final = "Maroquinerie"

HOW_MANY: Final = (1, 2, 3, 4)
HOW_MANY_WEIGHTS: Final = (70, 20, 8, 2)
SMALL_APPRAISAL: Final = 160


@dataclass(frozen=True, slots=True)
class Deposit:
    """`drawing`: what its photo shows (`demo.photographs`); empty when it has none."""

    description: str
    category: str
    appraisal: Decimal
    weight_g: Decimal | None = None
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """`low` and `high` bound the appraisal in euros; the weight follows from `euros_per_gram`, 0 when not weighed."""

    description: str
    category: str
    low: int
    high: int
    euros_per_gram: int = 0

    def draw(self, draw: Random) -> Deposit:
        appraisal = Decimal(draw.randrange(self.low, self.high + 1, 10))
        weight = (appraisal / self.euros_per_gram).quantize(Decimal("0.1")) if self.euros_per_gram else None
        return Deposit(self.description, self.category, appraisal, weight)


KINDS: Final = (
    _Kind("Alliance or 18 carats", JEWEL, 80, 420, 62),
    _Kind("Bague or 18 carats, saphir", JEWEL, 380, 1900, 140),
    _Kind("Bague or gris 18 carats, diamant 0,30 carat", JEWEL, 500, 2100, 210),
    _Kind("Bague or 18 carats, émeraude et petits diamants", JEWEL, 620, 2600, 190),
    _Kind("Boucles d’oreilles or 18 carats, perles de culture", JEWEL, 160, 620, 80),
    _Kind("Boucles d’oreilles créoles or 18 carats", JEWEL, 150, 760, 62),
    _Kind("Bracelet gourmette or 18 carats", JEWEL, 400, 2300, 62),
    _Kind("Bracelet jonc or 22 carats", JEWEL, 700, 2900, 76),
    _Kind("Bracelet torsadé or 22 carats, travail turc", JEWEL, 640, 2700, 76),
    _Kind("Broche or 18 carats, camée coquille", JEWEL, 120, 520, 58),
    _Kind("Chaîne or 18 carats, maille forçat, 50 cm", JEWEL, 240, 1300, 62),
    _Kind("Chevalière or 18 carats, gravée", JEWEL, 300, 1150, 62),
    _Kind("Collier de perles de culture, fermoir or 18 carats", JEWEL, 200, 880),
    _Kind("Collier or 18 carats, maille palmier", JEWEL, 700, 3100, 62),
    _Kind("Médaille de baptême or 18 carats", JEWEL, 70, 260, 62),
    _Kind("Parure or 21 carats (collier, bracelet, boucles d’oreilles)", JEWEL, 1600, 5200, 72),
    _Kind("Pendentif or 18 carats, croix", JEWEL, 60, 320, 62),
    _Kind("Pièce de 20 francs or, type Napoléon III", JEWEL, 320, 460, 62),
    _Kind("Sautoir or 18 carats, maille filigranée", JEWEL, 850, 3400, 62),
    _Kind("Solitaire or gris 18 carats, diamant 0,50 carat", JEWEL, 900, 3000, 330),
    _Kind("Montre de poche argent, mouvement à clé", WATCH, 80, 260),
    _Kind("Montre de poche or 18 carats, remontoir", WATCH, 600, 1700),
    _Kind("Montre d’homme acier, mouvement automatique suisse", WATCH, 450, 3200),
    _Kind("Montre de dame or 18 carats, bracelet or", WATCH, 800, 2600, 66),
    _Kind("Montre chronographe acier, vers 1970", WATCH, 350, 1900),
    _Kind("Ménagère en argent, 36 pièces, poinçon Minerve", SILVER, 600, 1500, 1),
    _Kind("Plat ovale en argent, poinçon Minerve", SILVER, 250, 800, 1),
    _Kind("Service à thé en argent, 3 pièces", SILVER, 400, 1300, 1),
    _Kind("Timbale en argent, gravée", SILVER, 40, 120, 1),
    _Kind("Violon d’étude 4/4, avec archet et étui", MUSIC, 200, 900),
    _Kind("Saxophone alto laiton verni, avec étui", MUSIC, 450, 1500),
    _Kind("Clarinette en ébène, avec étui", MUSIC, 300, 900),
    _Kind("Bronze patiné, sujet animalier, signé", ART, 350, 1900),
    _Kind("Huile sur toile, marine, XIXe siècle, encadrée", ART, 300, 1700),
    _Kind("Sac à main cuir noir, grande maison, avec certificat", LEATHER, 500, 2600),
)
_SMALL_KINDS: Final = tuple(kind for kind in KINDS if kind.low <= SMALL_APPRAISAL - 40)


def draw_deposits(draw: Random) -> tuple[Deposit, ...]:
    (how_many,) = draw.choices(HOW_MANY, HOW_MANY_WEIGHTS)
    return tuple(kind.draw(draw) for kind in draw.sample(KINDS, how_many))


def draw_small_deposit(draw: Random) -> tuple[Deposit, ...]:
    """One object that brings a free loan."""
    kind = draw.choice(_SMALL_KINDS)
    return (_Kind(kind.description, kind.category, kind.low, SMALL_APPRAISAL, kind.euros_per_gram).draw(draw),)
