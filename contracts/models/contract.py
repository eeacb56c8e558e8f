"""A loan against a deposit, and the objects deposited."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Client
from contracts.interest import Terms
from contracts.models.tariff import Tariff
from establishments.models import Agency, Establishment


class Contract(models.Model):
    """One loan against one deposit."""

    class Status(models.TextChoices):
        ACTIVE = "active", "en cours"
        BLOCKED = "blocked", "bloqué"
        ON_SALE_LIST = "on_sale_list", "inscrit au rôle"
        SOLD = "sold", "vendu"
        REPAID = "repaid", "remboursé, à retirer"
        REDEEMED = "redeemed", "dégagé"
        RENEWED = "renewed", "renouvelé"
        CLOSED = "closed", "clos"

    class Ticket(models.TextChoices):
        NAMED = "named", "nominative"
        BEARER = "bearer", "au porteur"

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="contracts", verbose_name="établissement"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contracts", verbose_name="client")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name="agence"
    )
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="contracts", verbose_name="tarif")
    number = models.CharField("numéro", max_length=32)
    status = models.CharField("statut", max_length=12, choices=Status, default=Status.ACTIVE)
    ticket_kind = models.CharField("reconnaissance", max_length=6, choices=Ticket, default=Ticket.NAMED)
    principal = models.DecimalField("montant prêté", max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    appraisal = models.DecimalField("estimation", max_digits=10, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(
        "taux propre au contrat",
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="en pour cent, dans l’unité du tarif",
    )
    apr = models.DecimalField("TAEG", max_digits=7, decimal_places=4, null=True, blank=True)
    fees = models.DecimalField("frais", max_digits=9, decimal_places=2, default=Decimal(0))

    pledged_on = models.DateField("engagé le")
    due_on = models.DateField("échéance")
    interest_paid_until = models.DateField("intérêts payés jusqu’au", null=True, blank=True)
    period_started_on = models.DateField("période commencée le")
    duty_paid_for = models.DateField("droit payé pour l’échéance du", null=True, blank=True)
    late_taken = models.DecimalField(
        "retard déjà payé pour cette échéance", max_digits=9, decimal_places=2, default=Decimal(0)
    )

    back_office_due = models.DecimalField(
        "intérêts dus (fichier)", max_digits=9, decimal_places=2, null=True, blank=True
    )
    back_office_due_on = models.DateField("arrêtés au (fichier)", null=True, blank=True)
    is_disputed = models.BooleanField(
        "montant à vérifier", default=False, help_text="Le montant du back-office et le nôtre diffèrent."
    )
    credited_until = models.DateField(
        "payé ici jusqu’au",
        null=True,
        blank=True,
        help_text="Dernier jour de décompte crédité ici, que le back-office n’a pas encore repris.",
    )
    due_on_before = models.DateField(
        "échéance avant une prolongation sans paiement",
        null=True,
        blank=True,
        help_text="Tant que le fichier la donne, il ne connaît pas la prolongation.",
    )
    is_partly_repaid_here = models.BooleanField(
        "prêt remboursé en partie ici",
        default=False,
        help_text="Tant que le fichier donne un montant plus élevé, il ne connaît pas ce remboursement.",
    )
    payment_started_at = models.DateTimeField("paiement en cours depuis", null=True, blank=True)
    payment_is_pending = models.BooleanField(
        "paiement en vérification", default=False, help_text="La banque vérifie : ce paiement ne se périme pas seul."
    )

    class Meta:
        verbose_name = "contrat"
        ordering = ["due_on", "number"]
        indexes = [
            models.Index(fields=["client", "due_on"], name="contract_by_client"),
            # With the client, all that the night's reminders look for stands in the index.
            models.Index(fields=["due_on", "client", "id"], name="contract_to_remind", condition=Q(status="active")),
            models.Index(
                fields=["status", "id", "client", "due_on"],
                name="contract_for_sale",
                condition=Q(status__in=["on_sale_list", "sold"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "number"],
                name="contract_number_unique",
                violation_error_message="Ce numéro de contrat existe déjà dans l’établissement.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("pledged_on")),
                name="contract_due_after_pledge",
                violation_error_message="L’échéance suit l’engagement.",
            ),
            models.CheckConstraint(
                condition=Q(principal__gt=0, fees__gte=0, late_taken__gte=0),
                name="contract_amounts_positive",
                violation_error_message="Un montant prêté est positif ; des frais ne sont pas négatifs.",
            ),
            models.CheckConstraint(
                condition=Q(interest_paid_until__isnull=True) | Q(interest_paid_until__gte=F("pledged_on")),
                name="contract_paid_after_pledge",
                violation_error_message="Les intérêts ne peuvent être payés jusqu’à un jour antérieur à l’engagement.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"{_address_of_list(self.establishment.slug)}{self.number}/"

    # Annotated by `contracts.own.contracts_of`: a card needs no more of the objects.
    first_object: str | None
    object_count: int
    # Annotated by the pages that say so.
    has_open_request: bool
    has_open_renewal: bool

    def terms(self) -> Terms:
        """What the interest rules need to know of this contract."""
        return Terms(
            principal=self.principal,
            rate=None if self.rate is None else self.rate.normalize(),
            pledged_on=self.pledged_on,
            due_on=self.due_on,
            interest_paid_until=self.interest_paid_until,
            period_started_on=self.period_started_on,
            duty_paid_for=self.duty_paid_for,
            late_taken=self.late_taken,
            fees=self.fees,
        )

    @property
    def interest_runs_from(self) -> date:
        return self.terms().interest_runs_from


@lru_cache(maxsize=64)
def _address_of_list(slug: str) -> str:
    """A list names dozens of contracts: their addresses begin alike, and finding an address takes Django a while."""
    return reverse("contracts:list", args=[slug])


class Pledge(models.Model):
    """One deposited object."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="pledges", verbose_name="contrat")
    rank = models.PositiveSmallIntegerField("rang")
    description = models.CharField("désignation", max_length=400)
    category = models.CharField("catégorie", max_length=80, blank=True)
    weight_g = models.DecimalField("poids (g)", max_digits=9, decimal_places=2, null=True, blank=True)
    appraisal = models.DecimalField("estimation", max_digits=10, decimal_places=2, null=True, blank=True)
    photo = models.CharField("photo (fichier)", max_length=200, blank=True)

    class Meta:
        verbose_name = "objet"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "rank"],
                name="pledge_rank_unique",
                violation_error_message="Ce rang existe déjà dans le contrat.",
            )
        ]

    def __str__(self) -> str:
        return self.description
