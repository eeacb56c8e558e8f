"""A browser as its owner would name it: « Firefox sur Android »."""

import re
from typing import Final

import ua_parser

UNKNOWN: Final = "Navigateur inconnu"
# The parser's names → the words on the shelf. « Chrome Mobile iOS », « Mobile Safari UI/WKWebView »…
BROWSERS: Final = {
    "Edge": "Edge",
    "Samsung Internet": "Samsung Internet",
    "Opera": "Opera",
    "Firefox": "Firefox",
    "Brave": "Brave",
    "DuckDuckGo": "DuckDuckGo",
    "Chromium": "Chromium",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "IE": "Internet Explorer",
}
SYSTEMS: Final = {
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Android": "Android",
    "Chrome OS": "Chromebook",
    "Linux": "Linux",
    "Ubuntu": "Linux",
    "Debian": "Linux",
    "Fedora": "Linux",
}


def describe(user_agent: str) -> str:
    """From what a browser says of itself, which anybody may write: a help to recognise one’s own, no proof."""
    read = ua_parser.parse(user_agent)
    browser = _browser(read.user_agent.family) if read.user_agent else ""
    system = _system(read.os.family, read.device.family if read.device else "") if read.os else ""
    if browser and system:
        return f"{browser} sur {system}"
    return browser or (f"{UNKNOWN} sur {system}" if system else UNKNOWN)


def _browser(family: str) -> str:
    return next((name for word, name in BROWSERS.items() if re.search(rf"{word}\b", family)), "")


def _system(family: str, device: str) -> str:
    if family == "iOS":
        return device if device in {"iPhone", "iPad"} else "iPhone ou iPad"
    return SYSTEMS.get(family, "")
