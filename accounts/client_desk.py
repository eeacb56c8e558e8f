"""The client's page in /gestion/: second factors and open sessions to see, and what an agent may do about them.

Buttons with addresses of their own: Django's change form would hold a transaction open around our actions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.models import Device

from accounts import limits
from accounts.actions.desk import close_all_sessions
from accounts.actions.passwords import request_password_link
from accounts.actions.rebind import AccountClosed, Rebound, SameNumber, rebind_mobile
from accounts.actions.sms_code import TooMany
from accounts.forms.rebind import RebindForm
from accounts.models import Authenticator, BackupCodes, Client, Factor, Passkey, SMSDevice, User
from accounts.proof import has_fresh_proof
from accounts.requests import agent_of
from accounts.views.staff_proof import is_proved, proof_form
from establishments.staff_admin import StaffAdmin
from web.french import french_duration, plural

DEVICES: Final[tuple[tuple[Factor, type[Device]], ...]] = (
    (Factor.SMS, SMSDevice),
    (Factor.APP, Authenticator),
    (Factor.PASSKEY, Passkey),
    (Factor.BACKUP, BackupCodes),
)


@dataclass(frozen=True, slots=True)
class FactorLine:
    """`is_closed`: by wrong codes, or never finished."""

    kind: str
    name: str
    added_at: datetime
    last_used_at: datetime | None
    is_closed: bool


def factors_of(user: User) -> list[FactorLine]:
    return [
        FactorLine(kind.label, str(device), device.created_at, device.last_used_at, not device.confirmed)
        for kind, model in DEVICES
        for device in model.objects.filter(user=user).order_by("pk")
    ]


class ClientDesk(StaffAdmin):
    """Every view starts from `get_queryset`: the agent's own establishments, else a 404."""

    change_form_template = "admin/client_desk.html"

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("<int:object_id>/mobile/", inside(self.rebind), name="accounts_client_rebind"),
            path("<int:object_id>/sessions/", inside(self.close_sessions), name="accounts_client_close_sessions"),
            path("<int:object_id>/mot-de-passe/", inside(self.send_link), name="accounts_client_password_link"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        client = cast(Client, context["original"])
        context["factors"] = factors_of(client.user)
        context["open_sessions"] = client.user.sessions.filter(expire_date__gt=timezone.now()).count()
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def rebind(self, request: HttpRequest, object_id: int) -> HttpResponse:
        client = self._client(request, object_id)
        form, proof = RebindForm(request.POST if request.method == "POST" else None), proof_form(request)
        if form.is_valid() and is_proved(request, proof):
            facts = {name: form.cleaned_data[name] for name in ("phone", "document_kind", "document_end")}
            wait = limits.desk_acts_for(client.user_id)
            outcome = TooMany(wait) if wait else rebind_mobile(client_pk=client.pk, by=agent_of(request), **facts)
            match outcome:
                case TooMany(seconds):
                    form.add_error(None, _too_many(seconds))
                case Rebound(is_reopened):
                    done = "Le mobile est rouvert." if is_reopened else "Le mobile est changé."
                    return self._back(request, client, f"{done} Le client en est averti, ses connexions sont fermées.")
                case SameNumber():
                    form.add_error("phone", "Ce numéro de mobile est déjà le sien, et il reçoit nos codes.")
                case AccountClosed():
                    form.add_error(None, "Ce compte est fermé.")
                case _:
                    assert_never(outcome)
        context = {
            **self.admin_site.each_context(request),
            "title": "Changer le mobile",
            "client": client,
            "form": form,
            "proof": None if has_fresh_proof(request) else proof,
        }
        return render(request, "admin/client_rebind.html", context, status=422 if form.is_bound else 200)

    @method_decorator(require_POST)
    def close_sessions(self, request: HttpRequest, object_id: int) -> HttpResponse:
        client = self._client(request, object_id)
        if wait := limits.desk_acts_for(client.user_id):
            return self._back(request, client, _too_many(wait), messages.ERROR)
        closed = close_all_sessions(client_pk=client.pk, by=agent_of(request))
        return self._back(request, client, f"{plural(closed, 'connexion fermée', 'connexions fermées')}.")

    @method_decorator(require_POST)
    def send_link(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The client chooses the password, nobody else."""
        client = self._client(request, object_id)
        if not (client.email and client.user.is_active):
            return self._back(
                request, client, "Aucun lien envoyé\u00a0: pas d’e-mail, ou compte fermé.", messages.ERROR
            )
        if wait := limits.desk_acts_for(client.user_id):
            return self._back(request, client, _too_many(wait), messages.ERROR)
        request_password_link(
            establishment=client.establishment, identifier=str(client.user.identifier), by=agent_of(request)
        )
        return self._back(request, client, f"Un lien de mot de passe est envoyé à {client.email}.")

    def _client(self, request: HttpRequest, object_id: int) -> Client:
        mine = self.get_queryset(request).select_related("user", "establishment")
        return cast(Client, get_object_or_404(mine, pk=object_id))

    def _back(self, request: HttpRequest, client: Client, words: str, level: int = messages.SUCCESS) -> HttpResponse:
        messages.add_message(request, level, words)
        return redirect("admin:accounts_client_change", client.pk)


def _too_many(seconds: int) -> str:
    return (
        "Rien n’a changé\u00a0: beaucoup a déjà été fait pour ce client en une heure, et il en est averti chaque fois. "
        f"Recommencez dans {french_duration(seconds)}."
    )
