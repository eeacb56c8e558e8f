"""Papers that clients sent: agents read them, then accept or refuse. Each button is a view of its own with one action,
since the admin's pages open a transaction around theirs."""

from http import HTTPStatus
from typing import Any, assert_never

from django.contrib import admin, messages
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import documents as actions
from accounts.actions.documents import AlreadyDecided, BeingChecked, Decided
from accounts.downloads import attachment
from accounts.forms.documents import RefusalForm
from accounts.models import Document
from accounts.requests import agent_of
from establishments.staff_admin import EstablishmentFilter, StaffAdmin
from web.templatetags.french import french_moment

STILL_CHECKED = (
    "Rien n’a changé : ce fichier est en cours de vérification par l’antivirus. Revenez dans quelques minutes."
)
NO_EMAIL = "C’est fait. Ce client n’a pas d’e-mail : appelez-le pour le lui dire."


@admin.register(Document)
class DocumentAdmin(StaffAdmin):
    establishment_path = "client__establishment"
    list_display = ["kind", "client", "establishment", "state", "sent_at", "decided_at"]
    list_filter = [EstablishmentFilter, "state", "kind", "sent_at"]
    list_select_related = ["client__establishment"]
    search_fields = ["client__client_number", "client__last_name", "client__user__identifier"]
    search_help_text = "Numéro client, nom ou identifiant."
    # The one that has waited longest comes first, then what is decided, newest first.
    ordering = [Case(When(state=Document.State.WAITING, then="id")).asc(nulls_last=True), "-id"]  # type: ignore[list-item] # it takes any expression
    fields = ["client", "establishment", "kind", "state", "reason", "weight", "sent_at", "decided_at", "scanned_at"]
    change_form_template = "admin/accounts/document/decide.html"

    @admin.display(description="établissement")
    def establishment(self, document: Document) -> str:
        return document.client.establishment.name

    @admin.display(description="fichier")
    def weight(self, document: Document) -> str:
        return format_html("{} — {} Ko", document.content_type, -(-document.size // 1024))

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        ours = [
            path("<int:pk>/fichier/", page(require_safe(self.download)), name="accounts_document_download"),
            path("<int:pk>/accepter/", page(require_POST(self.accept)), name="accounts_document_accept"),
            path("<int:pk>/refuser/", page(require_POST(self.refuse)), name="accounts_document_refuse"),
        ]
        return [*ours, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        document = context["original"]
        is_waiting = document.state == Document.State.WAITING
        context.update(is_kept=hasattr(document, "content"), is_waiting=is_waiting, refusal=RefusalForm())
        return super().render_change_form(request, context, *args, **kwargs)

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self._mine(request, pk)
        if not hasattr(document, "content"):
            raise Http404
        if document.is_being_checked:
            messages.warning(request, STILL_CHECKED)
            return redirect("admin:accounts_document_change", document.pk)
        actions.note_document_opened(document=document, by=agent_of(request))
        return attachment(document)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self._mine(request, pk)
        outcome = actions.accept_document(document_pk=document.pk, by=agent_of(request))
        return self._after(request, document, outcome, "Document accepté. Le client en est informé par e-mail.")

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self._mine(request, pk)
        form = RefusalForm(request.POST)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "form": form, "document": document, "opts": self.opts}
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return render(request, "admin/accounts/document/refuse.html", context, status=status)
        reason = form.cleaned_data["reason"]
        outcome = actions.refuse_document(document_pk=document.pk, reason=reason, by=agent_of(request))
        return self._after(request, document, outcome, "Document refusé. Le client reçoit le motif par e-mail.")

    def _after(
        self, request: HttpRequest, document: Document, outcome: Decided | BeingChecked | AlreadyDecided, done: str
    ) -> HttpResponse:
        match outcome:
            case Decided():
                messages.success(request, done if document.client.email else NO_EMAIL)
            case BeingChecked():
                messages.warning(request, STILL_CHECKED)
            case AlreadyDecided(state, at):
                when = french_moment(at)
                messages.warning(request, f"Rien n’a changé : ce document a déjà été {state}, le {when}.")
            case _:
                assert_never(outcome)
        return redirect("admin:accounts_document_change", document.pk)

    def _mine(self, request: HttpRequest, pk: int) -> Document:
        """Another establishment's does not exist."""
        mine: Any = self.get_queryset(request).select_related("client__user")
        found: Document = get_object_or_404(mine, pk=pk)
        return found
