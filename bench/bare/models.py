from django.conf import settings
from django.db import models


class Contract(models.Model):
    """What a list shows of a contract; the sum is stored, nothing is computed."""

    class Status(models.TextChoices):
        ACTIVE = "active", "En règle"
        DUE_SOON = "due_soon", "Échéance proche"
        OVERDUE = "overdue", "Échéance passée"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=400)
    status = models.CharField(max_length=12, choices=Status)
    principal = models.DecimalField(max_digits=10, decimal_places=2)
    amount_due = models.DecimalField(max_digits=10, decimal_places=2)
    due_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["owner", "due_on"])]

    def __str__(self) -> str:
        return self.number
