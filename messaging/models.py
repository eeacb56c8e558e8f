"""The outbox: a message is a row committed with its cause."""

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One e-mail or SMS. Its text is sealed, and erased once it has left: it may hold a code or a link."""

    class Channel(models.TextChoices):
        EMAIL = "email", "e-mail"
        SMS = "sms", "SMS"

    class State(models.TextChoices):
        QUEUED = "queued", "à envoyer"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyé"
        FAILED = "failed", "échec"
        EXPIRED = "expired", "périmé"

    establishment = models.ForeignKey(
        "establishments.Establishment", on_delete=models.PROTECT, null=True, verbose_name="établissement"
    )
    channel = models.CharField("canal", max_length=5, choices=Channel)
    kind = models.CharField("sorte", max_length=40)
    about = models.CharField("concerne", max_length=60)
    recipient = models.CharField("destinataire", max_length=254)
    sealed = models.TextField("texte scellé", blank=True)
    state = models.CharField("état", max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("inutile après le", null=True)
    sending_at = models.DateTimeField("parti le", null=True)
    done_at = models.DateTimeField("réglé le", null=True)
    provider_id = models.CharField("référence du prestataire", max_length=64, blank=True)
    error = models.CharField("erreur", max_length=200, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="message_queued", condition=Q(state="queued")),
            models.Index(fields=["about", "-id"], name="message_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sealed=""),
                name="message_text_erased_once_sent",
                violation_error_message="Le texte d’un message parti est effacé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class InboxMessage(models.Model):
    """What the demonstration's inbox shows in clear instead of sending it."""

    channel = models.CharField(max_length=5, choices=Message.Channel)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = "message de démonstration"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
