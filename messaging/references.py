"""« Did this message come from you? »: a message found by the reference that stands in it."""

from messaging import crockford
from messaging.models import Message


def find(reference: str, about: str) -> Message | None:
    """The message of that reference, as somebody typed it, if it was written to the account `about` (« user:42 »).

    Another account's message is not found: a reference that was copied from it proves nothing.
    """
    canonical = crockford.canonical(reference)
    if canonical is None or not about:
        return None
    return Message.objects.filter(reference=canonical, addressee=about).first()


def unused() -> str:
    """A reference that no message has; the unique constraint stands behind it."""
    reference = crockford.generate()
    while Message.objects.filter(reference=reference).exists():
        reference = crockford.generate()
    return reference
