"""Making releases out of entries of the log: once each, in the order of the leaves, never changed afterwards."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from marketplace.audit.models import Entry
from procurement.opendata import identity
from procurement.opendata.models import Release
from procurement.opendata.telling import Told, told_by

_STEP: Final = timedelta(microseconds=1)


def publish(entry: Entry) -> int:
    """Write the releases of an entry that has its leaf; returns how many are new. The second time it writes none."""
    told = told_by(entry)
    if not told:
        return 0
    leaf_index = entry.leaf.leaf_index
    return sum(_publish(each, leaf_index, entry.at) for each in told)


def _publish(told: Told, leaf_index: int, at: datetime) -> bool:
    date = _date(told.ocid, leaf_index, at)
    if date is None:
        return False
    content = {
        "ocid": told.ocid,
        "id": identity.release_id(told.ocid, leaf_index),
        "date": identity.to_the_microsecond(date),
        "tag": list(told.tags),
        **told.sections,
    }
    text = written(content)
    Release.objects.create(
        leaf_id=leaf_index,
        ocid=told.ocid,
        region_id=told.region_id,
        date=date,
        tags=list(told.tags),
        content=text,
        sha256=sha256(text.encode()).hexdigest(),
    )
    return True


def written(content: Any) -> str:
    """JSON in one line, as it is kept and sent."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _date(ocid: str, leaf_index: int, at: datetime) -> datetime | None:
    """The entry's own moment, held between the releases before and after it; None when its release is there already.

    Merging goes by dates, and two acts at once may take their moments in one order and the row's lock in the other; an
    entry that was parked comes when later ones are told. As a rule one query.
    """
    others = Release.objects.filter(ocid=ocid).order_by("-leaf_id").values_list("leaf_id", "date")
    last = others.first()
    if last is None:
        return at
    if last[0] < leaf_index:
        return max(at, last[1] + _STEP)
    if others.filter(leaf_id=leaf_index).exists():
        return None
    before = others.filter(leaf_id__lt=leaf_index).first()
    after = others.filter(leaf_id__gt=leaf_index).last()
    assert after is not None  # `last` is one
    return min(max(at, before[1] + _STEP) if before else at, after[1] - _STEP)
