"""Files that browsers send: kept in memory, and no longer than the request; never on the disk of the server."""

import re
from io import BytesIO
from typing import Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FILE: Final = 8 * 1024 * 1024
ENDING: Final = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,10}\Z")


class BoundedUploadHandler(FileUploadHandler):
    """Keeps what fits, drops the rest as it comes, and tells the whole size: a form can refuse it on its page.

    One file a request (`DATA_UPLOAD_MAX_NUMBER_FILES`), on any page: more than `LARGEST_FILE` is never held.
    """

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type] # handed on as Django gives them
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= LARGEST_FILE:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        # Of its name the ending alone is read, to be compared with its bytes; nothing reads the type that is said.
        return InMemoryUploadedFile(
            self.kept, self.field_name, f"document{ending_of(self.file_name)}", "", file_size, None
        )


def ending_of(name: str | None) -> str:
    """« .pdf »; empty for what is none, as in « Scan 12.03 »."""
    found = ENDING.search(name or "")
    return found[0].lower() if found else ""
