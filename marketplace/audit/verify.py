"""The full audit of the log against itself: every entry, seal, leaf, tile and checkpoint, from the first on.

A root computed from tiles depends only on their right edge; therefore nothing is taken from them, everything
is hashed again from the entries and then compared. One pass in one snapshot, in constant memory but for one
number for each aggregate.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from marketplace.audit import attestations, entries, signing
from marketplace.audit.checkpoints import TreeHead, open_checkpoint
from marketplace.audit.guards import missing_guards
from marketplace.audit.merkle import CompactRange, perfect_root
from marketplace.audit.models import Checkpoint, Tile
from marketplace.audit.notes import NoteError, VerifierKey
from marketplace.audit.own_acts import TAKEN_OVER
from marketplace.audit.report import Report
from marketplace.audit.tables import Remembered
from marketplace.audit.tiles import FULL, MAX_LEVEL
from marketplace.database.snapshots import one_snapshot

CHUNK: Final = 4_096

Progress = Callable[[int, int], None]
"""Called with (entries checked, entries in all)."""

_COLUMNS: Final = """
e.id, e.payload, e.leaf_hash, e.mac, e.key_id, e.actor_name, e.organisation_name, e.act, e.aggregate_type,
e.aggregate_id, e.event_no, e.deed::text, e.at, e.actor_role, e.user_id, e.organisation_id, e.appointment_id,
e.region_id, e.recorded_at
"""
_LEAVES: Final = f"""
SELECT l.leaf_index, l.leaf_hash, {_COLUMNS}
FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.leaf_index
"""
_WAITING: Final = f"""
SELECT NULL, NULL, {_COLUMNS}
FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id) ORDER BY e.id
"""


class Row(NamedTuple):
    """One entry with its leaf, as read for checking."""

    leaf_index: int | None
    leaf_hash: bytes | None
    id: int | None
    payload: bytes
    entry_hash: bytes
    mac: bytes
    key_id: str
    actor_name: str
    organisation_name: str
    act: str
    aggregate_type: str
    aggregate_id: str
    event_no: int
    deed: str
    at: datetime
    actor_role: str
    user_id: int | None
    organisation_id: int | None
    appointment_id: int | None
    region_id: int | None
    recorded_at: datetime | None


def verify(*, progress: Progress | None = None, known: Sequence[str] = ()) -> Report:
    """Audit the whole log and report.

    `known` are signed checkpoints kept elsewhere, which must still hold.
    """
    started = time.monotonic()
    report = Report()
    with one_snapshot():
        _Audit(report, progress or (lambda _done, _total: None), known).run()
    report.seconds = time.monotonic() - started
    return report


class _Audit:
    """One run: streams the rows in order and carries the tree along."""

    def __init__(self, report: Report, progress: Progress, known: Sequence[str]) -> None:
        self.report = report
        self.progress = progress
        self.known = known
        self.seals = entries.seal_keys()
        self.last_event: dict[tuple[str, str], int] = {}
        self.remembered = Remembered(report)
        self.tree = CompactRange()
        self.next_leaf = 0
        self.unhashed: list[bytes] = []
        self.rows_of_tiles: list[list[bytes]] = [[] for _level in range(MAX_LEVEL + 1)]
        self.checkpoints: list[Checkpoint] = []
        self.next_checkpoint = 0
        self.outside: dict[int, list[TreeHead]] = {}

    def run(self) -> None:
        self._check_guards()
        self._read_checkpoints()
        total = _count("audit_entry")
        tiles = _stored_level_zero()
        for done, row in enumerate(_stream(_LEAVES)):
            self._check_leaf(row)
            if len(self.unhashed) == FULL:
                self._grow(tiles)
            if done % CHUNK == 0:
                self.progress(done, total)
        self._grow(tiles)
        for row in _stream(_WAITING):
            self.report.waiting += 1
            self._check_entry(row)
        self._check_upper_tiles()
        self._check_end()
        attestations.check(self.report, self.checkpoints)
        self.remembered.compare()
        self.progress(total, total)

    def _check_guards(self) -> None:
        """The triggers of `sql.py`: whoever takes one away, or its teeth, has something in mind."""
        for table, name in missing_guards():
            sentence = _("Penjaga %(name)s dimatikan, dibuang, atau diganti: isi tabel dapat diubah.")
            self.report.add("guard", f"tabel {table}", sentence % {"name": name})

    # ── entries and leaves ──────────────────────────────────────────────────────────────────────────────

    def _check_leaf(self, row: Row) -> None:
        place = f"daun {row.leaf_index}"
        if row.leaf_index != self.next_leaf:
            self.report.add(
                "leaf_gap", place, _("Nomor daun melompat: seharusnya %(n)d.") % {"n": self.next_leaf}
            )
        self.next_leaf = (row.leaf_index or 0) + 1
        if row.id is None:
            self.report.add("leaf_without_entry", place, _("Catatan untuk daun ini telah dihapus."))
            self.unhashed.append(row.leaf_hash or bytes(32))
            return
        hashed = self._check_entry(row)
        if hashed != row.leaf_hash:
            self.report.add("leaf_hash", place, _("Isi catatan tidak lagi cocok dengan daunnya."))
        self.unhashed.append(hashed)

    def _check_entry(self, row: Row) -> bytes:
        """Check one entry by itself and in its aggregate; return the hash of its payload."""
        self.report.entries += 1
        place = f"catatan {row.id}"
        hashed = entries.leaf_hash(row.payload)
        if hashed != row.entry_hash:
            self.report.add("entry_hash", place, _("Isi catatan telah diubah: sidiknya lain."))
        key = self.seals.get(row.key_id)
        names = (row.actor_name, row.organisation_name)
        if key is None:
            self.report.add("seal_key", place, _("Kunci segel %(id)s tidak dikenal.") % {"id": row.key_id})
        elif entries.seal(key, hashed, *names) != row.mac:
            self.report.add("seal", place, _("Segel catatan tidak sah: isi atau namanya telah diubah."))
        content = _content(row.payload)
        for column in _differing(row, content):
            sentence = _("Kolom %(column)s berbeda dari isi yang dicatat.") % {"column": column}
            self.report.add("column", place, sentence)
        self._check_clock(row, place)
        self._check_event(row, place)
        self.report.taken_over += row.act == TAKEN_OVER
        self.remembered.see((row.aggregate_type, row.aggregate_id), row.act, content.get("facts"), place)
        return hashed

    def _check_clock(self, row: Row, place: str) -> None:
        """What the application says the time was, against the database's own clock."""
        tolerance = settings.AUDIT_CLOCK_TOLERANCE
        if tolerance and row.recorded_at and abs(row.recorded_at - row.at) > tolerance:
            sentence = _("Waktu perbuatan jauh dari waktu pencatatannya (%(at)s).")
            self.report.add("clock", place, sentence % {"at": entries.moment(row.recorded_at)})

    def _check_event(self, row: Row, place: str) -> None:
        aggregate = (row.aggregate_type, row.aggregate_id)
        expected = self.last_event.get(aggregate, 0) + 1
        if row.event_no != expected:
            sentence = _("Urutan %(thing)s putus: tercatat nomor %(is)d, seharusnya %(must)d.")
            words = {"thing": "/".join(aggregate), "is": row.event_no, "must": expected}
            self.report.add("event_order", place, sentence % words)
        self.last_event[aggregate] = row.event_no

    # ── the tree ────────────────────────────────────────────────────────────────────────────────────────

    def _grow(self, stored: Iterator[tuple[int, int, bytes]]) -> None:
        """Take up to one tile of leaves into the tree, and compare tile and checkpoints on the way."""
        fresh, self.unhashed = self.unhashed, []
        if not fresh:
            self._compare_tiles_left(stored)
            return
        number = self.tree.size // FULL
        self._compare_tile(0, number, b"".join(fresh), next(stored, None))
        start = self.tree.size
        for size in self._sizes_within(start, start + len(fresh)):
            self.tree = self.tree.extended(fresh[self.tree.size - start : size - start])
            self._check_heads_at(size)
        self.tree = self.tree.extended(fresh[self.tree.size - start :])
        if len(fresh) == FULL:
            self._carry(perfect_root(fresh))
        else:
            self._compare_tiles_left(stored)

    def _carry(self, root: bytes) -> None:
        """Put the root of a full tile into the tile above; full rows are kept until they are compared."""
        self.rows_of_tiles[1].append(root)
        for level in range(1, MAX_LEVEL):
            row = self.rows_of_tiles[level]
            if len(row) % FULL:
                return
            self.rows_of_tiles[level + 1].append(perfect_root(row[-FULL:]))

    def _compare_tile(
        self, level: int, index: int, data: bytes, stored: tuple[int, int, bytes] | None
    ) -> None:
        self.report.tiles += 1
        place = f"ubin {level}/{index}"
        if stored is None or stored[0] != index:
            self.report.add("tile_missing", place, _("Ubin tidak ada atau tidak pada tempatnya."))
        elif (stored[1], stored[2]) != (len(data) // 32, data):
            self.report.add("tile", place, _("Ubin tidak cocok dengan daun-daunnya."))

    def _compare_tiles_left(self, stored: Iterable[tuple[int, int, bytes]]) -> None:
        for index, _width, _data in stored:
            self.report.add("tile_extra", f"ubin 0/{index}", _("Ubin ini tidak punya daun."))

    def _check_upper_tiles(self) -> None:
        expected: dict[tuple[int, int], bytes] = {}
        for level in range(1, MAX_LEVEL + 1):
            row = self.rows_of_tiles[level]
            for start in range(0, len(row), FULL):
                expected[level, start // FULL] = b"".join(row[start : start + FULL])
        rows = Tile.objects.filter(level__gt=0).values_list("level", "index", "width", "data")
        stored = {
            (level, index): (index, width, bytes(data)) for level, index, width, data in rows.iterator()
        }
        for (level, index), data in expected.items():
            self._compare_tile(level, index, data, stored.pop((level, index), None))
        for level, index in stored:
            self.report.add("tile_extra", f"ubin {level}/{index}", _("Ubin ini tidak punya daun."))

    # ── checkpoints ─────────────────────────────────────────────────────────────────────────────────────

    def _read_checkpoints(self) -> None:
        self.checkpoints = list(Checkpoint.objects.order_by("size").defer("scan_from_xid"))
        self.keys: list[VerifierKey] = signing.verifier_keys() if self.checkpoints or self.known else []
        for note in self.known:
            try:
                head = open_checkpoint(note, self.keys)
            except NoteError as error:
                sentence = _("Titik periksa dari luar tidak sah: %(why)s.") % {"why": error}
                self.report.add("known_checkpoint", "titik periksa luar", sentence)
            else:
                self.outside.setdefault(head.size, []).append(head)

    def _sizes_within(self, start: int, end: int) -> list[int]:
        """Sizes in (start, end] at which a checkpoint stands."""
        sizes = {size for size in self.outside if start < size <= end}
        at = self.next_checkpoint
        while at < len(self.checkpoints) and self.checkpoints[at].size <= end:
            sizes.add(self.checkpoints[at].size)
            at += 1
        return sorted(sizes)

    def _check_heads_at(self, size: int) -> None:
        root = self.tree.root()
        while (
            self.next_checkpoint < len(self.checkpoints)
            and self.checkpoints[self.next_checkpoint].size == size
        ):
            self._check_checkpoint(self.checkpoints[self.next_checkpoint], root)
            self.next_checkpoint += 1
        for head in self.outside.pop(size, ()):
            if head.root != root:
                sentence = _("Log bertentangan dengan titik periksa yang disimpan di luar.")
                self.report.add("known_checkpoint", f"titik periksa luar {size}", sentence)

    def _check_checkpoint(self, checkpoint: Checkpoint, root: bytes) -> None:
        self.report.checkpoints += 1
        place = f"titik periksa {checkpoint.size}"
        if bytes(checkpoint.root) != root:
            self.report.add("checkpoint_root", place, _("Akar pohon tidak lagi sama: riwayat telah diubah."))
        if bytes(checkpoint.compact_range) != self.tree.to_bytes():
            self.report.add("checkpoint_range", place, _("Tepi pohon yang disimpan tidak cocok."))
        try:
            head = open_checkpoint(checkpoint.note, self.keys)
        except NoteError as error:
            sentence = _("Tanda tangan tidak sah: %(why)s.") % {"why": error}
            self.report.add("checkpoint_signature", place, sentence)
            return
        self.report.origin = head.origin
        if (head.size, head.root) != (checkpoint.size, bytes(checkpoint.root)):
            sentence = _("Naskah yang ditandatangani menyebut pohon lain.")
            self.report.add("checkpoint_note", place, sentence)

    def _check_end(self) -> None:
        self.report.size, self.report.root = self.tree.size, self.tree.root()
        beyond = [each.size for each in self.checkpoints[self.next_checkpoint :]]
        for size in [*beyond, *sorted(self.outside)]:
            sentence = _("Titik periksa menyebut %(size)d daun, yang ada %(have)d: ada yang hilang.")
            words = {"size": size, "have": self.tree.size}
            self.report.add("leaves_lost", f"titik periksa {size}", sentence % words)
        signed = self.checkpoints[-1].size if self.checkpoints else 0
        if signed < self.tree.size:
            sentence = _("%(n)d daun terakhir tidak dicakup titik periksa mana pun.")
            self.report.add("unsigned_leaves", f"daun {signed}", sentence % {"n": self.tree.size - signed})


def _content(payload: bytes) -> dict[str, Any]:
    """Return what an entry says; nothing when it cannot be read."""
    try:
        content = json.loads(payload)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _differing(row: Row, content: Mapping[str, Any]) -> list[str]:
    """Return the columns of an entry that say something else than its payload."""
    try:
        actor, aggregate = content["actor"], content["aggregate"]
        pairs = (
            ("act", row.act, content["act"]),
            ("aggregate_type", row.aggregate_type, aggregate["type"]),
            ("aggregate_id", row.aggregate_id, aggregate["id"]),
            ("event_no", row.event_no, content["event"]),
            ("deed", row.deed, content["deed"]),
            ("at", row.at, datetime.fromisoformat(content["at"])),
            ("actor_role", row.actor_role, actor["role"]),
            ("user", row.user_id, actor["user"]),
            ("organisation", row.organisation_id, actor["organisation"]),
            ("appointment", row.appointment_id, actor["appointment"]),
            ("region", row.region_id, content["region"]),
        )
    except (ValueError, KeyError, TypeError):
        return ["payload"]
    return [name for name, column, recorded in pairs if column != recorded]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _stream(sql: str) -> Iterator[Row]:
    # A cursor on the server keeps memory flat; binary transfer spares writing every byte as two letters.
    with connection.connection.cursor(name=f"audit_{abs(hash(sql))}", binary=True) as cursor:
        cursor.itersize = CHUNK
        cursor.execute(sql)
        yield from map(Row._make, cursor)


def _stored_level_zero() -> Iterator[tuple[int, int, bytes]]:
    rows = Tile.objects.filter(level=0).order_by("index").values_list("index", "width", "data")
    for index, width, data in rows.iterator(chunk_size=256):
        yield index, width, bytes(data)
