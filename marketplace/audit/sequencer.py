"""Putting entries into the tree: one sequencer at a time, after the fact, without disturbing any writer.

A pass takes every entry visible in one snapshot that has no leaf yet, in the order of ids, and appends it.
Two rules that look simpler are wrong: `id > last` loses the entries of a transaction that commits late, and
waiting for older transactions puts an effect before its cause and stalls behind any open writer.

The scan is bounded by transaction number: an entry the last pass could not see belongs to a transaction that was
running then (they are listed) or began later. In another cluster or timeline (a restored backup) transaction
numbers mean something else, so there the bound is void and the whole log is compared once.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection, transaction

from marketplace.audit import entries, signing
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.merkle import CompactRange, compact_range
from marketplace.audit.models import Checkpoint, Tile
from marketplace.audit.notes import Note, Signer
from marketplace.audit.tiles import Nodes, TileId, edge_of, grow
from marketplace.core import clock

logger = logging.getLogger(__name__)

CHUNK: Final = 20_000
"""Entries held in memory at a time; a pass may take any number."""
POLL_SECONDS: Final = 0.1
SWEEP_SECONDS: Final = 60.0
OVERDUE_SECONDS: Final = 60
_FULL_SWEEP_EVERY: Final = 60
_LOCK: Final = int.from_bytes(b"eo-audit", "big")

_SCAN: Final = """
WITH waiting AS MATERIALIZED (
    SELECT e.id FROM audit_entry e
    WHERE (e.xid >= %s::xid8 OR e.xid = ANY(%s::text[]::xid8[])) AND e.id > %s
      AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)
)
SELECT array_agg(id ORDER BY id),
       pg_snapshot_xmax(pg_current_snapshot())::text,
       ARRAY(SELECT pg_snapshot_xip(pg_current_snapshot())::text) || pg_current_xact_id_if_assigned()::text
FROM waiting
"""

_READ: Final = """
SELECT id, payload, leaf_hash, mac, key_id, actor_name, organisation_name
FROM audit_entry WHERE id = ANY(%s) ORDER BY id
"""

# A bounded scan meets a handful of rows, but a planner without fresh statistics expects a third of the log.
_SMALL_SCAN: Final = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off
"""

# A visible entry with a number beyond every transaction of this cluster came with a restored backup.
_RESTORED_UP_TO: Final = """
SELECT coalesce(max(id), 0) FROM audit_entry
WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
  AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
"""

_WHERE_WE_ARE: Final = """
SELECT (SELECT system_identifier::text FROM pg_control_system()),
       ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
"""

_PUT_TILE: Final = """
INSERT INTO audit_tile (level, index, width, data) VALUES (%s, %s, %s, %s)
ON CONFLICT (level, index) DO UPDATE SET width = EXCLUDED.width, data = EXCLUDED.data
"""

_OVERDUE: Final = """
SELECT e.id FROM audit_entry e
WHERE (e.xid >= %s::xid8 OR e.xid = ANY(%s::text[]::xid8[])) AND e.at < %s
  AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)
ORDER BY e.id LIMIT 1000
"""

_wake = threading.Event()
_reported: set[int] = set()


class TreeDamaged(RuntimeError):
    """What is stored of the tree contradicts itself: nothing may be signed until a person has looked."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """Where a scan begins, and in which cluster and timeline that means something."""

    xid: int
    running: list[int]
    after_id: int
    system_identifier: str
    timeline: int


def wake() -> None:
    """Ask the sequencer of this process to look now instead of at its next poll. Harmless without one."""
    _wake.set()


def integrate(*, wait: bool = True, signers: Sequence[Signer] = ()) -> Checkpoint | None:
    """Append every waiting entry to the tree; return the new checkpoint, None when there was nothing to do.

    One pass runs at a time in the whole installation; with `wait=False` a pass elsewhere makes this one
    return None. Entries whose hash or seal is wrong stay out of the tree and are reported as errors. `signers`
    sign in the place of the log's one, when its key changes.
    Raises `TreeDamaged`, `ImproperlyConfigured` (keys), `DatabaseError`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not _lock(cursor, wait):
            return None
        last = Checkpoint.objects.order_by("-size").first()
        bound = _bound(cursor, last)
        waiting, seen = _scan(cursor, bound)
        if not waiting:
            return None
        before = CompactRange.from_bytes(last.size, bytes(last.compact_range)) if last else CompactRange()
        _check_edge(before, last)
        after = before
        for start in range(0, len(waiting), CHUNK):
            after = _append(cursor, after, _genuine(cursor, waiting[start : start + CHUNK]))
        if after.size == before.size:
            return None
        return _sign(after, _moved(cursor, bound, seen), signers or (signing.signer(),))


def run_forever(stop: threading.Event) -> None:
    """Integrate until `stop` is set: the sequencer's thread or process.

    Survives a restart of the database.
    """
    sweeper = Sweeper()
    while not stop.is_set():
        pause = POLL_SECONDS
        try:
            integrate(wait=False)
            sweeper.look()
        except (DatabaseError, psycopg.Error) as error:  # COPY speaks to psycopg directly
            logger.warning("audit.sequencer.database_away: %s", error)
            connection.close()
            pause = 1.0
        except TreeDamaged:
            logger.exception("audit.sequencer.tree_damaged")
            pause = SWEEP_SECONDS
        if _wake.wait(pause):
            _wake.clear()
    connection.close()


def overdue(*, seconds: float = OVERDUE_SECONDS, everything: bool = True) -> list[int]:
    """Return the ids of at most 1,000 entries that have waited longer than `seconds` for their leaf.

    `everything=False` looks only where the next pass would look: cheap, but blind to refused entries.
    """
    last = None if everything else Checkpoint.objects.order_by("-size").first()
    before = clock.now() - timedelta(seconds=seconds)
    with connection.cursor() as cursor:
        running = last.scan_running if last else []
        cursor.execute(_OVERDUE, [str(last.scan_from_xid if last else 0), _texts(running), before])
        return [row[0] for row in cursor.fetchall()]


class Sweeper:
    """Raises the alarm about entries that nobody has put into the tree for a minute."""

    def __init__(self) -> None:
        self._next = 0.0
        self._rounds = 0

    def look(self) -> list[int]:
        """Look when it is time: every minute nearby, every hour at everything. Return what is overdue."""
        now = time.monotonic()
        if now < self._next:
            return []
        everything = self._rounds % _FULL_SWEEP_EVERY == 0
        self._next, self._rounds = now + SWEEP_SECONDS, self._rounds + 1
        late = overdue(everything=everything)
        if late:
            logger.error("audit.sequencer.overdue: %d entries, the first is %d", len(late), late[0])
        return late


def hold(cursor: Any) -> None:
    """Keep every sequencer out until the transaction ends, and wait for the one that is at work."""
    _lock(cursor, wait=True)


def _lock(cursor: Any, wait: bool) -> bool:
    # Taken before the snapshot of the scan, or two passes would see the same entries waiting.
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(cursor.fetchone()[0])


def _bound(cursor: Any, last: Checkpoint | None) -> _Bound:
    cursor.execute(_WHERE_WE_ARE)
    system_identifier, timeline = cursor.fetchone()
    if last and (last.system_identifier, last.timeline) == (system_identifier, timeline):
        return _Bound(last.scan_from_xid, last.scan_running, last.scan_after_id, system_identifier, timeline)
    return _Bound(0, [], 0, system_identifier, timeline)


def _moved(cursor: Any, bound: _Bound, seen: _Bound) -> _Bound:
    """Return the bound of the next scan; the first in a cluster also sets restored entries aside."""
    after_id = bound.after_id
    if bound.xid == 0:
        cursor.execute(_RESTORED_UP_TO)
        after_id = cursor.fetchone()[0]
    return replace(seen, after_id=after_id)


def _scan(cursor: Any, bound: _Bound) -> tuple[list[int], _Bound]:
    """Return the ids of waiting entries as of one snapshot, and what that snapshot could not see yet."""
    if bound.xid:
        cursor.execute(_SMALL_SCAN)
    cursor.execute(_SCAN, [str(bound.xid), _texts(bound.running), bound.after_id])
    waiting, next_xid, running = cursor.fetchone()
    seen = replace(bound, xid=int(next_xid), running=[int(each) for each in running if each])
    return waiting or [], seen


def _texts(numbers: Sequence[int]) -> list[str]:
    return [str(number) for number in numbers]


def _genuine(cursor: Any, ids: list[int]) -> list[tuple[int, bytes]]:
    """Return (id, leaf hash) of the entries whose hash and seal are right; report the others."""
    keys = entries.seal_keys()
    genuine = []
    cursor.execute(_READ, [ids])
    for entry_id, payload, leaf_hash, mac, key_id, actor_name, organisation_name in cursor.fetchall():
        key = keys.get(key_id)
        expected = entries.leaf_hash(payload)
        if (
            key is not None
            and expected == bytes(leaf_hash)
            and hmac.compare_digest(entries.seal(key, expected, actor_name, organisation_name), bytes(mac))
        ):
            genuine.append((entry_id, expected))
        elif entry_id not in _reported:
            _reported.add(entry_id)
            logger.error("audit.sequencer.refused: entry %d has a wrong hash or seal", entry_id)
    return genuine


def _check_edge(before: CompactRange, last: Checkpoint | None) -> None:
    """Raise `TreeDamaged` unless compact range, stored tiles and last checkpoint tell the same tree."""
    if last is None:
        if Tile.objects.exists():
            raise TreeDamaged("there are tiles, but no checkpoint")
        return
    if before.root() != bytes(last.root):
        raise TreeDamaged(f"the compact range of checkpoint {last.size} does not lead to its root")
    if compact_range(last.size, Nodes(last.size, stored_tile)) != before:
        raise TreeDamaged(f"the tiles at the right edge do not belong to checkpoint {last.size}")


def stored_tile(tile: TileId) -> bytes:
    """Return the data of a hash tile as stored, cut to its width. Raises `Tile.DoesNotExist`."""
    data = Tile.objects.values_list("data", flat=True).get(level=tile.level or 0, index=tile.index)
    return bytes(data)[: tile.width * 32]


def _append(cursor: Any, before: CompactRange, genuine: Sequence[tuple[int, bytes]]) -> CompactRange:
    """Store the leaves and the tiles that change; return the tree after them."""
    if not genuine:
        return before
    with cursor.copy("COPY audit_leaf (leaf_index, entry_id, leaf_hash) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "int8", "bytea"])
        for leaf_index, (entry_id, leaf_hash) in enumerate(genuine, before.size):
            copy.write_row((leaf_index, entry_id, leaf_hash))
    hashes = [leaf_hash for _id, leaf_hash in genuine]
    edge = {tile.level: stored_tile(tile) for tile in edge_of(before.size) if tile.level is not None}
    cursor.executemany(
        _PUT_TILE,
        [(tile.level, tile.index, tile.width, data) for tile, data in grow(before.size, edge, hashes)],
    )
    return before.extended(hashes)


def _sign(tree: CompactRange, bound: _Bound, signers: Sequence[Signer]) -> Checkpoint:
    head = TreeHead(signers[0].name, tree.size, tree.root())
    return Checkpoint.objects.create(
        size=tree.size,
        root=head.root,
        note=str(Note.signed(head.text(), *signers)),
        compact_range=tree.to_bytes(),
        at=clock.now(),
        scan_from_xid=bound.xid,
        scan_running=bound.running,
        scan_after_id=bound.after_id,
        system_identifier=bound.system_identifier,
        timeline=bound.timeline,
    )
