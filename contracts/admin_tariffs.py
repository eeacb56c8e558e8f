"""Tariffs as they stand, each beside its predecessor, and a draft beside the one in force. Nothing is written here."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Contract, Tariff
from contracts.tariff_file import TariffEntry
from contracts.tariff_forms import DraftForm
from contracts.tariff_preview import Preview, preview
from contracts.tariff_rules import tariff_from_json
from establishments.staff_admin import EstablishmentFilter, StaffAdmin

USUAL_TERM = 6  # months, when no establishment says


@admin.register(Tariff)
class TariffAdmin(StaffAdmin):
    list_display = ["code", "establishment", "valid_from"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["establishment"]
    search_fields = ["code"]
    change_list_template = "admin/contracts/tariff_list.html"
    change_form_template = "admin/contracts/tariff.html"

    def get_urls(self) -> list[URLPattern]:
        page, methods = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("projet/", page(methods(self.try_draft)), name="contracts_tariff_draft"),
            path("<int:pk>/comparer/", page(require_safe(self.compare)), name="contracts_tariff_compare"),
            *super().get_urls(),
        ]

    def try_draft(self, request: HttpRequest) -> HttpResponse:
        mine = self._mine(request)
        form = DraftForm(
            request.POST if request.method == "POST" else None,
            request.FILES if request.method == "POST" else None,
            tariffs=mine,
            initial=_usual(mine),
        )
        context = {**self.admin_site.each_context(request), "title": "Essayer un projet de tarif", "form": form}
        if form.is_bound and form.is_valid():
            context |= _results(form.cleaned_data)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render(request, "admin/contracts/tariff_draft.html", context, status=status)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        """With the one before it. Of another establishment: it does not exist."""
        tariff = get_object_or_404(self._mine(request), pk=pk)
        others = Tariff.objects.filter(establishment=tariff.establishment, valid_from__lt=tariff.valid_from)
        before = others.order_by("-valid_from", "-pk").first()
        context = {
            **self.admin_site.each_context(request),
            "title": f"Tarif {tariff.code}",
            "tariff": tariff,
            "before": before,
            "contracts": tariff.contracts.count(),
            "preview": preview(
                tariff_from_json(tariff.rules),
                tariff_from_json(before.rules) if before else None,
                pledged_on=tariff.valid_from,
                term_months=tariff.establishment.prolongation_months,
            ),
        }
        return render(request, "admin/contracts/tariff_compare.html", context)

    def _mine(self, request: HttpRequest) -> QuerySet[Tariff]:
        mine: Any = self.get_queryset(request).select_related("establishment")
        scoped: QuerySet[Tariff] = mine.order_by("establishment__name", "-valid_from", "-pk")
        return scoped


def _usual(mine: QuerySet[Tariff]) -> dict[str, Any]:
    """The tariff in force today, for the loans that its establishment makes."""
    in_force = mine.filter(valid_from__lte=timezone.localdate()).first()
    return {"tariff": in_force, "months": in_force.establishment.prolongation_months if in_force else USUAL_TERM}


def _results(chosen: dict[str, Any]) -> dict[str, Any]:
    """`same_code`: what `load_establishment` would meet under the draft's code."""
    draft, before, months = chosen["draft"], chosen["tariff"], chosen["months"]
    return {
        "draft": draft,
        "before": before,
        "preview": _beside(draft.entry, before, months),
        "same_code": _same_code(draft.entry, before) if before else "",
    }


def _beside(entry: TariffEntry, before: Tariff | None, months: int) -> Preview:
    rules = tariff_from_json(before.rules) if before else None
    return preview(entry.rules, rules, pledged_on=entry.valid_from, term_months=months)


def _same_code(entry: TariffEntry, before: Tariff) -> str:
    known = Tariff.objects.filter(establishment=before.establishment, code=entry.code).first()
    if known is None:
        return ""
    if known.valid_from == entry.valid_from and tariff_from_json(known.rules) == entry.rules:
        return "same"
    return "used" if Contract.objects.filter(tariff=known).exists() else "replaced"
