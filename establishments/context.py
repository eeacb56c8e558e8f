from django.http import HttpRequest

from establishments.colors import Palette, palette_of


def branding(request: HttpRequest) -> dict[str, Palette | None]:
    """`palette`: the establishment's accent, corrected for contrast; None outside an establishment's pages."""
    establishment = getattr(request, "establishment", None)
    return {"palette": palette_of(establishment.accent_color) if establishment else None}
