"""Default deny: a page is for who has passed both factors, unless it is `login_not_required`. And not for ever."""

import logging
from collections.abc import Callable
from typing import Final, cast

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_otp.middleware import is_verified

from accounts.departure import emptied
from accounts.models import User
from accounts.session_limits import SessionLimits, TimeLeft, time_left
from accounts.sessions import SessionStore, limits_of
from web.french import plural

logger = logging.getLogger(__name__)
OPEN_BEFORE: Final = ("admin:password_change", "admin:logout")  # an agent has chosen a password
REFRESH: Final = "refresh"  # X-Requested-With of what a page asks by itself


class TwoFactorsRequiredMiddleware(LoginRequiredMiddleware):
    """Leads to the login of the establishment that the path names, or to the agents' login.

    An agent whose password is initial has proved it, and chooses another before any other page opens.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and is_verified(request.user):
            return _first_a_password(request)
        return self.handle_no_permission(request, view_func)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Who is known, and may not, is a line of the log; who is only not logged in is none."""
        if request.user.is_authenticated or getattr(request.user, "elsewhere", None):
            logger.warning("Closed to this session: %s", request.path)
        return _to_login(request)


def _first_a_password(request: HttpRequest) -> HttpResponse | None:
    is_initial = cast(User, request.user).initial_password_until is not None
    if not is_initial or request.path_info in {reverse(name) for name in OPEN_BEFORE}:
        return None
    return redirect("admin:password_change")


class SessionClockMiddleware:
    """Ends the session of who was away, or came too long ago. Asks the database nothing: the session's row was read.

    Public doors are not its business: they show nothing of anybody, and looking at one is not an activity.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True) or not request.user.is_authenticated:
            return None
        session, limits, now = request.session, limits_of(request.user), timezone.now()
        assert isinstance(session, SessionStore)
        assert session.row is not None
        started_at = session.row.started_at or session.row.last_used_at - limits.whole
        left = time_left(limits, started_at=started_at, last_used_at=session.row.last_used_at, now=now)
        if left.is_over:
            return _end(request, limits, left)
        session.is_activity = request.headers.get("X-Requested-With") != REFRESH
        if session.is_activity:
            session.note_activity(now)
            left = time_left(limits, started_at=started_at, last_used_at=session.row.last_used_at, now=now)
        setattr(request, "time_left", left)  # noqa: B010 - pages read it through AreaRequest
        return None


def _end(request: HttpRequest, limits: SessionLimits, left: TimeLeft) -> HttpResponseBase:
    """To the login with the reason. A script is told no more than 401: the reason waits for a page to be asked for."""
    if "X-Requested-With" in request.headers:
        return HttpResponse(status=401)
    request.session.flush()
    messages.warning(request, f"{_reason(limits, left)} {_what_is_lost(request)}")
    return emptied(_to_login(request))


def _reason(limits: SessionLimits, left: TimeLeft) -> str:
    if left.whole == 0:
        hours = plural(int(limits.whole.total_seconds()) // 3600, "heure", "heures")
        return f"Vous avez été déconnecté\N{NO-BREAK SPACE}: une connexion dure {hours} au plus."
    minutes = plural(int(limits.idle.total_seconds()) // 60, "minute", "minutes")
    return f"Vous avez été déconnecté après {minutes} sans activité."


def _what_is_lost(request: HttpRequest) -> str:
    if request.method in {"GET", "HEAD"}:
        return "Rien n’a été perdu\N{NO-BREAK SPACE}: reconnectez-vous, et vous retrouverez la page que vous demandiez."
    return "Ce que vous veniez d’envoyer n’a pas été enregistré\N{NO-BREAK SPACE}: reconnectez-vous, puis recommencez."


def _to_login(request: HttpRequest) -> HttpResponseRedirect:
    establishment = getattr(request, "establishment", None)
    if establishment is not None:
        login = reverse("accounts:login", args=[establishment.slug])
    elif request.path_info.startswith(reverse("admin:index")):
        login = reverse("admin:login")
    else:
        return redirect("establishments:list")
    # Only a page can be come back to: what was posted is not kept.
    come_back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return redirect(f"{login}?{come_back}" if come_back else login)
