"""Which nights the back office's files came in, and what they brought."""

from django.db import models
from django.db.models import Q

from establishments.models import Establishment


class ImportRun(models.Model):
    """One run of the portfolio import that writes. Its end is committed with what it wrote."""

    class State(models.TextChoices):
        RUNNING = "running", "en cours"
        DONE = "done", "terminé"
        FAILED = "failed", "échoué, rien n’est écrit"
        INTERRUPTED = "interrupted", "interrompu, rien n’est écrit"

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="import_runs", verbose_name="établissement"
    )
    state = models.CharField("état", max_length=11, choices=State, default=State.RUNNING)
    by = models.CharField("par", max_length=60)
    started_at = models.DateTimeField("commencé le")
    finished_at = models.DateTimeField("fini le", null=True, blank=True)
    counts = models.JSONField(
        "lignes", default=dict, help_text="De chaque fichier : lues, nouvelles, changées, refusées…"
    )

    class Meta:
        verbose_name = "import du portefeuille"
        verbose_name_plural = "imports du portefeuille"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment"],
                condition=Q(state="running"),
                name="import_run_one_at_a_time",
                violation_error_message="Un import de cet établissement est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(state="running") ^ Q(finished_at__isnull=False),
                name="import_run_ends_once",
                violation_error_message="Un import fini, et lui seul, a une heure de fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment} {self.get_state_display()}"
