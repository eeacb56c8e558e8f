"""What an SMS may hold: 160 signs of GSM-7 are one segment, paid once. Any other sign makes it UCS-2, and dearer."""

import re

from web.french import NBSP

ONE_SEGMENT = 160
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two signs each
WEB_OTP = re.compile(r"\n+@\S+ #[0-9]+\Z")


def septets(text: str) -> int | None:
    """The signs of GSM-7 that the text takes; None when it cannot be written in them."""
    if not set(text) <= BASIC | EXTENDED:
        return None
    return len(text) + sum(text.count(sign) for sign in EXTENDED)


def with_reference(body: str, reference: str) -> str:
    """The body with a line « Ref K7PM-3QXR » where one segment has room for it, and the body alone where not.

    The line by which a phone fills a code in (WebOTP) stays the last. Non-breaking spaces become plain ones.
    """
    body = body.replace(NBSP, " ")
    web_otp = WEB_OTP.search(body)
    end = web_otp.start() if web_otp else len(body)
    referenced = f"{body[:end]}\nRef {reference}{body[end:]}"
    count = septets(referenced)
    return referenced if count is not None and count <= ONE_SEGMENT else body
