"""An establishment's contract with its bank."""

from django.db import models

from establishments.models import Establishment


class MerchantAccount(models.Model):
    """An establishment's contract with its bank. The secret stays in the environment, under the name `secret_env`.

    PayFiP has none: `site_id` is its « numcli », `service_url` its SOAP service.
    """

    class Gateway(models.TextChoices):
        SYSTEMPAY = "systempay", "Systempay"
        PAYFIP = "payfip", "PayFiP"
        NONE = "none", "aucune"

    class Mode(models.TextChoices):
        TEST = "TEST", "test"
        ACTIVATION = "ACTIVATION", "activation"  # PayFiP's step between the two
        PRODUCTION = "PRODUCTION", "production"

    establishment = models.OneToOneField(
        Establishment, on_delete=models.PROTECT, related_name="merchant_account", verbose_name="établissement"
    )
    gateway = models.CharField("banque", max_length=12, choices=Gateway)
    mode = models.CharField("mode", max_length=10, choices=Mode, default=Mode.TEST)
    site_id = models.CharField("numéro de boutique", max_length=8, blank=True)
    secret_env = models.CharField("variable de la clé", max_length=80, blank=True)
    service_url = models.URLField("page de la banque", blank=True)

    class Meta:
        verbose_name = "contrat monétique"
        verbose_name_plural = "contrats monétiques"

    def __str__(self) -> str:
        return f"{self.get_gateway_display()} {self.site_id}"
