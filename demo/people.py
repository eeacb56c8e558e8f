"""Invented clients, with the names that a counter really hears: accents, apostrophes, hyphens, short and long ones.

Phones come from the ranges that Arcep keeps for fiction, e-mails from reserved domains.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Final

from django.utils.text import slugify

from demo.back_office import ClientRow

BORN_FROM: Final = date(1938, 1, 1)
BORN_DAYS: Final = 66 * 365  # the youngest is born in 2003
FIRST_CLIENT_NUMBER: Final = 100001

EMAIL_DOMAINS: Final = ("example.fr", "example.org")

# One client in so many. Without an identifier in the file, the portal gives one.
NO_EMAIL_EVERY, NO_PHONE_EVERY, LANDLINE_EVERY, NO_IDENTIFIER_EVERY = 9, 14, 11, 15


@dataclass(frozen=True, slots=True)
class Person:
    civility: str
    first_name: str
    last_name: str
    language: str


@dataclass(frozen=True, slots=True)
class Origin:
    language: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]

    def people(self) -> Iterator[Person]:
        for civility, first_names in (("Mme", self.women), ("M.", self.men)):
            for first_name, last_name in product(first_names, self.surnames):
                yield Person(civility, first_name, last_name, self.language)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The first digits of its identifiers, mobiles and landlines; its towns with their postal codes."""

    identifier: str
    mobile: str
    landline: str
    towns: tuple[tuple[str, str], ...]


# fmt: off
ORIGINS: Final = (
    Origin("fr", ("Françoise", "Maëlle", "Anne-Sophie"), ("Noël", "François", "Jean-Loïc"),
           ("Lemaître", "Bœuf", "Hébert-Dupré")),
    Origin("fr", ("Océane", "Zoé", "Cécile"), ("Étienne", "Théo", "Gaël"), ("L’Hostis", "Le Goff", "D’Aubigné")),
    Origin("fr", ("Nolwenn", "Gwenaëlle", "Rozenn"), ("Yann", "Loïc", "Tanguy"), ("Kerhoas", "Le Dû", "Guéguen")),
    Origin("vi", ("Thị Lan", "Ngọc Mai", "Thu Hương"), ("Văn Đức", "Minh Tuấn", "Quốc Bảo"),
           ("Nguyễn", "Trần", "Phạm")),
    Origin("tr", ("Ayşe", "Gülşen", "Çiğdem"), ("Mehmet", "İbrahim", "Oğuz"), ("Yılmaz", "Şahin", "Öztürk")),
    Origin("ar", ("Fatima-Zohra", "Naïma", "Khadija"), ("Abdelkader", "Noureddine", "Saïd"),
           ("Ben Saïd", "El Amrani", "Aït Ouali")),
    Origin("fr", ("Aïssatou", "Fatoumata", "Mariam"), ("Mamadou", "Ibrahima", "Sékou"),
           ("Traoré", "N’Diaye", "Coulibaly")),
    Origin("pt", ("Conceição", "Inês", "Maria João"), ("João", "Álvaro", "António"),
           ("Gonçalves", "da Conceição", "Araújo")),
    Origin("pl", ("Małgorzata", "Grażyna", "Zofia"), ("Paweł", "Łukasz", "Andrzej"), ("Wójcik", "Dąbek", "Krawczyk")),
    Origin("ro", ("Ștefania", "Ileana", "Mădălina"), ("Gheorghe", "Ștefan", "Ionuț"), ("Țăran", "Bălan", "Munteanu")),
    Origin("hy", ("Anahit", "Siranouche", "Araxie"), ("Hrant", "Vahan", "Krikor"),
           ("Der Sarkissian", "Hakobyan", "Papazian")),
    Origin("zh", ("Li", "Xiaohong", "Mei-Ling"), ("Wei", "Jianguo", "Bo"), ("Wu", "Chen", "Ng")),
    Origin("ta", ("Kavitha", "Malathi", "Selvarani"), ("Sivakumar", "Rajan", "Muthu"),
           ("Balasubramaniam", "Sivanesan", "Raman")),
    Origin("uk", ("Oksana", "Lioudmyla", "Solomiia"), ("Volodymyr", "Taras", "Myroslav"),
           ("Kovalenko", "Chevtchouk", "Bondar’")),
)
# fmt: on

NEIGHBOURHOODS: Final = {
    "nantes": Neighbourhood(
        identifier="550",
        mobile="06 39 98 1",
        landline="02 61 91",
        towns=(("44000", "Nantes"), ("44400", "Rezé"), ("44600", "Saint-Nazaire"), ("49000", "Angers")),
    ),
    "paris": Neighbourhood(
        identifier="750",
        mobile="06 39 98 2",
        landline="01 99 00",
        towns=(("75004", "Paris"), ("75020", "Paris"), ("93200", "Saint-Denis"), ("94400", "Vitry-sur-Seine")),
    ),
    "nice": Neighbourhood(
        identifier="6500",
        mobile="06 39 98 3",
        landline="04 65 71",
        towns=(("06000", "Nice"), ("06300", "Nice"), ("06600", "Antibes"), ("06800", "Cagnes-sur-Mer")),
    ),
}
STREETS: Final = (
    "rue des Lilas",
    "allée de l’Île-aux-Oiseaux",
    "avenue du Général-Exemple",
    "place de l’Église",
    "chemin du Puits",
    "boulevard des Écoles",
    "impasse du Four-à-Chaux",
    "rue du 8-Mai",
)


def draw_clients(draw: Random, slug: str, agencies: Sequence[str], count: int) -> list[ClientRow]:
    """`count` different people, numbered after the cast's member, who is the first client of each establishment."""
    people = draw.sample([person for origin in ORIGINS for person in origin.people()], count)
    place = NEIGHBOURHOODS[slug]
    return [
        _draw_client(draw, place, rank, draw.choice(agencies), person) for rank, person in enumerate(people, start=1)
    ]


def _draw_client(draw: Random, place: Neighbourhood, rank: int, agency: str, person: Person) -> ClientRow:
    number = str(FIRST_CLIENT_NUMBER + rank)
    postal_code, town = draw.choice(place.towns)
    email = f"{slugify(person.first_name)}.{number}@{draw.choice(EMAIL_DOMAINS)}"
    identifier = f"{place.identifier}{draw.randrange(10**4):04d}{rank:03d}"
    return ClientRow(
        numero_client=number,
        identifiant=identifier if rank % NO_IDENTIFIER_EVERY else "",
        civilite=person.civility,
        nom=person.last_name,
        prenom=person.first_name,
        date_naissance=BORN_FROM + timedelta(draw.randrange(BORN_DAYS)),
        email=email if rank % NO_EMAIL_EVERY else "",
        telephone=_draw_phone(draw, place, rank),
        adresse=f"{draw.randint(1, 140)}{draw.choice(('', '', ' bis'))} {draw.choice(STREETS)}",
        code_postal=postal_code,
        ville=town,
        pays="France",
        agence=agency,
        langue=draw.choice((person.language, "fr")),
    )


def _draw_phone(draw: Random, place: Neighbourhood, rank: int) -> str:
    """As people write it: with spaces, dots or nothing, national or international."""
    if rank % NO_PHONE_EVERY == 0:
        return ""
    if rank % LANDLINE_EVERY == 0:
        return f"{place.landline} 01 {rank:02d}"
    number = f"{place.mobile}{rank // 100} {rank % 100:02d}"
    abroad = number.removeprefix("0")
    return draw.choice((number, number.replace(" ", ""), number.replace(" ", "."), f"+33 {abroad}", f"0033 {abroad}"))
