"""Clients and their accounts. No password, no code, no secret of a device has a place here."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import admin_documents  # noqa: F401 - registers the papers that clients send
from accounts.client_desk import ClientDesk
from accounts.models import Client, SMSDevice, User
from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from establishments.staff_search import NEWEST_FIRST

# They come with Django and django-otp, for all establishments at once, and write.
admin.site.unregister([Group, TOTPDevice])


@admin.register(Client)
class ClientAdmin(ClientDesk):
    ordering = NEWEST_FIRST
    list_display = ["client_number", "last_name", "first_name", "identifier", "email", "phone", "agency", "invited_at"]
    list_filter = [EstablishmentFilter, "invited_at"]
    list_select_related = ["user", "agency"]
    search_fields = ["^client_number", "^last_name", "^first_name", "^user__identifier"]
    search_help_text = "Le début du numéro client, du nom, du prénom ou de l’identifiant."
    fields = [
        "establishment",
        "agency",
        "client_number",
        "identifier",
        "civility",
        "last_name",
        "first_name",
        "birth_date",
        "email",
        "phone",
        "address",
        "postal_code",
        "city",
        "country",
        "language",
        "prefers_phone_call",
        "invited_at",
    ]

    @admin.display(description="identifiant")
    def identifier(self, client: Client) -> str | None:
        return client.user.identifier


@admin.register(User)
class UserAdmin(StaffAdmin):
    """Clients' accounts: agents belong to several establishments, so none sees another here."""

    ordering = NEWEST_FIRST
    list_display = ["identifier", "client", "establishment", "is_active", "last_login"]
    list_filter = [EstablishmentFilter, "is_active"]
    list_select_related = ["client", "establishment"]
    search_fields = ["^identifier", "^client__client_number", "^client__last_name", "^client__first_name"]
    search_help_text = "Le début de l’identifiant, du numéro client, du nom ou du prénom."
    fields = ["establishment", "identifier", "is_active", "created_at", "last_login"]


@admin.register(SMSDevice)
class SMSDeviceAdmin(StaffAdmin):
    establishment_path = "user__establishment"
    list_display = ["client", "phone", "confirmed", "last_used_at"]
    list_filter = [EstablishmentFilter, "confirmed"]
    list_select_related = ["user__client"]
    search_fields = ["phone", "user__identifier", "user__client__client_number", "user__client__last_name"]
    search_help_text = "Téléphone (+33…), identifiant, numéro client ou nom."
    fields = ["client", "phone", "confirmed", "created_at", "last_used_at", "sent_at"]

    @admin.display(description="client")
    def client(self, device: SMSDevice) -> Client:
        return device.user.client
