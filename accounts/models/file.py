"""What a client asks to change in the personal file, and the papers that prove it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.people import Client


class ContactChange(models.Model):
    """A new e-mail or phone that waits for its proof; the file changes when it has come. One of each kind a client.

    E-mail: a link to the new address. Phone: a code on the old number, then one on the new one.
    `digest` is keyed and bound to `challenge`, never the code itself.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "e-mail"
        PHONE = "phone", "téléphone"

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contact_changes")
    kind = models.CharField("sorte", max_length=5, choices=Kind)
    value = models.CharField("nouvelle valeur", max_length=254)
    challenge = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, blank=True)
    tries_left = models.PositiveSmallIntegerField(default=0)
    resends_left = models.PositiveSmallIntegerField(default=0)
    is_old_confirmed = models.BooleanField("ancien numéro confirmé", default=False)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("valable jusqu’au")

    class Meta:
        verbose_name = "changement de contact"
        constraints = [
            models.UniqueConstraint(fields=["client", "kind"], name="contact_change_one_of_each_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} (client {self.client_id})"


class Document(models.Model):
    """A paper that a client sends: checked and written again by us, then accepted or refused by an agent."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "pièce d’identité"
        ADDRESS = "address", "justificatif de domicile"

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        ACCEPTED = "accepted", "accepté"
        REFUSED = "refused", "refusé"

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="documents", verbose_name="client")
    kind = models.CharField("sorte", max_length=8, choices=Kind)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField("motif du refus", max_length=300, blank=True)
    content_type = models.CharField("format", max_length=20)
    size = models.PositiveIntegerField("taille (octets)")
    sent_at = models.DateTimeField("envoyé le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    scanned_at = models.DateTimeField("sans danger connu le", null=True, blank=True)

    class Meta:
        verbose_name = "document"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="document_waiting", condition=Q(state="waiting")),
            models.Index(fields=["id"], name="document_unscanned", condition=Q(scanned_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="refused") ^ Q(reason=""),
                name="document_refused_with_a_reason",
                violation_error_message="Un refus, et lui seul, a un motif.",
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="document_of_a_known_format",
                violation_error_message="Un document est un PDF, un JPEG ou un PNG.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_being_checked(self) -> bool:
        """There is an antivirus, and it has not said yet that what we keep is clean: nobody opens it."""
        return bool(settings.CLAMD_URL) and self.scanned_at is None


class DocumentContent(models.Model):
    """The bytes, apart from what lists read. In the database: committed with their cause, saved by its backups."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="content")
    data = models.BinaryField()

    class Meta:
        verbose_name = "contenu d’un document"

    def __str__(self) -> str:
        return str(self.document_id)
