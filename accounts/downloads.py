"""A paper of a client as a file to keep: never opened inside a page of the site."""

from typing import Final

from django.http import HttpResponse

from accounts.models import Document
from web.middleware import FILE_POLICY

SUFFIXES: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def attachment(document: Document) -> HttpResponse:
    """The name tells nothing of whose or what it is: it stays in a folder that others see."""
    answer = HttpResponse(bytes(document.content.data), content_type=document.content_type)
    suffix = SUFFIXES[document.content_type]
    answer["Content-Disposition"] = f'attachment; filename="document-{document.pk}.{suffix}"'
    answer["Content-Security-Policy"] = FILE_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
