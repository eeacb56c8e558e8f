"""The one page that says when to try again."""

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from establishments.requests import EstablishmentRequest


def too_many_files(request: EstablishmentRequest, seconds: int) -> HttpResponse:
    """Instead of a file that is made on demand."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(seconds)
    return response


def wait_page(request: EstablishmentRequest, seconds: int, form: forms.Form | None = None) -> HttpResponse:
    """429 with Retry-After. Its button sends `form` again, but for passwords and codes: nothing typed is lost."""
    typed = [field for field in form if not isinstance(field.field.widget, forms.PasswordInput)] if form else []
    again_at = timezone.now() + timedelta(seconds=seconds)
    context = {"seconds": seconds, "again_at": again_at, "typed": typed, "back": request.get_full_path()}
    response = render(request, "accounts/wait.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
