"""What clients ask of their agency."""

from django.db import models
from django.db.models import Q

from contracts.models.contract import Contract
from establishments.models import Establishment


class ClientRequest(models.Model):
    """What a client needs from the agency about a contract."""

    class Kind(models.TextChoices):
        RENEWAL = "renewal", "renouvellement"

    class State(models.TextChoices):
        OPEN = "open", "à traiter"
        DONE = "done", "traitée"

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="client_requests", verbose_name="établissement"
    )
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="requests", verbose_name="contrat")
    kind = models.CharField("sorte", max_length=20, choices=Kind)
    state = models.CharField("état", max_length=6, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField("ouverte le")

    class Meta:
        verbose_name = "demande"
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind"],
                condition=Q(state="open"),
                name="request_one_open_per_kind",
                violation_error_message="Une demande de cette sorte est déjà ouverte pour ce contrat.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.contract}"
