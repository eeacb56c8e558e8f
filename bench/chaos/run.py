"""One run: two rounds under fire, then quiet, the bank's and our own sweepers, and the accounts."""

import random
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from chaos import accounts, cast
from chaos.crowd import Crowd, Killer
from chaos.mix import Mix
from chaos.services import SECRET_ENV, Stage
from chaos.table import Weather, console, show
from chaos.visits import Web
from contracts.crediting import snapshot
from contracts.models import Contract
from messaging.models import Message
from payments.actions.expire import UNHEARD
from payments.models import Credit, PaymentAttempt, PaymentLine

THREADS: Final = 6
TWENTY_MINUTES: Final = timedelta(minutes=25)  # with a margin
LATE: Final = 6  # seconds after which the bank's late word has come
BANK_TRIES: Final = 5


def run(stage: Stage, *, payments: int, seed: int, falsify: bool) -> bool:
    """Whether the accounts agree."""
    began = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - a mix that can be played again
    customers = cast.customers(cast.establishments(stage.bank_url, SECRET_ENV), payments, chance)
    stage.start()
    web = Web(stage.url, stage.bank_url, settings.SESSION_COOKIE_NAME)
    crowd = Crowd(THREADS, chance)
    mix = Mix(web, crowd, chance)
    for customer in customers:
        crowd.add(mix.plan_for(customer))
    console.print(f"{payments} clients vont payer.")
    under_fire(stage, crowd, chance)
    make_quiet(stage, web, mix)
    if falsify:
        credit_by_hand()
    bank = web.taken()
    found = [*accounts.faults(bank), *accounts.let_in(mix.let_in)]
    kills = (stage.portal.kills, stage.worker.kills)
    weather = Weather(mix.played, *kills, web.broken, web.server_errors, time.monotonic() - began)
    show(accounts.totals(bank), weather, found)
    return not found


def under_fire(stage: Stage, crowd: Crowd, chance: random.Random) -> None:
    with Killer(stage, chance):
        crowd.run()
        console.print("Vingt minutes passent.")
        pass_twenty_minutes(stage)
        crowd.next_round()
        crowd.run()


def make_quiet(stage: Stage, web: Web, mix: Mix) -> None:
    """Nobody kills any more: what the bank and our scheduler do by and by is done."""
    stage.wait_until_ready()
    time.sleep(LATE)
    say_what_was_not_heard(web, mix)
    pass_twenty_minutes(stage)
    send_what_waits(stage)


def pass_twenty_minutes(stage: Stage) -> None:
    """For the payments of which nothing was heard, without waiting for it; then the sweeper comes by."""
    unheard = PaymentAttempt.objects.filter(state__in=UNHEARD)
    Contract.objects.filter(live_payment__attempt__in=unheard).update(
        payment_started_at=F("payment_started_at") - TWENTY_MINUTES
    )
    unheard.update(redirected_at=F("redirected_at") - TWENTY_MINUTES, created_at=F("created_at") - TWENTY_MINUTES)
    stage.manage("reconcile_payments")


def say_what_was_not_heard(web: Web, mix: Mix) -> None:
    """As a bank does until it is answered: what reached nobody, or was answered by an error."""
    for _ in range(BANK_TRIES):
        for payment in web.taken():
            if not _is_heard(payment["state"], payment["notifications"]):
                web.operate(payment["trans_uuid"], "notify")
    visits = {visit.uuid: visit for visit in mix.visits}
    for payment in web.taken():
        told = [word for word in payment["notifications"] if word["source"] == "PAY" and word["delivered"]]
        if payment["refund"] and not told:
            mix.say_payment(visits[payment["trans_uuid"]])


def _is_heard(state: str, words: Sequence[dict[str, Any]]) -> bool:
    return bool(words[-1]["delivered"]) if words else state != "accepted"


def send_what_waits(stage: Stage) -> None:
    """The sweeper takes what is older than a minute, a thousand at once."""
    waiting = Message.objects.filter(state=Message.State.QUEUED)
    while waiting.exists():
        waiting.update(created_at=timezone.now() - timedelta(minutes=2))
        stage.manage("send_pending_messages")


def credit_by_hand() -> None:
    """What a bug or a hand could do: an entry of the ledger for what nobody paid."""
    line = PaymentLine.objects.exclude(attempt__state=PaymentAttempt.State.PAID).select_related("contract").first()
    assert line is not None, "everybody paid: try more payments"
    before = snapshot(line.contract)
    after = before | {"interest_paid_until": str(line.paid_until), "due_on": str(line.new_due_on or line.due_on)}
    Credit.objects.create(line=line, at=timezone.now(), is_applied=True, before=before, after=after)
