"""The reference that stands in a message, and the message that it names."""

from messaging.models import Message


def find(reference: str, about: str) -> Message | None:
    """The message about `about` (a name of the journal) with this reference. No message has one yet."""
    return None
