"""A bound on the whole of a call. A socket's time-out starts again with every byte that drips in."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises; TimeoutError after `seconds`.

    The call goes on in its thread, unheard: nothing in Python ends it but its own time-outs.
    """
    future: Future[T] = Future()
    threading.Thread(target=_run, args=(future, call), daemon=True).start()
    return future.result(timeout=seconds)


def _run(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller raises it
        future.set_exception(error)
