"""The one admin site: agents with a second factor."""

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django_otp.admin import OTPAdminSite

from accounts.departure import emptied
from accounts.views import staff, staff_passkeys, staff_sessions

# « View on site » leads from any number of a table to that row's page, whoever asks; a changed password is told on the
# index.
WITHOUT: Final = frozenset({"view_on_site", "password_change_done"})


class StaffSite(OTPAdminSite):
    site_title = "Gestion · pretgage.fr"
    site_header = "Gestion des espaces clients"
    index_title = "Établissements, clients, contrats, paiements"
    enable_nav_sidebar = False

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return staff.log_in(request)

    def password_change(  # type: ignore[override] # Django renders its own form
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return staff.change_password(request, self.each_context(request))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        if request.method != "POST":
            return super().logout(request, extra_context)
        staff.note_logout(request)
        return emptied(super().logout(request, extra_context))

    @login_not_required
    def login_passkey(self, request: HttpRequest) -> HttpResponse:
        return staff_passkeys.log_in(request)

    def passkeys(self, request: HttpRequest) -> HttpResponse:
        return staff_passkeys.own_passkeys(request, self.each_context(request))

    def close_session(self, request: HttpRequest, reference: str) -> HttpResponse:
        return staff_sessions.close_session(request, reference)

    def close_sessions(self, request: HttpRequest) -> HttpResponse:
        return staff_sessions.close_sessions(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("login/cle/", self.login_passkey, name="login_passkey"),
            path("cles/", self.admin_view(self.passkeys), name="passkeys"),
            path("cles/sessions/fermer/", self.admin_view(self.close_sessions), name="close_sessions"),
            path("cles/sessions/<slug:reference>/fermer/", self.admin_view(self.close_session), name="close_session"),
            *self._djangos_urls(),
        ]

    def _djangos_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in WITHOUT]
