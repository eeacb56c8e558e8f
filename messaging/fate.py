"""What became of a message, for the page where somebody waits for it."""

from datetime import timedelta
from enum import Enum

from django.utils import timezone

from messaging.models import Message
from messaging.switch import SWITCHED_OFF

ON_ITS_WAY = timedelta(seconds=10)  # longer than any call of a provider: who is still sending then died of it


class Fate(Enum):
    NONE = "no such message"
    WAITING = "not sent yet"
    LEAVING = "being sent"
    SENT = "sent"
    CUT = "not sent: SMS are switched off"
    FAILED = "not sent"
    UNDELIVERED = "sent, and the operator could not hand it over"
    UNKNOWN = "perhaps sent"


AGAIN = "Attendez une minute, puis demandez un nouveau code."
TROUBLES = {
    Fate.WAITING: f"Le SMS n’est pas encore parti. {AGAIN}",
    Fate.CUT: "L’envoi de SMS est coupé en ce moment. Aucun code n’arrivera. Appelez votre agence.",
    Fate.FAILED: f"Le SMS n’est pas parti. {AGAIN} Si rien n’arrive, appelez votre agence.",
    Fate.UNDELIVERED: "L’opérateur n’a pas pu remettre le SMS à votre téléphone. Vérifiez qu’il est allumé et qu’il "
    "a du réseau. Puis demandez un nouveau code. Si rien n’arrive, appelez votre agence.",
    Fate.UNKNOWN: "Le SMS est peut-être parti. Attendez une minute. Si rien n’arrive, demandez un nouveau code.",
}


def fate_of(kind: str, about: str) -> Fate:
    """Of the newest message of that kind about that subject (« user:42 »)."""
    message = Message.objects.filter(about=about, kind=kind).order_by("-id").first()
    if message is None:
        return Fate.NONE
    match message.state:
        case Message.State.QUEUED:
            return Fate.WAITING
        case Message.State.SENDING:
            return Fate.LEAVING if _is_leaving(message) else Fate.UNKNOWN
        case Message.State.SENT:
            return Fate.UNDELIVERED if message.delivery in UNDELIVERED else Fate.SENT
        case _:
            return Fate.CUT if message.error == SWITCHED_OFF else Fate.FAILED


UNDELIVERED = {Message.Delivery.UNDELIVERED, Message.Delivery.FAILED}


def _is_leaving(message: Message) -> bool:
    if message.error or message.sending_at is None:
        return False
    return timezone.now() - message.sending_at < ON_ITS_WAY


def sms_trouble(about: str, kind: str = "login_code") -> str:
    """What to tell who waits for that SMS, in French; empty when all is well. The page adds whom to call."""
    return TROUBLES.get(fate_of(kind, about), "")
