from django.contrib import admin

from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from journal.models import Event


@admin.register(Event)
class EventAdmin(StaffAdmin):
    list_display = ["at", "kind", "actor", "subject", "data"]
    list_filter = [EstablishmentFilter, "at"]
    search_fields = ["kind", "actor", "subject"]
    search_help_text = "Par exemple contract:1893, client:42 ou login_refused."
