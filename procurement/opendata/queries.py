"""Reads of what was published, in the order of the leaves and never past a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import Min

from marketplace.events.models import ParkedEntry, ReaderCursor
from procurement.opendata.models import Release

READER: Final = "opendata"
"""The name of this room's reader of the log, and of its cursor."""

BATCH: Final = 500
"""Releases fetched at once while streaming: bounds memory."""


def horizon() -> int:
    """The leaf index before which every release stands that will ever be there.

    It is where the reader has come to, or the first entry it had to park: what would follow a gap is held back, so that
    whoever follows the feed by its leaf indices misses nothing.
    """
    come_to = ReaderCursor.objects.filter(name=READER).values_list("next_leaf", flat=True).first() or 0
    parked = ParkedEntry.objects.filter(reader=READER, resolved_at=None).aggregate(first=Min("leaf_index"))[
        "first"
    ]
    return come_to if parked is None else min(come_to, parked)


def feed(since: int = 0, *, limit: int) -> Sequence[Release]:
    """At most `limit` releases of leaves from `since` on, in the order of the leaves. Two queries.

    All releases of the last leaf are there, whatever the limit, so that the next page may begin with the next leaf.
    """
    found = list(Release.objects.filter(leaf_id__gte=since, leaf_id__lt=horizon())[: limit + 1])
    if len(found) <= limit:
        return found
    last = found[limit].leaf_id
    whole = [each for each in found if each.leaf_id < last]
    return whole or list(Release.objects.filter(leaf_id=last))


def stream(since: int = 0) -> Iterator[str]:
    """The JSON texts of all releases from a leaf on, in order; memory does not grow with their number."""
    releases = Release.objects.filter(leaf_id__gte=since, leaf_id__lt=horizon())
    yield from releases.values_list("content", flat=True).iterator(chunk_size=BATCH)


def releases_of(ocid: str) -> Sequence[Release]:
    """All releases of one process, in order. One query."""
    return list(Release.objects.filter(ocid=ocid))
