"""An agent's passkeys beside the authenticator, which stays: no agent is left without a second factor."""

from django.db import transaction

from accounts.models import Factor, Passkey, User
from accounts.notices import tell_agent
from journal.actions import record


@transaction.atomic(durable=True)
def remove_agent_passkey(*, agent_pk: int, passkey_pk: int, by: str) -> bool:
    """The sessions that it opened are verified no more. False: it was not there, or another's."""
    agent = User.objects.select_for_update(of=("self",)).get(pk=agent_pk)
    removed, _ = Passkey.objects.filter(user=agent, pk=passkey_pk).delete()
    if removed:
        record("factor_removed", by=by, subject=agent, factor=Factor.PASSKEY)
        tell_agent(agent, "Une clé d’accès a été retirée de votre compte.")
    return removed > 0
