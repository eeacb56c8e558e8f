"""The same list twice: as one writes it, and with what makes such a page cheap."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, number_format


@login_required
def naive(request: HttpRequest) -> HttpResponse:
    """The template formats each cell and reverses each address."""
    return render(request, "naive.html", {"contracts": request.user.contracts.order_by("due_on")[:20]})


@login_required
def tuned(request: HttpRequest) -> HttpResponse:
    """Cells come written, from `values_list`; one address is reversed for all."""
    names = ("number", "title", "status", "principal", "amount_due", "due_on")
    rows = request.user.contracts.order_by("due_on").values_list(*names)[:20]
    labels = dict(request.user.contracts.model.Status.choices)
    address = reverse("contract", args=["NUMBER"])
    cells = [
        {
            "number": number,
            "url": address.replace("NUMBER", number),
            "title": title,
            "status": status,
            "label": labels[status],
            "principal": number_format(principal, 0),
            "amount": str(amount),
            "amount_words": number_format(amount, 2),
            "due": due_on.isoformat(),
            "due_words": date_format(due_on, "j F Y"),
        }
        for number, title, status, principal, amount, due_on in rows
    ]
    return render(request, "tuned.html", {"cells": cells})
