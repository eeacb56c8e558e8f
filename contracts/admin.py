"""Contracts as the back office gave them: it is their master, so nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from contracts import admin_requests, admin_tariffs  # noqa: F401 - they register what clients ask, and tariffs
from contracts.models import Contract, ImportRun, Pledge, Reminder, Sale
from contracts.photo_files import Size
from contracts.photo_pages import picture
from establishments.staff_admin import EstablishmentFilter, StaffAdmin, StaffInline
from establishments.staff_search import NEWEST_FIRST


class PledgeInline(StaffInline):
    model = Pledge


class SaleInline(StaffInline):
    model = Sale


@admin.register(Contract)
class ContractAdmin(StaffAdmin):
    ordering = NEWEST_FIRST
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
    search_fields = ["^number", "^client__client_number", "^client__last_name", "^client__user__identifier"]
    search_help_text = "Le début du numéro de contrat, du numéro client, du nom ou de l’identifiant."
    inlines = [PledgeInline, SaleInline]


@admin.register(Pledge)
class PledgeAdmin(StaffAdmin):
    establishment_path = "contract__establishment"
    ordering = NEWEST_FIRST
    list_display = ["contract", "rank", "description", "category", "appraisal"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "description"]
    search_help_text = "Numéro de contrat ou désignation."
    fields = ["contract", "rank", "description", "category", "weight_g", "appraisal", "photo", "shown"]
    readonly_fields = ["shown"]

    @admin.display(description="photo")
    def shown(self, pledge: Pledge) -> str:
        taken = getattr(pledge, "picture", None)
        if taken is None:
            return "aucune"
        address = reverse("admin:contracts_pledge_photo", args=[pledge.pk])
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}">', address, taken.width, taken.height, pledge.description
        )

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_safe(self.show_photo))
        return [path("<int:pk>/photo.jpg", page, name="contracts_pledge_photo"), *super().get_urls()]

    def show_photo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Of another establishment: it does not exist."""
        mine: QuerySet[Model] = self.get_queryset(request).filter(picture__isnull=False).select_related("picture")
        pledge: Any = get_object_or_404(mine, pk=pk)
        return picture(pledge.picture, Size.PAGE)


@admin.register(Sale)
class SaleAdmin(StaffAdmin):
    establishment_path = "contract__establishment"
    ordering = NEWEST_FIRST
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


@admin.register(Reminder)
class ReminderAdmin(StaffAdmin):
    """Whom to call: those whom nothing could reach."""

    establishment_path = "contract__establishment"
    list_display = ["contract", "kind", "about_on", "days_left", "channels", "sent_at"]
    list_filter = [EstablishmentFilter, ("channels", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "contract__client__client_number"]
    search_help_text = "Numéro de contrat ou numéro client."


@admin.register(ImportRun)
class ImportRunAdmin(StaffAdmin):
    """Whether the night's files came in, and what they brought."""

    list_display = ["started_at", "establishment", "state", "finished_at", "counts"]
    list_filter = [EstablishmentFilter, "state"]
    list_select_related = ["establishment"]
