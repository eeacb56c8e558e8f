"""The people whom a visitor plays: a client of each establishment, and an agent of all of them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from demo.back_office import ClientRow

DEMO_PASSWORD: Final = "le-chat-dort-au-soleil"  # noqa: S105 - the demonstration's, printed by bin/run
AGENT_EMAIL: Final = "agent@example.fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """`phone` as +33639980006; `agency` is a code of the establishment's file."""

    establishment: str
    identifier: str
    client_number: str
    civility: str
    first_name: str
    last_name: str
    born_on: date
    email: str
    phone: str
    address: str
    postal_code: str
    city: str
    agency: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def row(self) -> ClientRow:
        return ClientRow(
            numero_client=self.client_number,
            identifiant=self.identifier,
            civilite=self.civility,
            nom=self.last_name,
            prenom=self.first_name,
            date_naissance=self.born_on,
            email=self.email,
            telephone=self.phone,
            adresse=self.address,
            code_postal=self.postal_code,
            ville=self.city,
            pays="France",
            agence=self.agency,
            langue="fr",
        )


CAST: Final = (
    CastMember(
        establishment="nantes",
        identifier="5501234567",
        client_number="100001",
        civility="Mme",
        first_name="Hélène",
        last_name="Lefèvre",
        born_on=date(1961, 4, 12),
        email="helene.lefevre@example.fr",
        phone="+33639980006",
        address="18 rue des Lilas",
        postal_code="44000",
        city="Nantes",
        agency="NTE",
    ),
    CastMember(
        establishment="paris",
        identifier="7501234567",
        client_number="100001",
        civility="M.",
        first_name="Ousmane",
        last_name="N’Diaye-Moreau",
        born_on=date(1984, 9, 3),
        email="ousmane.ndiaye@example.fr",
        phone="+33639980015",
        address="7 bis allée du Puits",
        postal_code="75020",
        city="Paris",
        agency="PMA",
    ),
    CastMember(
        establishment="nice",
        identifier="65012345678",
        client_number="100001",
        civility="Mme",
        first_name="Ngọc Ánh",
        last_name="D’Angelo",
        born_on=date(1947, 12, 1),
        email="ngoc.dangelo@example.org",
        phone="+33639980023",
        address="3 impasse du Four-à-Chaux",
        postal_code="06300",
        city="Nice",
        agency="NCE",
    ),
)


def cast_member(establishment: str) -> CastMember:
    return next(member for member in CAST if member.establishment == establishment)
