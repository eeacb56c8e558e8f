"""A new password, chosen inside the area."""

from typing import assert_never

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions import passwords as actions
from accounts.actions.passwords import PasswordChanged, SamePassword, TooManyTries, WrongPassword
from accounts.forms.security import ChangePasswordForm
from accounts.requests import AreaRequest
from accounts.session_limits import in_words
from accounts.views.wait import retry_after
from journal.actions import name_of


@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: AreaRequest, slug: str) -> HttpResponse:
    form = ChangePasswordForm(request.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    current, new = form.cleaned_data["current_password"], form.cleaned_data["new_password1"]
    key = str(request.session.session_key)
    by = name_of(request.user)
    outcome = actions.change_password(user=request.user, current=current, new=new, session_key=key, by=by)
    match outcome:
        case PasswordChanged(user):
            update_session_auth_hash(request, user)  # this session goes on, under a new key
            messages.success(request, "Votre nouveau mot de passe est enregistré. Vos autres sessions sont fermées.")
            return redirect("accounts:security", slug)
        case WrongPassword():
            form.add_error("current_password", "Le mot de passe actuel n’est pas le bon.")
        case SamePassword():
            form.add_error("new_password1", "Le nouveau mot de passe est le même que l’actuel. Choisissez-en un autre.")
        case TooManyTries(seconds):
            form.add_error("current_password", f"Trop d’essais. Vous pourrez recommencer dans {in_words(seconds)}.")
            return retry_after(seconds, _page(request, form))
        case _:
            assert_never(outcome)
    return _page(request, form, status=422)


def _page(request: AreaRequest, form: ChangePasswordForm, status: int = 200) -> HttpResponse:
    return render(request, "accounts/security_password.html", {"form": form}, status=status)
