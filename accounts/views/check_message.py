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
from journal.actions import name_of
from messaging.models import Message


@require_http_methods(["GET", "HEAD", "POST"])
def check_message(request: AreaRequest, slug: str) -> HttpResponse:
    form = CheckMessageForm(request.POST if request.method == "POST" else None)
    answer = _answer(request, form) if form.is_valid() else None
    status = 422 if form.errors else 200
    return render(request, "accounts/security_message.html", {"form": form, "answer": answer}, status=status)


def _answer(request: AreaRequest, form: CheckMessageForm) -> dict[str, Any] | None:
    """None when the question was not put: the form says why."""
    outcome = actions.check_message(
        user=request.user, reference=form.cleaned_data["reference"], by=name_of(request.user)
    )
    match outcome:
        case Ours(message):
            return {"is_ours": True, **_facts(message)}
        case NotOurs():
            return {"is_ours": False}
        case TooManyChecks(seconds):
            form.add_error("reference", f"Trop de références essayées. Recommencez dans {in_words(seconds)}.")
            return None
        case _:
            assert_never(outcome)


def _facts(message: Message) -> dict[str, Any]:
    is_sms = message.channel == Message.Channel.SMS
    return {
        "at": message.created_at,
        "what": message_words.words_of(message.kind),
        "by": "par SMS au" if is_sms else "par e-mail à",
        "recipient": message_words.masked(message.recipient),
    }
