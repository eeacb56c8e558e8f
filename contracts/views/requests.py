"""Requests to the agency: what may be asked, the form, what became of it."""

from typing import assert_never

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import AreaRequest
from accounts.views.wait import wait_page
from contracts.actions.requests import (
    AlreadyOpen,
    ClosedBefore,
    NoIdentity,
    RequestClosed,
    RequestFacts,
    RequestOpened,
    TooManyRequests,
    Unavailable,
    open_request,
    withdraw_request,
)
from contracts.forms import AppointmentForm, ReasonForm, RequestForm, SurplusForm
from contracts.models import ClientRequest, Contract
from contracts.own import contracts_of
from contracts.request_offers import TITLES, offer_words, offers_of
from contracts.request_rules import KINDS, Offered, RequestKind
from journal.actions import name_of

NO_IDENTITY = "Envoyez d’abord votre pièce d’identité, dans « Mon compte », puis revenez ici. Rien n’est perdu."


@require_safe
def show_list(request: AreaRequest, slug: str) -> HttpResponse:
    return render(request, "contracts/requests.html", {"requests": _mine(request)})


@require_safe
def show(request: AreaRequest, slug: str, pk: int) -> HttpResponse:
    return render(request, "contracts/request.html", {"asked": get_object_or_404(_mine(request), pk=pk)})


@require_POST
def withdraw(request: AreaRequest, slug: str, pk: int) -> HttpResponse:
    asked = get_object_or_404(_mine(request), pk=pk)
    outcome = withdraw_request(request_pk=asked.pk, by=name_of(request.user))
    match outcome:
        case RequestClosed():
            messages.success(request, "Votre demande est annulée. Vous pouvez en faire une autre.")
        case ClosedBefore():
            messages.info(request, "L’agence a déjà répondu à cette demande.")
        case _:
            assert_never(outcome)
    return redirect("contracts:request", slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AreaRequest, slug: str, number: str, kind: str) -> HttpResponse:
    contract = get_object_or_404(contracts_of(request), number=number)
    if kind not in KINDS:
        raise Http404
    form = _form_of(kind, request)
    if form.is_valid():
        return _open(request, contract, kind, form)
    return _page(request, contract, kind, form, status=422 if form.is_bound else 200)


def _open(request: AreaRequest, contract: Contract, kind: RequestKind, form: forms.Form) -> HttpResponse:
    facts = RequestFacts(**form.cleaned_data)
    outcome = open_request(contract_pk=contract.pk, kind=kind, facts=facts, by=name_of(request.user))
    slug = contract.establishment.slug
    match outcome:
        case RequestOpened(pk):
            messages.success(request, "Votre demande est arrivée à l’agence. Elle vous répond par message.")
            return redirect("contracts:request", slug, pk)
        case AlreadyOpen(pk):
            messages.info(request, "Vous avez déjà fait cette demande. La voici.")
            return redirect("contracts:request", slug, pk)
        case Unavailable(offer):
            form.add_error(None, offer_words(offer))
        case NoIdentity():
            form.add_error(None, NO_IDENTITY)
        case TooManyRequests(seconds):
            return wait_page(request, seconds, form)
        case _:
            assert_never(outcome)
    return _page(request, contract, kind, form, status=422)


def _form_of(kind: RequestKind, request: AreaRequest) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    match kind:
        case "appointment":
            return AppointmentForm(data, today=timezone.localdate())
        case "surplus":
            return SurplusForm(data, initial={"account_holder": request.user.client.full_name})
        case "more_time":
            return ReasonForm(data)
        case _:
            return RequestForm(data)


def _page(
    request: AreaRequest, contract: Contract, kind: RequestKind, form: forms.Form, *, status: int
) -> HttpResponse:
    offer = offers_of(contract, on=timezone.localdate())[kind]
    context = {
        "contract": contract,
        "kind": kind,
        "title": TITLES[kind],
        "form": form,
        "is_offered": isinstance(offer, Offered),
        "why_not": offer_words(offer),
        "agency": contract.agency,
    }
    return render(request, "contracts/request_form.html", context, status=status)


def _mine(request: AreaRequest) -> QuerySet[ClientRequest]:
    mine = ClientRequest.objects.filter(contract__client=request.user.client)
    return mine.select_related("contract__establishment").order_by("-id")
