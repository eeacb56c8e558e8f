"""Threads that do what is to be done in random order, while somebody kills what they talk to."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Event, Thread
from typing import Final

from chaos.services import Stage

Step = Callable[[], None]

KILL_EVERY: Final = (2.0, 7.0)  # seconds


class Crowd:
    """`add` what may follow at any time, `afterwards` what waits for the next round."""

    def __init__(self, threads: int, chance: random.Random) -> None:
        self._threads, self._chance = threads, chance
        self._change = Condition()
        self._steps: list[Step] = []
        self._later: list[Step] = []
        self._busy = 0
        self._is_over = False

    def add(self, step: Step) -> None:
        with self._change:
            self._steps.append(step)
            self._change.notify()

    def afterwards(self, step: Step) -> None:
        with self._change:
            self._later.append(step)

    def run(self) -> None:
        """Until nothing is left of this round. Errors: the first that a step raised."""
        with ThreadPoolExecutor(self._threads) as threads:
            try:
                for done in [threads.submit(self._work) for _ in range(self._threads)]:
                    done.result()
            except BaseException:
                self._is_over = True
                raise

    def next_round(self) -> int:
        """How many steps it has."""
        with self._change:
            self._steps, self._later = self._later, []
            return len(self._steps)

    def _work(self) -> None:
        while (step := self._take()) is not None:
            try:
                step()
            finally:
                with self._change:
                    self._busy -= 1
                    self._change.notify_all()

    def _take(self) -> Step | None:
        with self._change:
            while not self._steps and self._busy:
                self._change.wait()
            if not self._steps or self._is_over:
                return None
            self._busy += 1
            return self._steps.pop(self._chance.randrange(len(self._steps)))


class Killer:
    """`kill -9`, again and again, of a web process, of the whole portal, of the worker."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage = stage
        self._acts = (stage.portal.kill_a_child, stage.portal.kill, stage.worker.kill)
        self._chance = chance
        self._is_over = Event()
        self._thread = Thread(target=self._go_on, name="killer", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _go_on(self) -> None:
        """A portal that is still starting is left alone: on a busy machine nobody would ever pay."""
        while not self._is_over.wait(self._chance.uniform(*KILL_EVERY)):
            if self._stage.is_ready:
                self._chance.choice(self._acts)()
