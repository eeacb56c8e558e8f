"""What leaves later than it was decided: forgotten when the bank stops."""

from collections.abc import Callable
from threading import Lock, Timer


class Courier:
    """`late_after` in seconds."""

    def __init__(self, late_after: float) -> None:
        self.late_after = late_after
        self._lock = Lock()
        self._timers: list[Timer] = []

    def later(self, call: Callable[[], None]) -> None:
        timer = Timer(self.late_after, call)
        timer.daemon = True
        with self._lock:
            self._timers = [waiting for waiting in self._timers if waiting.is_alive()] + [timer]
            timer.start()

    def close(self) -> None:
        with self._lock:
            for timer in self._timers:
                timer.cancel()
