"""Who did what to what. Append-only: the database refuses UPDATE, and DELETE before `kept_until`."""

from django.db import models


class Event(models.Model):
    """One fact. `actor` and `subject` are names such as `client:42`, `agent:7`, `system`, `contract:1893`."""

    at = models.DateTimeField("le")
    establishment = models.ForeignKey(
        "establishments.Establishment", on_delete=models.PROTECT, null=True, blank=True, verbose_name="établissement"
    )
    kind = models.CharField("quoi", max_length=60)
    actor = models.CharField("qui", max_length=60)
    subject = models.CharField("à quoi", max_length=80)
    data = models.JSONField("détail", default=dict)
    kept_until = models.DateTimeField("gardé jusqu’au", editable=False)

    class Meta:
        verbose_name = "événement"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "-id"], name="event_by_subject"),
            models.Index(fields=["establishment", "-id"], name="event_by_establishment"),
            models.Index(fields=["kept_until"], name="event_by_term"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
