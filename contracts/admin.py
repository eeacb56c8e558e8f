"""Contracts as the back office gave them: it is their master, so nothing is changed here."""

from django.contrib import admin

from contracts.models import ClientRequest, Contract, Pledge, Reminder, Sale, Tariff
from establishments.staff_admin import EstablishmentFilter, StaffAdmin, StaffInline


class PledgeInline(StaffInline):
    model = Pledge


class SaleInline(StaffInline):
    model = Sale


@admin.register(Contract)
class ContractAdmin(StaffAdmin):
    list_display = [
        "number",
        "client",
        "status",
        "principal",
        "pledged_on",
        "due_on",
        "interest_paid_until",
        "is_disputed",
    ]
    list_filter = [EstablishmentFilter, "status", "is_disputed", "due_on"]
    list_select_related = ["client"]
    search_fields = ["number", "client__client_number", "client__last_name", "client__user__identifier"]
    search_help_text = "Numéro de contrat, numéro client, nom ou identifiant."
    inlines = [PledgeInline, SaleInline]


@admin.register(Tariff)
class TariffAdmin(StaffAdmin):
    list_display = ["code", "establishment", "valid_from"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["establishment"]
    search_fields = ["code"]


@admin.register(Pledge)
class PledgeAdmin(StaffAdmin):
    establishment_path = "contract__establishment"
    list_display = ["contract", "rank", "description", "category", "appraisal"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "description"]
    search_help_text = "Numéro de contrat ou désignation."


@admin.register(Sale)
class SaleAdmin(StaffAdmin):
    establishment_path = "contract__establishment"
    list_display = [
        "contract",
        "listed_on",
        "sale_on",
        "hammer_price",
        "surplus",
        "surplus_deadline",
        "surplus_paid_on",
    ]
    list_filter = [EstablishmentFilter, "sale_on"]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "contract__client__last_name", "contract__client__client_number"]
    search_help_text = "Numéro de contrat, numéro client ou nom."


@admin.register(ClientRequest)
class ClientRequestAdmin(StaffAdmin):
    list_display = ["contract", "kind", "state", "opened_at"]
    list_filter = [EstablishmentFilter, "state", "kind"]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "contract__client__last_name", "contract__client__client_number"]
    search_help_text = "Numéro de contrat, numéro client ou nom."


@admin.register(Reminder)
class ReminderAdmin(StaffAdmin):
    """Whom to call: those whom nothing could reach."""

    establishment_path = "contract__establishment"
    list_display = ["contract", "kind", "about_on", "days_left", "channels", "sent_at"]
    list_filter = [EstablishmentFilter, ("channels", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "contract__client__client_number"]
    search_help_text = "Numéro de contrat ou numéro client."
