"""What becomes of each payment: how the client decides, how the bank tells of it, what goes wrong after."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Final

from chaos.cast import Customer
from chaos.crowd import Crowd
from chaos.visits import Visit, Web
from testbank.messages import FORGER_KEY
from testbank.payment import Outcome, Timing

TOGETHER: Final = 6  # notices of one payment at the same moment
FORGED_STATUS: Final = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """`then` follows while others pay; `after` when twenty minutes have passed and the payment has expired."""

    words: str
    weight: int
    outcome: Outcome | None  # None: never arrives at the bank's page
    timing: Timing = Timing.NOW
    then: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


PLANS: Final = (
    Plan("payé, dit une fois", 20, Outcome.ACCEPTED),
    Plan("payé, dit deux fois", 8, Outcome.ACCEPTED, Timing.TWICE),
    Plan("payé, dit six fois au même moment", 8, Outcome.ACCEPTED, then=("six_together",)),
    Plan("payé, dit en retard", 8, Outcome.ACCEPTED, Timing.LATE),
    Plan("payé, mot perdu, redit", 7, Outcome.ACCEPTED, Timing.NEVER, then=("say_again",)),
    Plan("payé, mot perdu, redit après l’expiration", 4, Outcome.ACCEPTED, Timing.NEVER, after=("say_again",)),
    Plan("payé, expiré, payé encore, puis redit", 4, Outcome.ACCEPTED, Timing.NEVER, after=("pay_again", "say_again")),
    Plan("signature fausse, puis la vraie", 5, Outcome.ACCEPTED, Timing.FORGED, then=("say_again",)),
    Plan("autre montant, puis le vrai", 5, Outcome.ACCEPTED, Timing.WRONG_AMOUNT, then=("say_again",)),
    Plan("payé, puis contredit", 6, Outcome.ACCEPTED, then=("contradict",)),
    Plan("contredit, puis payé", 4, Outcome.ACCEPTED, Timing.NEVER, then=("contradict", "say_again")),
    Plan("payé, puis le mot d’un autre et d’un faussaire", 4, Outcome.ACCEPTED, then=("replay", "forge")),
    Plan("faussaire seul", 2, Outcome.REFUSED, then=("forge",)),
    Plan("vérifié, puis payé", 5, Outcome.SILENT, then=("answer_yes",)),
    Plan("vérifié, puis refusé", 2, Outcome.SILENT, then=("answer_no",)),
    Plan("vérifié, sans réponse", 1, Outcome.SILENT),
    Plan("refusé, puis payé", 5, Outcome.REFUSED, then=("pay_again",)),
    Plan("annulé", 2, Outcome.CANCELLED),
    Plan("panne de la banque, puis payé", 2, Outcome.TECHNICAL, then=("pay_again",)),
    Plan("abandonné, puis payé", 2, Outcome.ABANDONED, after=("pay_again",)),
    Plan("jamais arrivé, puis payé", 2, None, after=("pay_again",)),
    Plan("payé, puis rendu", 4, Outcome.ACCEPTED, then=("give_back",)),
    Plan("rendu avant d’être dit payé", 2, Outcome.ACCEPTED, Timing.NEVER, then=("give_back", "say_payment")),
)


class Mix:
    """Plays plans. `visits` grows by one for each payment that reached the bank; `played` counts the plans."""

    def __init__(self, web: Web, crowd: Crowd, chance: random.Random) -> None:
        self._web, self._crowd, self._chance = web, crowd, chance
        self._lock = Lock()
        self.visits: list[Visit] = []
        self.played: dict[str, int] = {plan.words: 0 for plan in PLANS}
        self.let_in: list[str] = []  # forged words that were not refused

    def plan_for(self, customer: Customer) -> Callable[[], None]:
        (plan,) = self._chance.choices(PLANS, [plan.weight for plan in PLANS])
        return lambda: self._play(customer, plan)

    def _play(self, customer: Customer, plan: Plan) -> None:
        with self._lock:
            self.played[plan.words] += 1
        visit = self._web.leave_for_the_bank(customer)
        if visit is None:  # the answer to a click was lost: twenty minutes later the client comes back
            self._crowd.afterwards(lambda: self._pay(customer))
            return
        with self._lock:
            self.visits.append(visit)
        if plan.outcome is not None:
            self._web.decide(visit, plan.outcome, plan.timing)
        for steps, put in ((plan.then, self._crowd.add), (plan.after, self._crowd.afterwards)):
            if steps:
                put(self._all_of(visit, steps))

    def _all_of(self, visit: Visit, steps: tuple[str, ...]) -> Callable[[], None]:
        def act() -> None:
            for step in steps:
                getattr(self, step)(visit)

        return act

    def _pay(self, customer: Customer) -> None:
        visit = self._web.leave_for_the_bank(customer)
        if visit is not None:
            with self._lock:
                self.visits.append(visit)
            self._web.decide(visit, Outcome.ACCEPTED, Timing.NOW)

    def pay_again(self, visit: Visit) -> None:
        self._pay(visit.customer)

    def say_again(self, visit: Visit) -> None:
        self._web.operate(visit.uuid, "notify")

    def say_payment(self, visit: Visit) -> None:
        """Once a refund was made, the bank's page sends that again, and no longer the payment."""
        self._web.tell(visit, visit.says(Outcome.ACCEPTED))

    def six_together(self, visit: Visit) -> None:
        with ThreadPoolExecutor(TOGETHER) as mouths:
            list(mouths.map(lambda _: self.say_payment(visit), range(TOGETHER)))

    def contradict(self, visit: Visit) -> None:
        """All that the bank may say besides, signed by it."""
        for outcome in (Outcome.REFUSED, Outcome.SILENT, Outcome.CANCELLED, Outcome.TECHNICAL):
            self._web.tell(visit, visit.says(outcome))

    def replay(self, visit: Visit) -> None:
        """A word about this payment under the name of another one."""
        with self._lock:
            other = self._chance.choice(self.visits)
        if other.uuid != visit.uuid:
            ours, theirs = visit.payment.order.order_id, other.payment.order.order_id
            body = visit.says(Outcome.ACCEPTED).replace(ours.encode(), theirs.encode())
            self._refused(other, self._web.tell(other, body))

    def forge(self, visit: Visit) -> None:
        self._refused(visit, self._web.tell(visit, visit.says(Outcome.ACCEPTED, key=FORGER_KEY)))

    def answer_yes(self, visit: Visit) -> None:
        self._web.operate(visit.uuid, "notify", outcome="accepted")

    def answer_no(self, visit: Visit) -> None:
        self._web.operate(visit.uuid, "notify", outcome="refused")

    def give_back(self, visit: Visit) -> None:
        self._web.operate(visit.uuid, "refund")

    def _refused(self, visit: Visit, status: int) -> None:
        if status != FORGED_STATUS:
            with self._lock:
                self.let_in.append(visit.payment.order.order_id)
