"""The one admin site: agents with a second factor."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django_otp.admin import OTPAdminSite

from accounts.forms.staff import AgentLoginForm


class StaffSite(OTPAdminSite):
    site_title = "Gestion · pretgage.fr"
    site_header = "Gestion des espaces clients"
    index_title = "Établissements, clients, contrats, paiements"
    enable_nav_sidebar = False
    login_form = AgentLoginForm  # type: ignore[assignment] # django-otp types its own form
    login_template = "admin/agent_login.html"

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == HTTPStatus.OK:  # the form again
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without Django's « view on site »: it leads from any number of a table to that row's page, whoever asks."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
