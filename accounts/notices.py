"""« Something changed on your account »: told to the client, so that what somebody else did does not stay unseen."""

from collections.abc import Collection

from django.utils import timezone

from accounts.models import Client, User
from messaging.outbox import queue_email, queue_sms
from web.french import french_phone


def tell_client(client: Client, what: str, *, former_email: str = "", phones: Collection[str] = ()) -> None:
    """In the transaction of the change. `what` is a sentence: « Votre numéro de téléphone a été changé. »

    By e-mail, to a `former_email` as well; `phones` (E.164) get a text message that names nothing. Who has no e-mail
    gets the text message.
    """
    addresses = {client.email, former_email} - {""}
    if not addresses and client.phone:
        phones = {*phones, client.phone}
    for address in addresses:
        queue_email(
            "account_changed",
            to=address,
            about=client.user,
            establishment=client.establishment,
            context={"client": client, "what": what, "at": timezone.now()},
        )
    for phone in phones:
        queue_sms(
            "account_changed",
            to=phone,
            about=client.user,
            establishment=client.establishment,
            body="Votre espace client a ete modifie. "
            + ("Les details sont dans votre boite e-mail. " if addresses else "Les details sont sur sa page Securite. ")
            + "Ce n'est pas vous ? "
            f"Appelez le {french_phone(client.establishment.phone)}.",
        )


def tell_agent(agent: User, what: str) -> None:
    """In the transaction of the change, to the agent's e-mail, in the name of the first of the establishments."""
    establishment = agent.staff_establishments.first()
    if establishment is not None:
        queue_email(
            "agent_account_changed",
            to=agent.username,
            about=agent,
            establishment=establishment,
            context={"what": what, "at": timezone.now()},
        )


def tell(user: User, what: str) -> None:
    """A client or an agent, by e-mail."""
    if user.is_staff:
        tell_agent(user, what)
    else:
        tell_client(user.client, what)
