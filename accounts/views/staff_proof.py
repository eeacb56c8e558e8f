"""The step-up of an agent, on the page whose form it protects: nothing typed there is lost, and nobody is sent away."""

from typing import assert_never, cast

from django.http import HttpRequest

from accounts.actions.sms_code import TooMany
from accounts.actions.staff_login import AgentAccepted, AgentRefused, prove_agent_again
from accounts.forms.staff import AgentProofForm
from accounts.models import User
from accounts.proof import has_fresh_proof, note_proof
from accounts.requests import agent_of
from accounts.views.staff import say_wait


def proof_form(request: HttpRequest) -> AgentProofForm | None:
    """What the page asks for beside its own fields; None within ten minutes of the last proof."""
    if has_fresh_proof(request):
        return None
    return AgentProofForm(request.POST if request.method == "POST" else None)


def is_proved(request: HttpRequest, form: AgentProofForm | None) -> bool:
    """Asked once all else is right: a code serves once. What is wrong stands in `form`. The session gets a new key."""
    if form is None:
        return True
    if not form.is_valid():
        return False
    outcome = prove_agent_again(
        agent=cast(User, request.user),
        password=form.cleaned_data["current_password"],
        code=form.cleaned_data["otp_token"],
        by=agent_of(request),
    )
    match outcome:
        case AgentAccepted():
            note_proof(request)
            request.session.cycle_key()
            return True
        case AgentRefused():
            form.add_error(None, "Votre mot de passe ou votre code n’est pas le bon. Attendez le code suivant.")
        case TooMany(seconds):
            say_wait(form, seconds)
        case _:
            assert_never(outcome)
    return False
