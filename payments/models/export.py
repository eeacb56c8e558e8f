"""What left for the back office: sealed batches, each line in one of them for ever."""

from django.db import models

from establishments.models import Establishment
from payments.models.attempt import PaymentLine


class ExportBatch(models.Model):
    """A numbered file of settled lines. Its text is kept: the same batch gives the same bytes. Append-only."""

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="export_batches", verbose_name="établissement"
    )
    sequence = models.PositiveIntegerField("numéro")
    sealed_at = models.DateTimeField("scellé le")
    lines = models.PositiveIntegerField("lignes")
    total = models.DecimalField("total", max_digits=12, decimal_places=2)
    content = models.TextField("contenu")

    class Meta:
        verbose_name = "lot exporté"
        verbose_name_plural = "lots exportés"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "sequence"],
                name="export_batch_number_unique",
                violation_error_message="Ce numéro de lot existe déjà dans l’établissement.",
            )
        ]

    def __str__(self) -> str:
        return f"lot {self.sequence}"


class ExportedLine(models.Model):
    """Which batch a line left in. Append-only."""

    line = models.OneToOneField(
        PaymentLine, on_delete=models.PROTECT, primary_key=True, related_name="export", verbose_name="ligne"
    )
    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, related_name="exported_lines", verbose_name="lot")

    class Meta:
        verbose_name = "ligne exportée"
        verbose_name_plural = "lignes exportées"

    def __str__(self) -> str:
        return f"{self.line_id} ({self.batch})"
