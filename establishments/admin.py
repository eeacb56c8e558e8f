from django.contrib import admin

from establishments.models import Agency, Establishment
from establishments.staff_admin import EstablishmentFilter, StaffAdmin, StaffInline


class AgencyInline(StaffInline):
    model = Agency


@admin.register(Establishment)
class EstablishmentAdmin(StaffAdmin):
    """Changed by `load_establishment` only."""

    establishment_path = "pk"
    list_display = ["name", "city", "phone", "pays_online"]
    fields = [
        "name",
        "slug",
        "city",
        "phone",
        "email",
        "website",
        "accent_color",
        "prolongation_months",
        "cap_months",
        "window_days",
        "prolongation_counted_from",
        "payable_until",
        "pays_online",
        "bearer_payable",
        "partial_repayment_online",
        "redemption_online",
        "sms_daily_cap",
    ]
    inlines = [AgencyInline]


@admin.register(Agency)
class AgencyAdmin(StaffAdmin):
    list_display = ["name", "code", "establishment", "phone"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["establishment"]
    search_fields = ["name", "code"]
