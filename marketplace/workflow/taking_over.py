"""Taking over what the log does not know: an installation older than the entries that would tell of its rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Model

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.audit.own_acts import TAKEN_OVER
from marketplace.audit.report import Report
from marketplace.audit.tables import Remembered
from marketplace.workflow.agreement import CHUNK, kinds, now
from marketplace.workflow.door import doing
from marketplace.workflow.models import Aggregate

KEEPER: Final = Actor.system("Pengambilalihan data lama")
Told = tuple[str, Model, dict[str, Any]]


def take_over(*, reason: str) -> Counter[str]:
    """Write an entry, as it is found, about each row that the log should know and does not; how many by kind.

    Nothing is said of how the row came to be: the entry only holds it to what it is from now on.
    """
    with doing(actor=KEEPER) as deed:
        taken: Counter[str] = Counter()
        unknown = _unknown()
        for kind, model in kinds():
            pks = unknown.get(kind, [])
            for start in range(0, len(pks), CHUNK):
                deed.record_many(_told(model, pks[start : start + CHUNK], reason))
            taken[kind] = len(pks)
    return +taken


def _unknown() -> dict[str, list[str]]:
    """Ids by kind of what has no entry."""
    remembered = Remembered(Report())
    entries = Entry.objects.order_by("pk").only("aggregate_type", "aggregate_id", "act", "payload")
    for entry in entries.iterator(chunk_size=CHUNK):
        remembered.see((entry.aggregate_type, entry.aggregate_id), entry.act, entry.facts, "")
    found: dict[str, list[str]] = defaultdict(list)
    for kind, pk in remembered.unknown():
        found[kind].append(pk)
    return found


def _told(model: type[Model], pks: list[str], reason: str) -> Iterator[Told]:
    values = dict(now(model, pks))
    for row in model._default_manager.filter(pk__in=pks).order_by("pk"):
        state = {"state": row.state} if isinstance(row, Aggregate) else {}
        yield TAKEN_OVER, row, {"reason": reason, "values": values[str(row.pk)], **state}
