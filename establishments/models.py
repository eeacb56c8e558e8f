"""The tenant and its counters."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

RESERVED_SLUGS = frozenset({"gestion", "paiement", "paiements", "messages", "sante", "demo", "static", "media"})


class Establishment(models.Model):
    """One Crédit Municipal: its name, its look, what its clients may do online."""

    class CountedFrom(models.TextChoices):
        DUE_DATE = "due_date", "depuis l’échéance"
        PAYMENT_DAY = "payment_day", "depuis le jour du paiement"

    class PayableUntil(models.TextChoices):
        SALE_LIST = "sale_list", "jusqu’à l’inscription au rôle"
        DUE_DATE = "due_date", "jusqu’à l’échéance"

    slug = models.SlugField("adresse", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    city = models.CharField("ville", max_length=80)
    phone = models.CharField("téléphone", max_length=20)
    email = models.EmailField("e-mail")
    website = models.URLField("site", blank=True)
    accent_color = models.CharField(
        "couleur", max_length=7, validators=[RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", "Une couleur s’écrit #rrggbb.")]
    )
    logo_svg = models.TextField("logo (SVG)", blank=True)

    prolongation_months = models.PositiveSmallIntegerField("durée d’une prolongation (mois)")
    cap_months = models.PositiveSmallIntegerField("durée totale au plus (mois)")
    window_days = models.PositiveSmallIntegerField("fenêtre de prolongation (jours avant l’échéance)")
    prolongation_counted_from = models.CharField(
        "prolongation comptée", max_length=12, choices=CountedFrom, default=CountedFrom.DUE_DATE
    )
    payable_until = models.CharField(
        "payable en ligne", max_length=12, choices=PayableUntil, default=PayableUntil.SALE_LIST
    )
    pays_online = models.BooleanField("paiement en ligne ouvert", default=False)
    bearer_payable = models.BooleanField("contrats au porteur payables en ligne", default=False)
    partial_repayment_online = models.BooleanField("remboursement partiel en ligne", default=False)
    redemption_online = models.BooleanField("remboursement du prêt entier en ligne", default=False)

    sms_daily_cap = models.PositiveIntegerField("SMS par jour, au plus", default=3000)

    class Meta:
        verbose_name = "établissement"
        ordering = ["city"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                name="establishment_slug_not_reserved",
                violation_error_message="Cette adresse est réservée au site.",
            ),
            models.CheckConstraint(
                condition=Q(cap_months__gte=models.F("prolongation_months"), cap_months__lte=24),
                name="establishment_cap_within_law",
                violation_error_message="La durée totale va d’une prolongation à 24 mois (article D514-7).",
            ),
            models.CheckConstraint(
                condition=Q(sms_daily_cap__gte=1),
                name="establishment_sms_daily_cap_positive",
                violation_error_message="Le plafond de SMS par jour est d’un au moins.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_logo(self) -> bool:
        return bool(self.logo_svg)


class Agency(models.Model):
    """A counter of an establishment."""

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="agencies", verbose_name="établissement"
    )
    code = models.CharField("code", max_length=20)
    name = models.CharField("nom", max_length=120)
    address = models.CharField("adresse", max_length=240)
    phone = models.CharField("téléphone", max_length=20)
    hours = models.CharField("horaires", max_length=240, blank=True)

    class Meta:
        verbose_name = "agence"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "code"],
                name="agency_code_unique",
                violation_error_message="Ce code d’agence existe déjà dans l’établissement.",
            )
        ]

    def __str__(self) -> str:
        return self.name
