"""What clients ask: the agents' queue. Each button is a view of its own with one action."""

from http import HTTPStatus
from typing import Any, assert_never

from cryptography.fernet import InvalidToken
from django.contrib import admin, messages
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from accounts.requests import agent_of
from contracts.actions.requests import ClosedBefore, RequestClosed, answer_request, note_iban_read
from contracts.forms import AnswerForm
from contracts.models import ClientRequest
from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from messaging.sealing import unseal

UNREADABLE = "Cet IBAN ne peut plus être lu : demandez-le au client."


@admin.register(ClientRequest)
class ClientRequestAdmin(StaffAdmin):
    """What waits for an answer first, the oldest on top."""

    list_display = ["kind", "contract", "agency", "state", "opened_at", "closed_at"]
    list_filter = [EstablishmentFilter, "state", "kind", "contract__agency"]
    list_select_related = ["contract__agency"]
    search_fields = ["contract__number", "contract__client__last_name", "contract__client__client_number"]
    search_help_text = "Numéro de contrat, numéro client ou nom."
    ordering = [Case(When(state=ClientRequest.State.OPEN, then="id")).asc(nulls_last=True), "-id"]  # type: ignore[list-item] # it takes any expression
    fields = [
        "establishment",
        "contract",
        "kind",
        "state",
        "opened_at",
        "words",
        "wished_on",
        "half_day",
        "account_holder",
        "masked_iban",
        "answer",
        "closed_at",
        "closed_by",
    ]
    change_form_template = "admin/contracts/request.html"

    @admin.display(description="agence")
    def agency(self, asked: ClientRequest) -> str:
        return asked.contract.agency.name if asked.contract.agency else ""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        return [
            path("<int:pk>/repondre/", page(require_POST(self.answer)), name="contracts_request_answer"),
            path("<int:pk>/iban/", page(require_POST(self.read_iban)), name="contracts_request_iban"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context.update(is_open=context["original"].state == ClientRequest.State.OPEN, form=AnswerForm())
        return super().render_change_form(request, context, *args, **kwargs)

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = self._mine(request, pk)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "title": "Répondre", "form": form, "asked": asked}
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return render(request, "admin/contracts/answer.html", context, status=status)
        is_granted = form.cleaned_data["decision"] == "done"
        outcome = answer_request(
            request_pk=asked.pk, is_granted=is_granted, answer=form.cleaned_data["answer"], by=agent_of(request)
        )
        match outcome:
            case RequestClosed():
                messages.success(request, "Votre réponse est envoyée au client.")
            case ClosedBefore(state):
                messages.warning(request, f"Rien n’a changé : cette demande a déjà été {state}.")
            case _:
                assert_never(outcome)
        return redirect("admin:contracts_clientrequest_change", asked.pk)

    def read_iban(self, request: HttpRequest, pk: int) -> HttpResponse:
        """In full, for the transfer; told to the journal."""
        asked = self._mine(request, pk)
        note_iban_read(request=asked, by=agent_of(request))
        try:
            iban = unseal(asked.sealed_iban).body if asked.sealed_iban else UNREADABLE
        except InvalidToken:
            iban = UNREADABLE
        context = {**self.admin_site.each_context(request), "title": "IBAN", "asked": asked, "iban": iban}
        return render(request, "admin/contracts/iban.html", context)

    def _mine(self, request: HttpRequest, pk: int) -> ClientRequest:
        """Another establishment's does not exist."""
        mine: Any = self.get_queryset(request).select_related("contract__client__user")
        found: ClientRequest = get_object_or_404(mine, pk=pk)
        return found
