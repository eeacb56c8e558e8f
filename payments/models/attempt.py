"""Tries to pay, and what each contract gets of them."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from payments.models.link import RelativeLink


class PaymentAttempt(models.Model):
    """One try to pay contracts by card. What was sent to the bank is kept, since its answer must equal it."""

    class State(models.TextChoices):
        CREATED = "created", "préparé"
        REDIRECTED = "redirected", "chez la banque"
        PENDING = "pending", "en vérification"
        REFUSED = "refused", "refusé"
        CANCELLED = "cancelled", "annulé"
        EXPIRED = "expired", "sans suite"
        ERROR = "error", "erreur de la banque"
        PAID = "paid", "payé"

    LIVE: ClassVar[frozenset[str]] = frozenset({State.CREATED, State.REDIRECTED, State.PENDING})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="payments", verbose_name="établissement"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payments", verbose_name="client")
    link = models.ForeignKey(
        RelativeLink, on_delete=models.PROTECT, null=True, related_name="payments", verbose_name="lien d’un proche"
    )
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    state = models.CharField("état", max_length=10, choices=State, default=State.CREATED)
    quote_on = models.DateField("décompte du")
    gateway = models.CharField("banque", max_length=12)
    mode = models.CharField("mode", max_length=10)
    site_id = models.CharField("boutique", max_length=8)
    order_id = models.CharField("référence", max_length=32, unique=True)
    trans_date = models.CharField("date envoyée", max_length=14)
    trans_id = models.CharField("transaction envoyée", max_length=6)
    bank_session = models.CharField("session à la banque", max_length=64, blank=True)
    bank_reference = models.CharField("référence de la banque", max_length=64, blank=True)
    created_at = models.DateTimeField("créé le")
    redirected_at = models.DateTimeField("parti à la banque le", null=True, blank=True)
    asked_at = models.DateTimeField("banque interrogée le", null=True, blank=True)
    settled_at = models.DateTimeField("payé le", null=True, blank=True)

    class Meta:
        verbose_name = "paiement"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["client", "-created_at"], name="payment_by_client"),
            models.Index(fields=["establishment", "settled_at"], name="payment_by_settlement"),
            models.Index(
                fields=["redirected_at"], name="payment_under_way", condition=Q(state__in=["created", "redirected"])
            ),
            models.Index(
                fields=["redirected_at"], name="payment_to_ask", condition=~Q(bank_session="") & ~Q(state="paid")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_amount_positive",
                violation_error_message="Un paiement est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", settled_at__isnull=False) | (~Q(state="paid") & Q(settled_at__isnull=True)),
                name="payment_paid_has_its_day",
                violation_error_message="Un paiement payé a sa date, les autres n’en ont pas.",
            ),
            models.UniqueConstraint(
                fields=["bank_session"],
                condition=~Q(bank_session=""),
                name="payment_bank_session_once",
                violation_error_message="Une session à la banque est celle d’un seul paiement.",
            ),
        ]

    def __str__(self) -> str:
        return self.order_id


class PaymentLine(models.Model):
    """What one contract gets of an attempt, frozen when the client confirmed. Never changes."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="lines", verbose_name="paiement")
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="payment_lines", verbose_name="contrat"
    )
    interest = models.DecimalField("intérêts", max_digits=9, decimal_places=2)
    fixed_duty = models.DecimalField("droit fixe", max_digits=9, decimal_places=2)
    late = models.DecimalField("retard", max_digits=9, decimal_places=2)
    fee = models.DecimalField("frais", max_digits=9, decimal_places=2)
    capital = models.DecimalField("prêt remboursé", max_digits=10, decimal_places=2, default=Decimal(0))
    total = models.DecimalField("total", max_digits=10, decimal_places=2)
    due_on = models.DateField("échéance avant")
    paid_from = models.DateField("intérêts comptés depuis")
    paid_until = models.DateField("intérêts payés jusqu’au")
    new_due_on = models.DateField("nouvelle échéance", null=True, blank=True)
    opens_renewal = models.BooleanField("ouvre un renouvellement", default=False)
    principal = models.DecimalField("prêt au décompte", max_digits=10, decimal_places=2, null=True)
    redeems = models.BooleanField("rembourse tout le prêt", default=False)

    class Meta:
        verbose_name = "ligne de paiement"
        verbose_name_plural = "lignes de paiement"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "contract"], name="payment_line_one_per_contract"),
            models.CheckConstraint(
                # Rounded: SQLite adds in floats, where 6.56 + 4.00 is not 10.56.
                condition=Q(
                    total=Round(F("interest") + F("fixed_duty") + F("late") + F("fee") + F("capital"), precision=2)
                ),
                name="payment_line_adds_up",
                violation_error_message="Une ligne est la somme de ses parts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.total}"


class LiveContract(models.Model):
    """A contract is in one live attempt at most: the row is there while the attempt lives."""

    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, related_name="live_payment", verbose_name="contrat"
    )
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, related_name="live_contracts", verbose_name="paiement"
    )

    class Meta:
        verbose_name = "contrat en cours de paiement"
        verbose_name_plural = "contrats en cours de paiement"

    def __str__(self) -> str:
        return f"{self.contract}: {self.attempt}"
