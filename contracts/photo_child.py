"""The process that reads a photo of an object. It knows no Django, no setting and no secret; it ends with its answer.

Whatever the file holds, what comes out are two JPEG of ours, without metadata: old phones read nothing newer.
"""

import json
import sys
from io import BytesIO
from typing import Final

from PIL import Image

from accounts import papers
from accounts.paper_child import limit_this_process
from accounts.paper_verdicts import Rejected

SIDES: Final = (960, 160)  # pixels, of the larger side: for the page, for its list


def answer(data: bytes) -> bytes:
    """A line of JSON with width, height and length of each picture, then the pictures; or the flaw in one line."""
    outcome = papers.check(data)
    if isinstance(outcome, Rejected):
        return outcome.flaw.value.encode() + b"\n"
    if outcome.content_type == papers.PDF:
        return b"unknown\n"
    image = Image.open(BytesIO(outcome.data)).convert("RGB")
    pictures = [_smaller(image, side) for side in SIDES]
    facts = [(*size, len(written)) for size, written in pictures]
    return json.dumps(facts).encode() + b"\n" + b"".join(written for _, written in pictures)


def _smaller(image: Image.Image, side: int) -> tuple[tuple[int, int], bytes]:
    picture = image.copy()
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    written = BytesIO()
    picture.save(written, "JPEG", quality=82, optimize=True)
    return picture.size, written.getvalue()


if __name__ == "__main__":
    limit_this_process(int(sys.argv[1]))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
