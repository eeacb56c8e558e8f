"""What clients ask of their agency."""

from django.db import models
from django.db.models import Q

from contracts.models.contract import Contract
from establishments.models import Establishment


class ClientRequest(models.Model):
    """What a client needs from the agency about a contract. An agent answers; the client may take it back before."""

    class Kind(models.TextChoices):
        RENEWAL = "renewal", "renouvellement"
        MORE_TIME = "more_time", "délai supplémentaire"
        SALE = "sale", "mise en vente"
        APPOINTMENT = "appointment", "rendez-vous pour reprendre l’objet"
        LOST_TICKET = "lost_ticket", "reconnaissance perdue"
        SURPLUS = "surplus", "paiement du boni"

    class State(models.TextChoices):
        OPEN = "open", "à traiter"
        DONE = "done", "acceptée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "reprise par le client"

    class HalfDay(models.TextChoices):
        MORNING = "morning", "le matin"
        AFTERNOON = "afternoon", "l’après-midi"

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="client_requests", verbose_name="établissement"
    )
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="requests", verbose_name="contrat")
    kind = models.CharField("sorte", max_length=20, choices=Kind)
    state = models.CharField("état", max_length=9, choices=State, default=State.OPEN)
    words = models.CharField("mots du client", max_length=500, blank=True)
    wished_on = models.DateField("jour souhaité", null=True, blank=True)
    half_day = models.CharField("moment", max_length=9, choices=HalfDay, blank=True)
    account_holder = models.CharField("titulaire du compte", max_length=120, blank=True)
    sealed_iban = models.TextField(blank=True)
    masked_iban = models.CharField("IBAN", max_length=40, blank=True)
    answer = models.CharField("réponse, lue par le client", max_length=500, blank=True)
    opened_at = models.DateTimeField("ouverte le")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.CharField("close par", max_length=60, blank=True)

    class Meta:
        verbose_name = "demande"
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["id"], name="request_open", condition=Q(state="open"))]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind"],
                condition=Q(state="open"),
                name="request_one_open_per_kind",
                violation_error_message="Une demande de cette sorte est déjà ouverte pour ce contrat.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="request_closed_has_its_day",
                violation_error_message="Une demande close a sa date, les autres n’en ont pas.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""),
                name="request_refused_with_a_reason",
                violation_error_message="Un refus dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(sealed_iban=""),
                name="request_iban_erased_once_closed",
                violation_error_message="L’IBAN d’une demande close est effacé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.contract}"
