"""The papers that a client sends: the list with what became of them, the form, each paper again."""

from typing import assert_never

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import documents as actions
from accounts.actions.documents import DocumentSent, TooManyWaiting, TooOften
from accounts.antivirus import Infected
from accounts.downloads import attachment
from accounts.forms.documents import FLAWS, INFECTED, DocumentForm
from accounts.paper_verdicts import Flaw, Rejected
from accounts.proof import has_fresh_proof, to_step_up
from accounts.requests import AreaRequest
from journal.actions import name_of
from web.french import french_duration

ARRIVED = "Votre document est arrivé. Nous l’examinons et vous répondons par e-mail."
ARRIVED_UNCHECKED = (
    "Votre document est arrivé. Nous vérifions d’abord que le fichier est sans danger, puis nous l’examinons "
    "et vous répondons par e-mail. Vous n’avez rien à faire."
)

TO_PROVE = (
    "Vos documents sont protégés\u00a0: confirmez d’abord que c’est vous. Vous reviendrez à leur liste, et vous "
    "pourrez télécharger celui que vous voulez."
)


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: AreaRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, DocumentForm())
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    kind, data = form.cleaned_data["kind"], form.cleaned_data["file"].read()
    outcome = actions.send_document(user=request.user, kind=kind, data=data, by=name_of(request.user))
    match outcome:
        case DocumentSent(is_being_checked=is_being_checked):
            messages.success(request, ARRIVED_UNCHECKED if is_being_checked else ARRIVED)
            return redirect("accounts:documents", slug)
        case Infected():
            form.add_error("file", INFECTED)
        case Rejected(Flaw.NOT_NOW):
            form.add_error("file", FLAWS[Flaw.NOT_NOW])
            return _page(request, form, status=503, retry_after=60)
        case Rejected(flaw):
            form.add_error("file", FLAWS[flaw])
        case TooManyWaiting():
            form.add_error(None, f"{actions.MAX_WAITING} documents attendent déjà notre réponse. Patientez un peu.")
        case TooOften(seconds):
            return _too_often(request, form, seconds)
        case _:
            assert_never(outcome)
    return _page(request, form, status=422)


@require_safe
def document(request: AreaRequest, slug: str, pk: int) -> HttpResponse:
    """Back from the step-up one finds the list: a file would arrive behind the page of the code, which would stay."""
    if not has_fresh_proof(request):
        messages.info(request, TO_PROVE)
        return to_step_up(request, reverse("accounts:documents", args=[slug]))
    mine = request.user.client.documents.filter(content__isnull=False).select_related("content")
    found = get_object_or_404(mine, pk=pk)
    if found.is_being_checked:
        messages.info(request, "Ce fichier est en cours de vérification. Vous pourrez l’ouvrir ensuite.")
        return redirect("accounts:documents", slug)
    return attachment(found)


def _too_often(request: AreaRequest, form: DocumentForm, seconds: int) -> HttpResponse:
    """Here and not on the page that waits: a file would have to be chosen again there, too."""
    wait = french_duration(seconds)
    form.add_error(None, f"Vous avez envoyé beaucoup de fichiers en peu de temps. Recommencez dans {wait}.")
    return _page(request, form, status=429, retry_after=seconds)


def _page(request: AreaRequest, form: DocumentForm, status: int = 200, retry_after: int | None = None) -> HttpResponse:
    context = {
        "form": form,
        "documents": list(request.user.client.documents.annotate(is_kept=Q(content__isnull=False))),
        "may_send": actions.waiting_of(request.user.client) < actions.MAX_WAITING,
    }
    page = render(request, "accounts/documents.html", context, status=status)
    if retry_after:
        page.headers["Retry-After"] = str(retry_after)
    return page
