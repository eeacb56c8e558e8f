"""The agents' door as an agent uses it."""

from django_otp.oath import totp
from people import AGENT_PASSWORD

from accounts.models import Authenticator, User

LOGIN = "/gestion/login/"


def code_of(agent: User) -> str:
    device = Authenticator.objects.get(user=agent)
    return f"{totp(device.bin_key):06d}"


def agent_facts(agent: User, **changes: str) -> dict[str, str]:
    """What opens the door, with changes."""
    return {"username": agent.username, "password": AGENT_PASSWORD, "otp_token": code_of(agent), **changes}
