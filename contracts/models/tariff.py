"""The terms that contracts are signed under."""

from django.db import models

from establishments.models import Establishment


class Tariff(models.Model):
    """The terms that contracts are signed under. One that a contract uses is never changed, only followed."""

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="tariffs", verbose_name="établissement"
    )
    code = models.CharField("code", max_length=32)
    valid_from = models.DateField("en vigueur depuis")
    rules = models.JSONField("règles", help_text="contracts.tariff_rules : tariff_to_json, tariff_from_json")

    class Meta:
        verbose_name = "tarif"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "code"],
                name="tariff_code_unique",
                violation_error_message="Ce code de tarif existe déjà dans l’établissement.",
            )
        ]

    def __str__(self) -> str:
        return self.code
