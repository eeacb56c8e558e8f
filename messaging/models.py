"""The outbox: a message is a row committed with its cause."""

from django.db import models
from django.db.models import Q

from messaging import crockford


def masked_number(phone: str) -> str:
    """« +33*****006 ». A masked number stays as it is."""
    return f"{phone[:3]}*****{phone[-3:]}"


class Message(models.Model):
    """One e-mail or SMS. Its text is sealed, and erased once it has left: it may hold a code or a link.

    `addressee` names the account that may find it by its reference. A number is masked once it has served.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "e-mail"
        SMS = "sms", "SMS"

    class State(models.TextChoices):
        QUEUED = "queued", "à envoyer"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyé"
        FAILED = "failed", "échec"
        EXPIRED = "expired", "périmé"

    class Delivery(models.TextChoices):
        """What the operator's network made of an SMS that was sent."""

        QUEUED = "queued", "chez le prestataire"
        SENDING = "sending", "vers l’opérateur"
        SENT = "sent", "chez l’opérateur"
        DELIVERED = "delivered", "remis au téléphone"
        UNDELIVERED = "undelivered", "non remis"
        FAILED = "failed", "refusé par l’opérateur"

    reference = models.CharField("référence", max_length=8, unique=True, default=crockford.generate)
    establishment = models.ForeignKey(
        "establishments.Establishment", on_delete=models.PROTECT, null=True, verbose_name="établissement"
    )
    channel = models.CharField("canal", max_length=5, choices=Channel)
    kind = models.CharField("sorte", max_length=40)
    about = models.CharField("concerne", max_length=60)
    addressee = models.CharField("écrit à", max_length=60, blank=True)
    recipient = models.CharField("destinataire", max_length=254)
    sealed = models.TextField("texte scellé", blank=True)
    state = models.CharField("état", max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("inutile après le", null=True)
    sending_at = models.DateTimeField("parti le", null=True)
    done_at = models.DateTimeField("réglé le", null=True)
    provider_id = models.CharField("référence du prestataire", max_length=64, blank=True)
    error = models.CharField("erreur", max_length=200, blank=True)
    delivery = models.CharField("remise", max_length=11, choices=Delivery, blank=True)
    delivery_error = models.CharField("erreur de remise", max_length=6, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="message_queued", condition=Q(state="queued")),
            models.Index(fields=["about", "-id"], name="message_by_subject"),
            models.Index(fields=["provider_id"], name="message_by_provider", condition=~Q(provider_id="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sealed=""),
                name="message_text_erased_once_sent",
                violation_error_message="Le texte d’un message parti est effacé.",
            ),
            models.CheckConstraint(
                condition=~Q(channel="sms")
                | Q(state__in=["queued", "sending"])
                | Q(recipient="")
                | Q(recipient__contains="*"),
                name="message_number_masked_once_done",
                violation_error_message="Le numéro d’un SMS réglé est masqué.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"

    def forget(self) -> None:
        """What no row keeps once it has served: the text, and the whole of a number."""
        self.sealed = ""
        if self.channel == self.Channel.SMS and self.recipient:
            self.recipient = masked_number(self.recipient)


class SMSSwitch(models.Model):
    """One row for the whole installation: whether SMS leave."""

    ONLY = 1

    is_on = models.BooleanField("ouvert", default=True)
    changed_at = models.DateTimeField("changé le", null=True)
    changed_by = models.CharField("changé par", max_length=60, blank=True)

    class Meta:
        verbose_name = "envoi de SMS"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="sms_switch_only_one",
                violation_error_message="Il n’y a qu’un interrupteur des SMS.",
            )
        ]

    def __str__(self) -> str:
        return "ouvert" if self.is_on else "coupé"


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
