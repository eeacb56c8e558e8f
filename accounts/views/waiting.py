"""When a limit says « later », the page says when."""

from datetime import timedelta

from django.utils import timezone

from web.templatetags.french import french_moment


def too_many(seconds: int) -> str:
    """« Recommencez après le 25 novembre 2026 à 14 h 05. », the minute after the wait ends."""
    return (
        "Vous avez fait beaucoup de demandes en peu de temps. "
        f"Recommencez après le {french_moment(timezone.now() + timedelta(seconds=seconds + 59))}."
    )
