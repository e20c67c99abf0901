"""Making releases out of entries of the log: once each, in the order of the leaves, never changed afterwards."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from marketplace.audit.models import Entry
from procurement.opendata import identity
from procurement.opendata.models import Release
from procurement.opendata.telling import Told, told_by

_STEP: Final = timedelta(microseconds=1)


def publish(entries: Sequence[Entry]) -> int:
    """Write the releases of entries that have their leaves; returns how many are new. The second time it writes none.

    So many queries for any number of entries. Together or one by one, they lead to the same releases.
    """
    told = [(entry, each) for entry, tellings in told_by(entries) for each in tellings]
    dates = _Dates(each.ocid for _entry, each in told)
    releases = []
    for entry, each in told:
        leaf_index = entry.leaf.leaf_index
        date = dates.place(each.ocid, leaf_index, entry.at)
        if date is not None:
            releases.append(_release(each, leaf_index, date))
    Release.objects.bulk_create(releases)
    return len(releases)


def _release(told: Told, leaf_index: int, date: datetime) -> Release:
    content = {
        "ocid": told.ocid,
        "id": identity.release_id(told.ocid, leaf_index),
        "date": identity.to_the_microsecond(date),
        "tag": list(told.tags),
        **told.sections,
    }
    text = written(content)
    return Release(
        leaf_id=leaf_index,
        ocid=told.ocid,
        region_id=told.region_id,
        date=date,
        tags=list(told.tags),
        content=text,
        sha256=sha256(text.encode()).hexdigest(),
    )


def written(content: Any) -> str:
    """JSON in one line, as it is kept and sent."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


class _Dates:
    """The dates of the releases of some processes, by leaf. One query for all of them."""

    def __init__(self, ocids: Iterable[str]) -> None:
        self._known: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
        rows = Release.objects.filter(ocid__in=set(ocids)).order_by("leaf_id")
        for ocid, leaf_index, date in rows.values_list("ocid", "leaf_id", "date"):
            self._known[ocid].append((leaf_index, date))

    def place(self, ocid: str, leaf_index: int, at: datetime) -> datetime | None:
        """The entry's own moment, held between the releases before and after it; None when its release is there.

        Merging goes by dates, and two acts at once may take their moments in one order and the row's lock in the
        other; an entry that was parked comes when later ones are told.
        """
        known = self._known[ocid]
        position = bisect_left(known, leaf_index, key=lambda each: each[0])
        later = known[position:]
        if later and later[0][0] == leaf_index:
            return None
        date = max(at, known[position - 1][1] + _STEP) if position else at
        if later:
            date = min(date, later[0][1] - _STEP)
        known.insert(position, (leaf_index, date))
        return date
