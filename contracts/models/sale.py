"""The auction of what was deposited."""

from django.db import models
from django.db.models import Q

from contracts.models.contract import Contract


class Sale(models.Model):
    """The auction of a contract's objects, from the sale list to the surplus."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="sale", verbose_name="contrat")
    listed_on = models.DateField("inscrit le", null=True, blank=True)
    sale_on = models.DateField("vente le", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    hammer_price = models.DecimalField("prix d’adjudication", max_digits=10, decimal_places=2, null=True, blank=True)
    surplus = models.DecimalField("boni", max_digits=10, decimal_places=2, null=True, blank=True)
    surplus_deadline = models.DateField("boni à demander avant le", null=True, blank=True)
    surplus_paid_on = models.DateField("boni payé le", null=True, blank=True)

    class Meta:
        verbose_name = "vente"
        ordering = ["-sale_on"]
        indexes = [
            models.Index(fields=["sale_on"], name="sale_by_day"),
            models.Index(
                fields=["sale_on"],
                name="sale_surplus_to_claim",
                condition=Q(surplus__gt=0, surplus_paid_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"vente de {self.contract}"
