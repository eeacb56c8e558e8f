"""After the bank: payments to check, and refunds. Each button is a view of its own with one action, since the admin's
pages open a transaction around theirs."""

from http import HTTPStatus
from typing import Any, Final, assert_never, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, Model, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from accounts.requests import agent_of
from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from payments.actions.anomalies import AlreadyClosed, AnomalyClosed, close_anomaly
from payments.actions.refunds import (
    BankTells,
    KnownReference,
    NotPaid,
    NotWaiting,
    RefundAsked,
    RefundDropped,
    RefundMade,
    TooMuch,
    ask_refund,
    drop_refund,
    left_of,
    note_refund_made,
)
from payments.forms import ClosingForm, RefundForm, RefundMadeForm
from payments.gateways import tells_of_refunds
from payments.models import Anomaly, CreditNote, PaymentAttempt, Refund
from web.french import NBSP, euros

TO_DO: Final = {
    Anomaly.Kind.MISMATCH: (
        "Cherchez cette référence sur le site de la banque. Si la somme y est payée, faites renvoyer la notification ; "
        "si elle diffère, remboursez et appelez le client. Rien n’a été crédité ici sur cette parole."
    ),
    Anomaly.Kind.PAID_TWICE: (
        "La banque a pris deux fois pour la même référence. Un seul paiement est crédité : remboursez l’autre sur le "
        "site de la banque, et appelez le client."
    ),
    Anomaly.Kind.NOT_APPLIED: (
        "L’argent est reçu, le contrat n’a pas changé. Enregistrez ce paiement dans votre logiciel, ou remboursez-le, "
        "puis appelez le client."
    ),
    Anomaly.Kind.PENDING_LONG: (
        "La banque vérifie depuis plus d’un jour : ses contrats ne peuvent pas être payés. Demandez-lui sa décision, "
        "et faites renvoyer la notification."
    ),
    Anomaly.Kind.REFUND_TOO_HIGH: "Plus que la somme payée est reparti. Vérifiez sur le site de la banque.",
    Anomaly.Kind.REFUND_UNPAID: (
        "La banque rend une somme qui n’a pas été confirmée ici. Vérifiez si le paiement a eu lieu, et si sa "
        "notification s’est perdue."
    ),
    Anomaly.Kind.FLOOD: (
        "Plus de soixante messages en une heure sont arrivés à la porte de la banque sans sa signature. Rien n’est "
        "crédité sur leur parole. Si des paiements récents restent « chez la banque », la clé de la boutique a "
        "peut-être changé : comparez-la avec celle du site de la banque. Sinon, quelqu’un imite la banque : prévenez "
        "votre informatique."
    ).replace(" :", f"{NBSP}:"),
}


class OpenFilter(admin.SimpleListFilter):
    title = "suite"
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-regler", "à régler"), ("regle", "réglés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(closed_at__isnull=self.value() == "a-regler") if self.value() else queryset


@admin.register(Anomaly)
class AnomalyAdmin(StaffAdmin):
    """What waits for somebody, the oldest first; then what is settled."""

    list_display = ["kind", "attempt", "establishment", "found_at", "closed_at"]
    list_filter = [EstablishmentFilter, OpenFilter, "kind"]
    list_select_related = ["attempt", "establishment"]
    search_fields = ["attempt__order_id", "attempt__client__client_number"]
    search_help_text = "Référence du paiement ou numéro client."
    ordering = [Case(When(closed_at=None, then="id")).asc(nulls_last=True), "-id"]  # type: ignore[list-item] # it takes any expression
    fields = ["establishment", "attempt", "kind", "what", "found_at", "closed_at", "closed_by", "note"]
    change_form_template = "admin/payments/anomaly.html"

    def get_urls(self) -> list[URLPattern]:
        close = self.admin_site.admin_view(require_POST(self.close))
        return [path("<int:pk>/regler/", close, name="payments_anomaly_close"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        anomaly = context["original"]
        context.update(to_do=TO_DO[anomaly.kind], is_open=anomaly.closed_at is None, closing=ClosingForm())
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="détail")
    def what(self, anomaly: Anomaly) -> str:
        return anomaly.told

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        anomaly = get_object_or_404(self.get_queryset(request), pk=pk)
        form = ClosingForm(request.POST)
        if not form.is_valid():
            return _again(self, request, form, "Régler un point à vérifier", "Régler")
        outcome = close_anomaly(anomaly_pk=anomaly.pk, note=form.cleaned_data["note"], by=agent_of(request))
        match outcome:
            case AnomalyClosed():
                messages.success(request, "C’est réglé. Votre note est gardée.")
            case AlreadyClosed():
                messages.warning(request, "Rien n’a changé : un collègue l’a déjà réglé.")
            case _:
                assert_never(outcome)
        return redirect("admin:payments_anomaly_change", pk)


class RefundDesk(StaffAdmin):
    """The buttons of a payment's page."""

    change_form_template = "admin/payments/payment.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        return [
            path("<uuid:pk>/rembourser/", page(require_POST(self.ask)), name="payments_refund_ask"),
            path("<uuid:pk>/rembourser/<int:refund_pk>/", page(require_POST(self.drop)), name="payments_refund_drop"),
            path("<uuid:pk>/rembourse/<int:refund_pk>/", page(require_POST(self.made)), name="payments_refund_made"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        attempt = context["original"]
        is_paid = attempt.state == PaymentAttempt.State.PAID
        left = left_of(attempt)
        context.update(
            refunds=attempt.refunds.select_related("credit_note"),
            left=left,
            refund_form=RefundForm(initial={"amount": left}) if is_paid and left else None,
            made_form=None if tells_of_refunds(attempt.gateway) else RefundMadeForm(),
        )
        return super().render_change_form(request, context, *args, **kwargs)

    def ask(self, request: HttpRequest, pk: Any) -> HttpResponse:
        attempt = self._mine(request, pk)
        form = RefundForm(request.POST)
        if form.is_valid():
            outcome = ask_refund(attempt_pk=attempt.pk, by=agent_of(request), **form.cleaned_data)
            match outcome:
                case RefundAsked():
                    messages.success(request, _what_next(attempt))
                    return redirect("admin:payments_paymentattempt_change", pk)
                case NotPaid():
                    form.add_error(None, "Ce paiement n’a pas été reçu : il n’y a rien à rembourser.")
                case TooMuch(left):
                    form.add_error("amount", f"Il reste {euros(left)} à rembourser au plus.")
                case _:
                    assert_never(outcome)
        return _again(self, request, form, f"Rembourser{NBSP}: {attempt.order_id}", "Demander ce remboursement")

    def drop(self, request: HttpRequest, pk: Any, refund_pk: int) -> HttpResponse:
        refund = get_object_or_404(Refund, attempt=self._mine(request, pk), pk=refund_pk)
        outcome = drop_refund(refund_pk=refund.pk, by=agent_of(request))
        match outcome:
            case RefundDropped():
                messages.success(request, "Ce remboursement est abandonné.")
            case NotWaiting():
                messages.warning(request, "Rien n’a changé : il est déjà fait ou abandonné.")
            case _:
                assert_never(outcome)
        return redirect("admin:payments_paymentattempt_change", pk)

    def made(self, request: HttpRequest, pk: Any, refund_pk: int) -> HttpResponse:
        refund = get_object_or_404(Refund, attempt=self._mine(request, pk), pk=refund_pk)
        form = RefundMadeForm(request.POST)
        if not form.is_valid():
            return _again(self, request, form, f"Remboursé{NBSP}: {euros(refund.amount)}", "C’est remboursé")
        outcome = note_refund_made(refund_pk=refund.pk, by=agent_of(request), **form.cleaned_data)
        match outcome:
            case RefundMade():
                messages.success(request, "C’est remboursé. Le client est prévenu, et l’avoir est fait.")
            case NotWaiting():
                messages.warning(request, "Rien n’a changé : il est déjà fait ou abandonné.")
            case BankTells():
                messages.warning(request, "Rien n’a changé : c’est la banque qui dit qu’elle a remboursé.")
            case KnownReference():
                messages.warning(request, "Rien n’a changé : cette référence est celle d’un autre remboursement.")
            case _:
                assert_never(outcome)
        return redirect("admin:payments_paymentattempt_change", pk)

    def _mine(self, request: HttpRequest, pk: Any) -> PaymentAttempt:
        """Another establishment's does not exist."""
        return cast(PaymentAttempt, get_object_or_404(self.get_queryset(request), pk=pk))


@admin.register(Refund)
class RefundAdmin(StaffAdmin):
    establishment_path = "attempt__establishment"
    list_display = ["attempt", "amount", "state", "asked_at", "done_at"]
    list_filter = [EstablishmentFilter, "state", "done_at"]
    list_select_related = ["attempt"]
    search_fields = ["attempt__order_id", "bank_reference"]
    search_help_text = "Référence du paiement ou de la banque."


@admin.register(CreditNote)
class CreditNoteAdmin(StaffAdmin):
    list_display = ["number", "refund", "establishment", "issued_at"]
    list_filter = [EstablishmentFilter, "issued_at"]
    list_select_related = ["refund__attempt", "establishment"]
    search_fields = ["number", "refund__attempt__order_id"]
    search_help_text = "Numéro d’avoir ou référence du paiement."


def _what_next(attempt: PaymentAttempt) -> str:
    if tells_of_refunds(attempt.gateway):
        return "Faites maintenant ce remboursement sur le site de la banque."
    return "Demandez maintenant ce remboursement au comptable."


def _again(desk: StaffAdmin, request: HttpRequest, form: forms.Form, title: str, button: str) -> HttpResponse:
    """The form once more, with what was typed and what is wrong."""
    context = {**desk.admin_site.each_context(request), "title": title, "form": form, "button": button}
    return render(request, "admin/payments/form.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
