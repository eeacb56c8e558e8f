"""Money that goes back to a client, and the numbered document that says so. A receipt is never erased."""

from django.db import models
from django.db.models import Q

from establishments.models import Establishment
from payments.models.attempt import PaymentAttempt


class Refund(models.Model):
    """Asked by an agent, made on the bank's site, done when the bank says so; or heard from the bank alone.

    Where the bank tells of none (PayFiP), an agent says that it is done.
    """

    class State(models.TextChoices):
        ASKED = "asked", "à faire sur le site de la banque"
        DONE = "done", "remboursé"
        DROPPED = "dropped", "abandonné"

    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, related_name="refunds", verbose_name="paiement"
    )
    amount = models.DecimalField("montant", max_digits=9, decimal_places=2)
    state = models.CharField("état", max_length=7, choices=State)
    reason = models.CharField("motif", max_length=200, blank=True)
    asked_at = models.DateTimeField("demandé le", null=True, blank=True)
    done_at = models.DateTimeField("remboursé le", null=True, blank=True)
    bank_reference = models.CharField("référence de la banque", max_length=64, blank=True)
    # Money that came twice: no receipt ever counted it, and none is cancelled when it goes back.
    is_surplus = models.BooleanField("payé en trop", default=False)

    class Meta:
        verbose_name = "remboursement"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="refund_amount_positive",
                violation_error_message="Un remboursement est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="refund_done_has_its_day",
                violation_error_message="Un remboursement fait a sa date, les autres n’en ont pas.",
            ),
            models.UniqueConstraint(
                fields=["attempt", "bank_reference"],
                condition=Q(state="done"),
                name="refund_heard_once",
                violation_error_message="Ce remboursement est déjà enregistré.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.amount}"


class CreditNote(models.Model):
    """The numbered document of a refund, in a series without gaps; it cancels a receipt, whole or in part."""

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="credit_notes", verbose_name="établissement"
    )
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, related_name="credit_note", verbose_name="remboursement"
    )
    sequence = models.PositiveIntegerField("rang")
    number = models.CharField("numéro", max_length=60)
    issued_at = models.DateTimeField("délivré le")

    class Meta:
        verbose_name = "avoir"
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "sequence"], name="credit_note_sequence_unique"),
        ]

    def __str__(self) -> str:
        return self.number
