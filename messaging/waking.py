"""Start the delivery of a message whose cause is committed. Nothing here raises: the sweeper delivers what is left."""

import logging
import time

from kombu.exceptions import OperationalError

from messaging.delivery import deliver
from messaging.tasks import deliver_message, deliver_messages

logger = logging.getLogger(__name__)

QUIET_SECONDS = 30


class _Broker:
    """A broker that does not answer costs a time-out; for a while it is not asked again."""

    quiet_until = 0.0


def wake(message_id: int, *, at_once: bool) -> None:
    """`at_once`: here and now, without broker or worker, since somebody waits for it in front of a page."""
    if at_once:
        deliver(message_id)
    elif time.monotonic() < _Broker.quiet_until:
        logger.warning("message %s waits for the sweeper: no broker a moment ago", message_id)
    else:
        _ask_the_worker(message_id)


def wake_batch(message_ids: list[int]) -> None:
    """After their commit: one task for all of them."""
    if not message_ids:
        return
    try:
        deliver_messages.delay(message_ids)
    except (OSError, OperationalError):
        logger.warning("%s messages wait for the sweeper: no broker", len(message_ids))


def _ask_the_worker(message_id: int) -> None:
    try:
        deliver_message.delay(message_id)
    except (OSError, OperationalError):
        _Broker.quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("message %s waits for the sweeper: no broker", message_id)
