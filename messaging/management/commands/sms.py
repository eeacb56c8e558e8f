from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count
from django.utils import timezone

from establishments.models import Establishment
from messaging.models import Message
from messaging.switch import current_switch, sms_is_on, turn_sms
from web.french import NBSP, plural

State = Message.State


class Command(BaseCommand):
    help = "Ouvre (on) ou coupe (off) l’envoi de tous les SMS. Sans argument : l’état, et les SMS d’aujourd’hui."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", nargs="?", choices=["on", "off"], help="on ou off")

    def handle(self, *args: Any, state: str | None, **options: Any) -> None:
        if state is not None:
            turn_sms(on=state == "on", by="system")
        self.stdout.write(_state())
        if state is None:
            for establishment in Establishment.objects.all():
                self.stdout.write(f"{establishment.name}{NBSP}: {_today(establishment)}")


def _state() -> str:
    if sms_is_on():
        return "Les SMS partent."
    return "Les SMS sont coupés." if not current_switch().is_on else "Les SMS sont coupés par SMS_BACKEND=off."


def _today(establishment: Establishment) -> str:
    """Since midnight in Paris."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = Message.objects.filter(establishment=establishment, channel="sms", created_at__gte=midnight)
    counts = dict(today.order_by().values_list("state").annotate(Count("pk")))
    sent, failed = counts.get(State.SENT, 0), counts.get(State.FAILED, 0) + counts.get(State.EXPIRED, 0)
    doubtful, waiting = counts.get(State.SENDING, 0), counts.get(State.QUEUED, 0)
    return (
        f"{plural(sent, 'envoyé', 'envoyés')}, {plural(failed, 'échec', 'échecs')}, {doubtful}{NBSP}en doute, "
        f"{waiting}{NBSP}en attente. Plafond{NBSP}: {plural(establishment.sms_daily_cap, 'code', 'codes')} par jour."
    )
