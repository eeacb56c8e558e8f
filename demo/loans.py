"""One contract of the demonstration and its rows in the back office's files."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

from contracts.calendar_units import add_months
from contracts.interest import Terms, quote
from contracts.prolongation import imported_period
from demo.back_office import ContractRow, PledgeRow, SaleRow
from demo.deposits import Deposit
from demo.lives import Life
from demo.rulebook import DatedTariff

AUCTION_PLACE: Final = "Hôtel des ventes, salle 1"
HAMMER_STEP: Final = Decimal(10)
# The hammer price against the establishment's claim.
GAIN: Final = Decimal("1.35")
LOSS: Final = Decimal("0.92")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """`own_rate` replaces the tariff's brackets. `has_figure`: the back office says what it holds to be due today."""

    number: str
    client_number: str
    agency: str
    principal: Decimal
    deposits: tuple[Deposit, ...]
    life: Life
    tariff: DatedTariff
    months: int
    fees: Decimal | None = None
    own_rate: Decimal | None = None
    is_bearer: bool = False
    has_figure: bool = True

    def due_on_day(self, day: date) -> Decimal:
        """Interest, duty, late charge and fees together."""
        return quote(self.tariff.rules, self._terms(), day).total

    def contract_row(self, today: date) -> ContractRow:
        life = self.life
        has_figure = self.has_figure and life.status == "en_cours"
        return ContractRow(
            numero_contrat=self.number,
            numero_client=self.client_number,
            agence=self.agency,
            statut=life.status,
            montant_prete=self.principal,
            estimation=sum((deposit.appraisal for deposit in self.deposits), Decimal(0)),
            date_engagement=life.pledged_on,
            date_echeance=life.due_on,
            interets_payes_jusquau=life.paid_until,
            tarif=self.tariff.code,
            taux=self.own_rate,
            taeg=self._apr(),
            frais=self.fees,
            reconnaissance="porteur" if self.is_bearer else "nominative",
            interets_dus=self.due_on_day(today) if has_figure else None,
            arrete_au=today if has_figure else None,
        )

    def pledge_rows(self) -> list[PledgeRow]:
        return [
            PledgeRow(
                numero_contrat=self.number,
                rang=rank,
                designation=deposit.description,
                categorie=deposit.category,
                poids_g=deposit.weight_g,
                estimation=deposit.appraisal,
                photo=self.photo_of(rank),
            )
            for rank, deposit in enumerate(self.deposits, start=1)
        ]

    def photo_of(self, rank: int) -> str:
        """The name of the file in photos/; empty for an object that was not photographed."""
        return f"{self.number}-{rank}.jpg" if self.deposits[rank - 1].drawing else ""

    def sale_rows(self) -> list[SaleRow]:
        """One row for a contract that was listed for auction, else none."""
        auction = self.life.auction
        if auction is None:
            return []
        price, surplus = self._hammer_price_and_surplus()
        return [
            SaleRow(
                numero_contrat=self.number,
                date_inscription=auction.listed_on,
                date_vente=auction.sale_on,
                lieu=AUCTION_PLACE,
                prix_adjudication=price,
                boni=surplus,
                date_limite_boni=auction.surplus_deadline if surplus else None,
                boni_paye_le=auction.surplus_paid_on,
            )
        ]

    def _hammer_price_and_surplus(self) -> tuple[Decimal | None, Decimal | None]:
        """D514-15: what the hammer brought less the principal and all that is due on the day of the sale."""
        auction = self.life.auction
        if auction is None or auction.has_surplus is None:
            return None, None
        claim = self.principal + self.due_on_day(auction.sale_on)
        share, rounding = (GAIN, ROUND_UP) if auction.has_surplus else (LOSS, ROUND_DOWN)
        price = (claim * share / HAMMER_STEP).to_integral_value(rounding) * HAMMER_STEP
        return price, max(price - claim, Decimal("0.00"))

    def _apr(self) -> Decimal:
        """The yearly percentage that the first period costs, all charges included, its interest compounded."""
        signed = self._signed_terms()
        cost = quote(self.tariff.rules, signed, signed.due_on).total
        years = (signed.due_on - signed.pledged_on).days / 365
        return Decimal(f"{((1 + float(cost / self.principal)) ** (1 / years) - 1) * 100:.2f}")

    def _signed_terms(self) -> Terms:
        """On the day of the pledge."""
        return Terms(
            principal=self.principal,
            rate=self.own_rate,
            pledged_on=self.life.pledged_on,
            due_on=add_months(self.life.pledged_on, self.months),
            interest_paid_until=None,
            period_started_on=self.life.pledged_on,
            duty_paid_for=None,
            late_taken=Decimal(0),
            fees=Decimal(0),
        )

    def _terms(self) -> Terms:
        """As the import will read them."""
        life = self.life
        started_on, duty_paid_for = imported_period(life.pledged_on, life.due_on, life.paid_until, self.months)
        return replace(
            self._signed_terms(),
            due_on=life.due_on,
            interest_paid_until=life.paid_until,
            period_started_on=started_on,
            duty_paid_for=duty_paid_for,
            fees=self.fees or Decimal(0),
        )
