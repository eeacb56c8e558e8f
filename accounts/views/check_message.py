"""« Ce message vient-il de nous ? »"""

from typing import Any, assert_never

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import message_words
from accounts.actions import messages as actions
from accounts.actions.messages import NotOurs, Ours, TooManyChecks
from accounts.forms.security import CheckMessageForm
from accounts.requests import AreaRequest
from accounts.session_limits import in_words
from accounts.views.wait import retry_after
from journal.actions import name_of
from messaging.models import Message


@require_http_methods(["GET", "HEAD", "POST"])
def check_message(request: AreaRequest, slug: str) -> HttpResponse:
    form = CheckMessageForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    reference = form.cleaned_data["reference"]
    outcome = actions.check_message(user=request.user, reference=reference, by=name_of(request.user))
    match outcome:
        case Ours(message):
            return _page(request, form, {"is_ours": True, **_facts(message)})
        case NotOurs():
            return _page(request, form, {"is_ours": False})
        case TooManyChecks(seconds):
            form.add_error("reference", f"Trop de références essayées. Recommencez dans {in_words(seconds)}.")
            return retry_after(seconds, _page(request, form))
        case _:
            assert_never(outcome)


def _page(
    request: AreaRequest, form: CheckMessageForm, answer: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """`answer`: None when the question was not put."""
    return render(request, "accounts/security_message.html", {"form": form, "answer": answer}, status=status)


def _facts(message: Message) -> dict[str, Any]:
    is_sms = message.channel == Message.Channel.SMS
    return {
        "at": message.created_at,
        "what": message_words.words_of(message.kind),
        "by": "par SMS au" if is_sms else "par e-mail à",
        "recipient": message_words.masked(message.recipient),
    }
