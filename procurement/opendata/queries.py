"""Reads of what was published, in the order of the leaves and never past a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import Min

from marketplace.events.models import ParkedEntry, ReaderCursor
from procurement.opendata import identity
from procurement.opendata.models import Release
from procurement.planning.models import Package

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


def end_of(since: int, limit: int) -> int:
    """The leaf index up to which (not with it) about `limit` releases from `since` on stand; whole entries only."""
    over = Release.objects.filter(leaf_id__gte=since, leaf_id__lt=horizon()).values_list("leaf_id", flat=True)
    further = list(over[limit : limit + 1])
    return further[0] if further and further[0] > since else max(horizon(), since)


def stream(since: int = 0, until: int | None = None) -> Iterator[str]:
    """The JSON texts of all releases from a leaf on (to another), in order; memory does not grow with their number."""
    end = horizon() if until is None else min(until, horizon())
    releases = Release.objects.filter(leaf_id__gte=since, leaf_id__lt=end)
    yield from releases.values_list("content", flat=True).iterator(chunk_size=BATCH)


def releases_of(ocid: str) -> Sequence[Release]:
    """All releases of one process, in order. One query."""
    return list(Release.objects.filter(ocid=ocid))


def get_release(ocid: str, leaf_index: int) -> Release | None:
    """One release, or None."""
    return Release.objects.filter(ocid=ocid, leaf_id=leaf_index).first()


def latest_processes(limit: int) -> Sequence[Release]:
    """The newest release of each of the processes in which something happened last. One query."""
    recent = Release.objects.order_by("-leaf_id", "-id")[: limit * 10]
    newest: dict[str, Release] = {}
    for each in recent:
        newest.setdefault(each.ocid, each)
    return list(newest.values())[:limit]


def find_process(number: str) -> str | None:
    """The ocid of a process by itself or by what people know of it: an order's, a competition's or a RUP number."""
    number = number.strip()
    if not number or len(number) > 120:
        return None
    for ocid in (number, identity.process(number)):
        if Release.objects.filter(ocid=ocid).exists():
            return ocid
    plan = Package.objects.filter(kd_rup=number).select_related("region").order_by("-year").first()
    ocid = identity.plan_process(plan) if plan is not None else ""
    return ocid if ocid and Release.objects.filter(ocid=ocid).exists() else None
