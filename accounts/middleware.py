"""Default deny: a page is for who has passed both factors, unless it is marked `login_not_required`."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_otp.middleware import is_verified


class TwoFactorsRequiredMiddleware(LoginRequiredMiddleware):
    """Leads to the login of the establishment that the path names, or to the agents' login."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and is_verified(request.user):
            return None
        return self.handle_no_permission(request, view_func)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
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
