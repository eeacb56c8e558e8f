"""The page whose form leaves for the bank."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render

from establishments.requests import EstablishmentRequest
from payments.actions.start import Started


def to_bank_page(request: EstablishmentRequest, started: Started, frame: str = "area.html") -> HttpResponse:
    """In the area, or in the `frame` of a page without an account."""
    form = started.form
    bank = urlsplit(form.url)
    context = {"form": form, "bank_host": bank.netloc, "total": started.attempt.amount, "frame": frame}
    response = render(request, "payments/to_bank.html", context)
    # django-csp's own mark for one answer: its decorator knows no address that depends on the establishment.
    setattr(response, "_csp_update", {"form-action": [f"{bank.scheme}://{bank.netloc}"]})  # noqa: B010
    return response
