import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.actions.staff import create_staff
from accounts.management.terminal import TO_CHANGE, show_authenticator
from establishments.models import Establishment

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Crée un agent. Affiche une seule fois son mot de passe et le réglage de son application de codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("establishments", nargs="+", help="adresses des établissements, par exemple nantes paris")

    def handle(self, *args: Any, email: str, establishments: list[str], **options: Any) -> None:
        tenants = list(Establishment.objects.filter(slug__in=establishments))
        if missing := set(establishments) - {tenant.slug for tenant in tenants}:
            raise CommandError(f"Établissement inconnu : {', '.join(sorted(missing))}.", returncode=BAD_ARGUMENTS)
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"Cet e-mail n’est pas valable : {email}.", returncode=BAD_ARGUMENTS) from None
        password = secrets.token_urlsafe(15)
        try:
            device = create_staff(email=email, establishments=tenants, password=password, by="system", is_initial=True)
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Agent {email} créé.\nMot de passe : {password}\n{TO_CHANGE}")
        show_authenticator(device, self.stdout)
        self.stdout.write(f"Application perdue ou fermée : manage.py reset_staff_factor {email}")
        self.stdout.write(f"Mot de passe perdu ou trop vieux : manage.py reset_staff_factor {email} --password")
