"""Photos of objects that were just made from a back office's files."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from contracts.models import PledgePhoto
from establishments.models import Establishment
from journal.actions import record

FIELDS: Final = (
    "key", "width", "height", "small_width", "small_height", "source_name", "source_stamp", "made_at",
)  # fmt: skip


@transaction.atomic(durable=True)
def keep_photos(*, establishment_pk: int, photos: Sequence[PledgePhoto], by: str) -> list[str]:
    """Their files lie there already. The keys that serve no more, whose files may go once this is committed."""
    now = timezone.now()
    establishment = Establishment.objects.select_for_update(no_key=True).get(pk=establishment_pk)
    known = PledgePhoto.objects.filter(pledge__in=[photo.pledge_id for photo in photos])
    before = set(known.values_list("key", flat=True))
    for photo in photos:
        photo.made_at = now
    PledgePhoto.objects.bulk_create(photos, update_conflicts=True, unique_fields=["pledge"], update_fields=list(FIELDS))
    record("photos_kept", by=by, subject=establishment, photos=len(photos))
    return sorted(before - {photo.key for photo in photos})
