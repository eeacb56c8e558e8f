from collections.abc import Iterator

import phonenumbers
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from messaging import crockford
from messaging.models import Message, masked_number


@admin.register(Message)
class MessageAdmin(StaffAdmin):
    """What was sent and what became of it, never the text. The demonstration's inbox has its own page."""

    list_display = ["created_at", "channel", "kind", "recipient", "state", "done_at", "error", "delivery"]
    list_filter = [EstablishmentFilter, "state", "channel", "delivery", "created_at"]
    search_fields = ["recipient", "kind", "about", "reference"]
    search_help_text = "Adresse, numéro, référence (K7PM-3QXR) ou sorte de message."
    fields = [
        "establishment",
        "reference",
        "channel",
        "kind",
        "about",
        "addressee",
        "recipient",
        "state",
        "created_at",
        "expires_at",
        "sending_at",
        "done_at",
        "provider_id",
        "error",
        "delivery",
        "delivery_error",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        """As typed, and as rows keep it: a number masked, a reference without its dash."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        for kept in _as_kept(search_term):
            found |= super().get_search_results(request, queryset, kept)[0]
        return found, may_repeat


def _as_kept(typed: str) -> Iterator[str]:
    if reference := crockford.canonical(typed):
        yield reference
    try:
        number = phonenumbers.parse(typed, "FR")
    except phonenumbers.NumberParseException:
        return
    yield masked_number(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
