"""Readers of the log: each follows the leaf index with a cursor of its own, gap-free and in causal order.

A batch is one transaction under the lock of the cursor's row: what the handlers wrote and the cursor's step stand
or fall together, and two runners never handle the same entry at once. An entry whose handler fails is parked and
reported, and the cursor goes on; when the database itself fails, the whole batch is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.db.models.functions import Now

from marketplace.audit.models import Leaf
from marketplace.events import registry
from marketplace.events.failures import described
from marketplace.events.models import ParkedEntry, ReaderCursor
from marketplace.events.registry import Reader

logger = logging.getLogger(__name__)

BATCH: Final = 200
"""Most leaves of one transaction: bounds memory, lock time and what is repeated after a crash."""


def read_all() -> int:
    """Let every reader that is behind read on until it has caught up. Returns how many leaves were passed."""
    last = Leaf.objects.aggregate(last=Max("leaf_index"))["last"]
    if last is None:
        return 0
    cursors = dict(ReaderCursor.objects.values_list("name", "next_leaf"))
    passed = 0
    for reader in registry.readers():
        behind = cursors.get(reader.name, 0) <= last
        while behind and (step := read_batch(reader)):
            passed += step
            behind = step == BATCH
    return passed


def read_batch(reader: Reader, *, size: int = BATCH) -> int:
    """Move one reader on by at most `size` leaves.

    Returns how many it passed: 0 when it has caught up or another runner holds its cursor. Raises
    OperationalError when the database fails; nothing has moved then.
    """
    ReaderCursor.objects.bulk_create([ReaderCursor(name=reader.name)], ignore_conflicts=True)
    with transaction.atomic():
        cursor = ReaderCursor.objects.select_for_update(skip_locked=True).filter(name=reader.name).first()
        if cursor is None:
            return 0
        leaves = _contiguous(cursor.next_leaf, size)
        wanted = [leaf for leaf in leaves if reader.wants(leaf.entry.act)]
        if not _handled_at_once(reader, wanted):
            for leaf in wanted:
                _handle(reader, leaf)
        if leaves:
            cursor.next_leaf = leaves[-1].leaf_index + 1
            cursor.updated_at = Now()
            cursor.save(update_fields=["next_leaf", "updated_at"])
        return len(leaves)


def _contiguous(first: int, size: int) -> Sequence[Leaf]:
    """The next leaves without a gap; a gap (a damaged table) stops the reader instead of losing entries."""
    found = list(
        Leaf.objects.filter(leaf_index__gte=first).order_by("leaf_index").select_related("entry")[:size]
    )
    for offset, leaf in enumerate(found):
        if leaf.leaf_index != first + offset:
            logger.error("events.gap_in_log: leaf %d is missing", first + offset)
            return found[:offset]
    return found


def _handled_at_once(reader: Reader, leaves: Sequence[Leaf]) -> bool:
    """Whether the reader took all of them together; where it fails, each is tried by itself to find the bad one."""
    if reader.batch is None or len(leaves) < 2:
        return False
    try:
        with transaction.atomic():
            reader.batch([leaf.entry for leaf in leaves])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.warning("events.batch_one_by_one: reader %s, %s", reader.name, described(error))
        return False
    return True


def _handle(reader: Reader, leaf: Leaf) -> None:
    try:
        with transaction.atomic():
            reader.handler(leaf.entry)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("events.entry_parked: reader %s, leaf %d", reader.name, leaf.leaf_index)
        ParkedEntry.objects.bulk_create(
            [
                ParkedEntry(
                    reader=reader.name,
                    leaf_index=leaf.leaf_index,
                    entry=leaf.entry,
                    last_error=described(error),
                )
            ],
            ignore_conflicts=True,
        )
