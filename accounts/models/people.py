"""Who logs in, and the file that an establishment keeps of a client."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django_otp.models import Device

from establishments.models import Agency, Establishment


class Factor(models.TextChoices):
    """What proves, after the password, that it is the client."""

    SMS = "sms", "code par SMS"
    APP = "app", "application de codes"
    PASSKEY = "passkey", "clé d’accès"
    BACKUP = "backup", "code de secours"


class UserManager(BaseUserManager["User"]):
    """Clients and agents are made by `accounts.actions`; nothing here bypasses them."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """With the file and the establishment: every page of the area shows both."""
        return super().get_queryset().select_related("client", "establishment")


class User(AbstractBaseUser, PermissionsMixin):
    """A login. A client has an establishment and an identifier; an agent has neither but works for some of them."""

    username = models.CharField(max_length=254, unique=True, editable=False)
    establishment = models.ForeignKey(
        Establishment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="client_users",
        verbose_name="établissement",
    )
    identifier = models.CharField("identifiant", max_length=11, null=True, blank=True)  # noqa: DJ001 - an agent has none
    preferred_factor = models.CharField(
        "second facteur préféré", max_length=8, choices=Factor, default=Factor.SMS, editable=False
    )
    is_staff = models.BooleanField("agent", default=False)
    is_active = models.BooleanField("actif", default=True)
    staff_establishments = models.ManyToManyField(
        Establishment, blank=True, related_name="staff", verbose_name="établissements de l’agent"
    )
    initial_password_until = models.DateTimeField(
        "mot de passe provisoire jusqu’au",
        null=True,
        blank=True,
        editable=False,
        help_text="Un mot de passe donné par l’équipe technique, que l’agent doit changer avant toute autre chose.",
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    client: "Client"
    otp_device: Device | None  # set by django-otp's middleware and by the login

    class Meta:
        verbose_name = "compte"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "identifier"],
                name="user_identifier_unique",
                violation_error_message="Cet identifiant existe déjà dans l’établissement.",
            ),
            models.CheckConstraint(
                condition=Q(is_staff=True, establishment__isnull=True, identifier__isnull=True)
                | Q(is_staff=False, establishment__isnull=False, identifier__isnull=False),
                name="user_is_client_or_agent",
                violation_error_message="Un compte est celui d’un client ou celui d’un agent.",
            ),
            models.CheckConstraint(
                condition=Q(identifier__isnull=True) | Q(identifier__regex=r"^[0-9]{10,11}\Z"),
                name="user_identifier_digits",
                violation_error_message="Un identifiant a 10 ou 11 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(initial_password_until__isnull=True) | Q(is_staff=True),
                name="user_initial_password_of_agent",
                violation_error_message="Un client choisit lui-même son mot de passe, par un lien.",
            ),
        ]

    def __str__(self) -> str:
        return self.username if self.is_staff else f"…{(self.identifier or '')[-4:]}"

    @staticmethod
    def client_username(establishment_pk: int, identifier: str) -> str:
        """The technical login name of a client: identifiers are unique in one establishment only."""
        return f"{establishment_pk}:{identifier}"


class Client(models.Model):
    """The file (*dossier*): the back office is its master but for e-mail, phone and address."""

    class Civility(models.TextChoices):
        MADAM = "mme", "Madame"
        SIR = "m", "Monsieur"
        UNKNOWN = "", "non précisée"

    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="clients", verbose_name="établissement"
    )
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="client", verbose_name="compte")
    client_number = models.CharField("numéro client", max_length=32)
    civility = models.CharField("civilité", max_length=3, choices=Civility, blank=True, default="")
    last_name = models.CharField("nom", max_length=120)
    first_name = models.CharField("prénom", max_length=120)
    birth_date = models.DateField("né(e) le")
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField("téléphone (E.164)", max_length=16, blank=True)
    address = models.CharField("adresse", max_length=240, blank=True)
    postal_code = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=120, blank=True)
    country = models.CharField("pays", max_length=80, blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="clients", verbose_name="agence"
    )
    language = models.CharField("langue", max_length=8, default="fr")
    prefers_phone_call = models.BooleanField("préfère être appelé", default=False)
    phone_changed_at = models.DateTimeField("téléphone changé le", null=True, blank=True, editable=False)
    invited_at = models.DateTimeField("invité le", null=True, blank=True)
    without_contract_since = models.DateField(
        "sans contrat depuis",
        null=True,
        blank=True,
        editable=False,
        help_text="La première nuit où un client qui a envoyé des documents n’avait plus de contrat en cours.",
    )
    file_values = models.JSONField(
        "dernières valeurs du fichier",
        default=dict,
        help_text="E-mail, téléphone et adresse du dernier fichier : seul un changement dans le fichier l’emporte.",
    )

    class Meta:
        verbose_name = "client"
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "client_number"],
                name="client_number_unique",
                violation_error_message="Ce numéro client existe déjà dans l’établissement.",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[0-9]{6,15}\Z"),
                name="client_phone_e164",
                violation_error_message="Un téléphone s’écrit au format international, par exemple +33639980006.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.client_number})"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"
