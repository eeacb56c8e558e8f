"""When a limit says « later »: 429, and when to try again."""

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from establishments.requests import EstablishmentRequest


def retry_after(seconds: int, page: HttpResponse) -> HttpResponse:
    """429 with the page of the form, which says how long and keeps what was typed."""
    page.status_code = 429
    page["Retry-After"] = str(seconds)
    return page


def too_many_files(request: EstablishmentRequest, seconds: int) -> HttpResponse:
    """Instead of a file that is made on demand."""
    return retry_after(seconds, render(request, "429.html"))


def wait_page(request: EstablishmentRequest, seconds: int, form: forms.Form | None = None) -> HttpResponse:
    """429 with Retry-After. Its button sends `form` again, but for passwords and codes: nothing typed is lost."""
    typed = [field for field in form if not isinstance(field.field.widget, forms.PasswordInput)] if form else []
    again_at = timezone.now() + timedelta(seconds=seconds)
    context = {"seconds": seconds, "again_at": again_at, "typed": typed, "back": request.get_full_path()}
    return retry_after(seconds, render(request, "accounts/wait.html", context))
