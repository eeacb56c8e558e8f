"""An establishment at the head of its documents, as it is today."""

from establishments.models import Establishment
from web.printing.typesetting import Letterhead


def letterhead_of(establishment: Establishment) -> Letterhead:
    return Letterhead(
        establishment=establishment.name,
        city=establishment.city,
        phone=establishment.phone,
        email=establishment.email,
        accent_color=establishment.accent_color,
        logo_svg=establishment.logo_svg,
    )
