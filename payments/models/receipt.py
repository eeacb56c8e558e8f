"""Receipts and their numbers."""

from django.db import models

from establishments.models import Establishment
from payments.models.attempt import PaymentAttempt


class ReceiptCounter(models.Model):
    """The last number of each series of an establishment; locked while the next one is given."""

    establishment = models.OneToOneField(
        Establishment, on_delete=models.PROTECT, related_name="receipt_counter", verbose_name="établissement"
    )
    last = models.PositiveIntegerField("dernier reçu", default=0)
    last_credit_note = models.PositiveIntegerField("dernier avoir", default=0)

    class Meta:
        verbose_name = "compteur de reçus"
        verbose_name_plural = "compteurs de reçus"

    def __str__(self) -> str:
        return f"{self.establishment}: {self.last}"


class Receipt(models.Model):
    """Numbered without gaps in its establishment; its content is frozen, so that it reads the same for ever."""

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="receipts", verbose_name="établissement"
    )
    attempt = models.OneToOneField(
        PaymentAttempt, on_delete=models.PROTECT, related_name="receipt", verbose_name="paiement"
    )
    sequence = models.PositiveIntegerField("rang")
    number = models.CharField("numéro", max_length=60)
    content = models.JSONField("contenu")
    issued_at = models.DateTimeField("délivré le")

    class Meta:
        verbose_name = "reçu"
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "sequence"], name="receipt_sequence_unique"),
            models.UniqueConstraint(fields=["establishment", "number"], name="receipt_number_unique"),
        ]

    def __str__(self) -> str:
        return self.number
