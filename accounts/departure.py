"""Who leaves leaves nothing in the browser: no file of a page, nothing that a script kept."""

from typing import Final, TypeVar

from django.http.response import HttpResponseBase

# Not "cookies": this browser stays known, or a stranger's tries could keep the client out of it.
KEPT: Final = '"cache", "storage"'

Answer = TypeVar("Answer", bound=HttpResponseBase)


def emptied(answer: Answer) -> Answer:
    """`answer` ends a session: the browser drops what it kept of this host."""
    answer.headers["Clear-Site-Data"] = KEPT
    return answer
