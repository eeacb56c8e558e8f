"""The private address that a client's phone reads dates from."""

from django.db import models

from accounts.models import Client

TITLE_LENGTH = 40


class CalendarLink(models.Model):
    """Only the digest of its token is kept. `title`: the client's own words for a date, or empty."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="calendar_link", verbose_name="client")
    digest = models.CharField("empreinte", max_length=64, unique=True)
    title = models.CharField("titre", max_length=TITLE_LENGTH, blank=True)
    made_at = models.DateTimeField("faite le")

    class Meta:
        verbose_name = "adresse de calendrier"
        verbose_name_plural = "adresses de calendrier"

    def __str__(self) -> str:
        return f"calendrier de {self.client}"
