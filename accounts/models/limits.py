"""The memory of `accounts.limits`."""

from django.db import models


class Limit(models.Model):
    """One bucket of GCRA. `key` is a keyed digest: no address, number or identifier stands here."""

    key = models.CharField(max_length=64, primary_key=True)
    # Seconds since 1970: the bucket is empty again at this moment (the theoretical arrival time).
    tat = models.FloatField(db_index=True)

    class Meta:
        verbose_name = "limite"

    def __str__(self) -> str:
        return self.key[:8]
