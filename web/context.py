from django.conf import settings
from django.http import HttpRequest


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """`demo`: the banner says that nothing here is real."""
    return {"demo": settings.DEMO}
