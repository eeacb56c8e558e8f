"""What clients were warned of: once each."""

from django.db import models

from contracts.models.contract import Contract


class Reminder(models.Model):
    """One warning about one contract, committed with its message. `channels` is empty when nobody could be reached."""

    class Kind(models.TextChoices):
        DUE = "due", "échéance"
        LISTED = "listed", "inscription pour la vente"
        SALE = "sale", "vente"
        SURPLUS = "surplus", "boni"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="reminders", verbose_name="contrat")
    kind = models.CharField("sorte", max_length=7, choices=Kind)
    about_on = models.DateField("au sujet du", help_text="L’échéance, ou le jour de la vente.")
    days_left = models.SmallIntegerField("jours avant", help_text="Négatif après la date.")
    channels = models.CharField("par", max_length=9, blank=True)
    sent_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "rappel"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "days_left", "about_on", "contract"],  # in the order that a run asks
                name="reminder_once",
                violation_error_message="Ce rappel a déjà été envoyé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.contract}"
