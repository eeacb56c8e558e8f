"""What does not match between the bank's words and ours, until an agent has dealt with it."""

from typing import Final

from django.db import models
from django.db.models import Q

from establishments.models import Establishment
from payments.models.attempt import PaymentAttempt

# Names of a bank's fields, for who has never read its manual.
FIELDS: Final = {
    "vads_amount": "le montant",
    "vads_currency": "la monnaie",
    "vads_ctx_mode": "le mode, test ou production",
    "vads_operation_type": "le sens de l’opération",
    "vads_order_id": "la référence",
    "vads_site_id": "la boutique",
    "vads_trans_date": "la date de la transaction",
    "vads_trans_id": "le numéro de la transaction",
    "vads_trans_status": "l’état de la transaction",
}


class Anomaly(models.Model):
    """One matter of one payment, or of an establishment's door; closed by an agent with a note, never deleted."""

    class Kind(models.TextChoices):
        MISMATCH = "mismatch", "la banque dit autre chose que ce qui a été envoyé"
        PAID_TWICE = "paid_twice", "payé deux fois"
        NOT_APPLIED = "not_applied", "payé, mais un contrat n’a pas suivi"
        PENDING_LONG = "pending_long", "en vérification depuis plus d’un jour"
        REFUND_TOO_HIGH = "refund_too_high", "remboursé plus que payé"
        REFUND_UNPAID = "refund_unpaid", "remboursé sans avoir été payé ici"
        FLOOD = "flood", "beaucoup de messages que la banque n’a pas signés"

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="anomalies", verbose_name="établissement"
    )
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="anomalies", verbose_name="paiement"
    )
    kind = models.CharField("sorte", max_length=16, choices=Kind)
    detail = models.CharField("détail", max_length=200, blank=True)
    found_at = models.DateTimeField("vu le")
    closed_at = models.DateTimeField("réglé le", null=True, blank=True)
    closed_by = models.CharField("réglé par", max_length=60, blank=True)
    note = models.CharField("ce qui a été fait", max_length=300, blank=True)

    class Meta:
        verbose_name = "paiement à vérifier"
        verbose_name_plural = "paiements à vérifier"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "kind"],
                condition=Q(closed_at__isnull=True),
                name="anomaly_one_open_per_kind",
                violation_error_message="Ce paiement est déjà à vérifier pour cette raison.",
            ),
            models.UniqueConstraint(
                fields=["establishment", "kind"],
                condition=Q(closed_at__isnull=True, attempt__isnull=True),
                name="anomaly_one_open_per_door",
                violation_error_message="Cet établissement est déjà à vérifier pour cette raison.",
            ),
            models.CheckConstraint(
                condition=Q(kind="flood", attempt__isnull=True) | (~Q(kind="flood") & Q(attempt__isnull=False)),
                name="anomaly_of_a_payment_or_of_a_door",
                violation_error_message="Un point à vérifier est celui d’un paiement, sauf les messages non signés.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, note="") | (Q(closed_at__isnull=False) & ~Q(note="")),
                name="anomaly_closed_with_a_note",
                violation_error_message="Un point réglé dit ce qui a été fait.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt or self.establishment}: {self.get_kind_display()}"

    @property
    def told(self) -> str:
        """The detail in plain words."""
        return FIELDS.get(self.detail, self.detail)
