from django.contrib import admin

from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from messaging.models import Message


@admin.register(Message)
class MessageAdmin(StaffAdmin):
    """What was sent and what became of it, never the text. The demonstration's inbox has its own page."""

    list_display = ["created_at", "channel", "kind", "recipient", "state", "done_at", "error"]
    list_filter = [EstablishmentFilter, "state", "channel", "created_at"]
    search_fields = ["recipient", "kind", "about"]
    search_help_text = "Adresse, numéro (+33…) ou sorte de message."
    fields = [
        "establishment",
        "channel",
        "kind",
        "about",
        "recipient",
        "state",
        "created_at",
        "expires_at",
        "sending_at",
        "done_at",
        "provider_id",
        "error",
    ]
