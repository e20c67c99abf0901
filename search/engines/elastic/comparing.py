"""Comparing an index with the cards: every listing, by its version, while both change.

A version says which state of a card a document shows (see `following`), so equal versions are equal documents. What
waits to be sent is no fault. What looks wrong is looked at once more, each by itself, before it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from django.db import connection
from elasticsearch import Elasticsearch

PAGE: Final = 5_000
MOST_TOLD: Final = 1_000
"""Mismatches kept of one comparison; more than that is no case for mending but for building anew."""

Kind = Literal["missing", "ghost", "behind", "ahead"]

_OURS: Final = """
SELECT listing_id, CASE WHEN card.listing_id IS NULL THEN NULL ELSE coalesce(noted.version, 0) END,
       coalesce(noted.version, 0), noted.since IS NOT NULL
  FROM search_listingcard AS card FULL JOIN search_indexchange AS noted USING (listing_id)
 WHERE {scope}
"""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A listing of which the index knows something else; versions are None where there is nothing to show.

    Attributes:
        kind: not in the index; in it though not on show; an older state; a later state than there is (the database
            was put back to an earlier day).
    """

    listing: int
    kind: Kind
    ours: int | None
    theirs: int | None

    def told(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass(slots=True)
class Comparison:
    """How many listings were compared, how many did not agree, and the first of these."""

    compared: int = 0
    wrong: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ours:
    """What the database says of a listing: the version on show (None: none), the last one, whether it waits."""

    shown: int | None
    last: int
    waits: bool


Theirs = Mapping[int, tuple[int, bool]]
"""Version and whether it is only a stone, by listing."""


def compare(client: Elasticsearch, index: str) -> Comparison:
    """Compare all listings of `index` with the cards. Call it outside a transaction."""
    client.indices.refresh(index=index)
    found = Comparison()
    for above, upto, theirs in _pages(client, index):
        ours = _ours("listing_id > %s AND listing_id <= %s", [above, upto])
        found.compared += len(ours.keys() | theirs.keys())
        suspects = [each.listing for each in _differing(ours, theirs)]
        for mismatch in _looked_at_again(client, index, suspects):
            found.wrong += 1
            if len(found.mismatches) < MOST_TOLD:
                found.mismatches.append(mismatch)
    return found


def _pages(client: Elasticsearch, index: str) -> Iterator[tuple[int, int, Theirs]]:
    """What the index has, in pages of (above, up to, documents) that leave no listing out."""
    above = 0
    while True:
        answer = client.search(
            index=index,
            size=PAGE,
            query={"range": {"listing": {"gt": above}}},
            sort=[{"listing": "asc"}],
            source=False,
            docvalue_fields=[{"field": name} for name in ("listing", "version", "removed")],
            track_total_hits=False,
        )
        hits = [hit["fields"] for hit in answer["hits"]["hits"]]
        page = {hit["listing"][0]: (hit["version"][0], _true(hit["removed"][0])) for hit in hits}
        upto = max(page) if len(page) == PAGE else 2**62
        yield above, upto, page
        if len(page) < PAGE:
            return
        above = upto


def _true(value: object) -> bool:
    return value in (True, "true")


def _ours(scope: str, values: Sequence[Any]) -> dict[int, Ours]:
    with connection.cursor() as cursor:
        cursor.execute(_OURS.format(scope=scope), values)
        return {row[0]: Ours(*row[1:]) for row in cursor.fetchall()}


def _differing(ours: Mapping[int, Ours], theirs: Theirs) -> Iterator[Mismatch]:
    for listing in sorted(ours.keys() | theirs.keys()):
        mismatch = _judged(listing, ours.get(listing), theirs.get(listing))
        if mismatch is not None:
            yield mismatch


def _judged(listing: int, ours: Ours | None, theirs: tuple[int, bool] | None) -> Mismatch | None:
    if ours is not None and ours.waits:
        return None
    shown = ours.shown if ours is not None else None
    there = theirs[0] if theirs is not None and not theirs[1] else None
    if shown == there:
        return None
    if there is None:
        return Mismatch(listing, "missing", shown, theirs[0] if theirs else None)
    if shown is None:
        return Mismatch(listing, "ghost", None, there)
    return Mismatch(listing, "behind" if there < shown else "ahead", shown, there)


def _looked_at_again(client: Elasticsearch, index: str, listings: Sequence[int]) -> list[Mismatch]:
    """Those that are wrong for certain: the database said the same before and after the index was read in real time."""
    found: list[Mismatch] = []
    for start in range(0, len(listings), PAGE):
        asked = list(listings[start : start + PAGE])
        before = _ours("listing_id = ANY(%s)", [asked])
        answer = client.mget(
            index=index, ids=[str(each) for each in asked], source_includes=["version", "removed"]
        )
        theirs = {
            int(each["_id"]): (each["_source"]["version"], each["_source"]["removed"])
            for each in answer["docs"]
            if each.get("found")
        }
        after = _ours("listing_id = ANY(%s)", [asked])
        found += [
            each for each in _differing(after, theirs) if before.get(each.listing) == after.get(each.listing)
        ]
    return found
