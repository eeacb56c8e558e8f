"""What banks said, and what was credited: tables that only grow."""

from django.db import models

from establishments.models import Establishment
from payments.models.attempt import PaymentAttempt, PaymentLine


class GatewayMessage(models.Model):
    """A word heard from a bank, kept whatever it says, with our verdict. Append-only."""

    class Channel(models.TextChoices):
        NOTIFICATION = "notification", "notification"
        POLL = "poll", "interrogation"

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, verbose_name="établissement")
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="messages", verbose_name="paiement"
    )
    channel = models.CharField("canal", max_length=12, choices=Channel)
    raw = models.TextField("message")
    verdict = models.CharField("verdict", max_length=60)
    received_at = models.DateTimeField("reçu le")

    class Meta:
        verbose_name = "message de la banque"
        verbose_name_plural = "messages de la banque"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.verdict


class Credit(models.Model):
    """What a paid line did to its contract: the ledger. Append-only."""

    line = models.OneToOneField(
        PaymentLine, on_delete=models.PROTECT, related_name="credit", verbose_name="ligne de paiement"
    )
    at = models.DateTimeField("le")
    is_applied = models.BooleanField("appliqué au contrat")
    reason = models.CharField("pourquoi non", max_length=120, blank=True)
    before = models.JSONField("contrat avant")
    after = models.JSONField("contrat après")

    class Meta:
        verbose_name = "écriture"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.line}"
