"""A link that a client gives to a relative, who pays without an account."""

from django.db import models

from accounts.models import Client
from contracts.models import Contract


class RelativeLink(models.Model):
    """Only the digest of its token is kept. `reference` is all that the relative learns of what is paid."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="relative_links", verbose_name="client")
    contracts = models.ManyToManyField(Contract, related_name="relative_links", verbose_name="contrats")
    digest = models.CharField("empreinte", max_length=64, unique=True)
    reference = models.CharField("référence", max_length=12)
    made_at = models.DateTimeField("fait le")
    until = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "lien pour un proche"
        verbose_name_plural = "liens pour un proche"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reference
