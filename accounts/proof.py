"""Step-up: who proved both factors ten minutes ago or less may change a factor, the e-mail or the phone, or
open a paper.

So may an agent for a client: see `accounts.views.staff_proof`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.departure import emptied
from accounts.requests import AreaRequest

PROOF_MINUTES: Final = 10
PROVED: Final = "proved_at"  # in the session: seconds since 1970

P = ParamSpec("P")


def note_proof(request: HttpRequest) -> None:
    """Both factors have just been proved, by a login or by a step-up."""
    request.session[PROVED] = timezone.now().timestamp()


def has_fresh_proof(request: HttpRequest) -> bool:
    proved_at = request.session.get(PROVED, 0.0)
    return bool(timezone.now().timestamp() - proved_at < PROOF_MINUTES * 60)


def to_step_up(request: AreaRequest, come_back: str) -> HttpResponse:
    return redirect(reverse("accounts:confirm_identity", args=[request.establishment.slug], query={"next": come_back}))


def fresh_proof_required(
    view: Callable[Concatenate[AreaRequest, P], HttpResponse],
) -> Callable[Concatenate[AreaRequest, P], HttpResponse]:
    """Leads to the step-up page, which comes back here. Pages with a form ask on GET, before anything is typed."""

    @wraps(view)
    def guarded(request: AreaRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if has_fresh_proof(request):
            return view(request, *args, **kwargs)
        slug = request.establishment.slug
        come_back = request.get_full_path() if request.method == "GET" else reverse("accounts:security", args=[slug])
        return to_step_up(request, come_back)

    return cast(Callable[Concatenate[AreaRequest, P], HttpResponse], guarded)


def fresh_agent_proof_required(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Ten minutes after the login at most: later, the agent comes in again first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if has_fresh_proof(request):
            return view(request, *args, **kwargs)
        logout(request)
        messages.warning(request, "Pour changer vos clés d’accès ou fermer vos sessions, reconnectez-vous d’abord.")
        return emptied(redirect(reverse("admin:login", query={"next": reverse("admin:passkeys")})))

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], guarded)
