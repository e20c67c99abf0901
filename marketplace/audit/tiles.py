"""Tiles: the published form of the tree (C2SP tlog-tiles). Pure Python.

A tile holds up to 256 consecutive hashes of every eighth level of the tree; a bundle holds the entries below
one tile of level 0. A tile never changes once full; until then it only grows to the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from marketplace.audit.merkle import HASH_BYTES, ProofError, perfect_root

HEIGHT: Final = 8
FULL: Final = 256
MAX_LEVEL: Final = 7
"""A tree of 2**63 leaves ends at tile level 7; the format allows more, nobody can fill them."""
MAX_ENTRY_BYTES: Final = 65_535

_PATH = re.compile(
    r"tile/(entries|0|[1-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class TileError(ValueError):
    """A tile, bundle or path is malformed."""


@dataclass(frozen=True, slots=True)
class TileId:
    """A tile or, when `level` is None, an entry bundle; `width` hashes or entries wide."""

    level: int | None
    index: int
    width: int = FULL

    def path(self) -> str:
        """Return the path below the log's prefix.

        >>> TileId(0, 1234067).path()
        'tile/0/x001/x234/067'
        """
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{level}/{encode_index(self.index)}{partial}"

    @classmethod
    def parse(cls, path: str) -> TileId:
        """Read a path. Raises `TileError` for anything that `path` would not have written."""
        match = _PATH.fullmatch(path)
        if not match:
            raise TileError(f"{path!r} is not the path of a tile")
        level, number, width = match.groups()
        index = int(number.replace("x", "").replace("/", ""))
        tile = cls(None if level == "entries" else int(level), index, int(width) if width else FULL)
        if tile.path() != path or index >= 2**63 or (width and int(width) >= FULL):
            raise TileError(f"{path!r} is not the path of a tile")
        return tile


def encode_index(index: int) -> str:
    """Return a tile number in groups of three digits, all but the last led by `x`."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def width_at(level: int, index: int, size: int) -> int:
    """Return how many hashes tile (level, index) has in a tree of `size` leaves: 0 to 256."""
    return max(0, min(FULL, (size >> (HEIGHT * level)) - index * FULL))


def tiles_of(size: int, level: int | None = 0) -> Iterator[TileId]:
    """Yield the tiles of one level (with None, the bundles) of a tree of `size` leaves, left to right."""
    count = size >> (HEIGHT * (level or 0))
    for index in range((count + FULL - 1) // FULL):
        yield TileId(level, index, min(FULL, count - index * FULL))


def all_tiles_of(size: int) -> Iterator[TileId]:
    """Yield every hash tile of a tree of `size` leaves, level by level."""
    for level in range(MAX_LEVEL + 1):
        yield from tiles_of(size, level)


def split_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile. Raises `TileError`."""
    if not data or len(data) % HASH_BYTES or len(data) > FULL * HASH_BYTES:
        raise TileError(f"{len(data)} bytes are not a tile")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries with their lengths, as 16-bit big-endian numbers, before them. Raises `TileError`."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise TileError(f"an entry of {len(entry)} bytes is too long for a bundle")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def read_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle. Raises `TileError` when it ends in the middle of one."""
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        start, at = at + 2, at + 2 + length
        if at > len(data):
            raise TileError("the bundle ends in the middle of an entry")
        entries.append(data[start:at])
    return entries


@dataclass(slots=True)
class Nodes:
    """Finds the nodes of a tree of `size` leaves in its tiles: give it to `merkle` as a `NodeFinder`.

    `fetch` returns the data of a tile; each tile is asked for once. Raises `ProofError` for nodes outside the
    tree.
    """

    size: int
    fetch: Callable[[TileId], bytes]
    _tiles: dict[tuple[int, int], list[bytes]]

    def __init__(self, size: int, fetch: Callable[[TileId], bytes]) -> None:
        self.size = size
        self.fetch = fetch
        self._tiles = {}

    def __call__(self, level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise ProofError(f"a tree of {self.size} leaves has no node {level}/{index}")
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        hashes = self._hashes(tile_level, first // FULL)
        offset = first % FULL
        return perfect_root(hashes[offset : offset + (1 << height)])

    def _hashes(self, level: int, index: int) -> list[bytes]:
        known = self._tiles.get((level, index))
        if known is None:
            tile = TileId(level, index, width_at(level, index, self.size))
            known = split_hashes(self.fetch(tile))[: tile.width]
            if len(known) != tile.width:
                raise TileError(f"{tile.path()} has {len(known)} hashes")
            self._tiles[level, index] = known
        return known


def grow(
    size: int, edge: Mapping[int, bytes], leaf_hashes: Sequence[bytes]
) -> Iterator[tuple[TileId, bytes]]:
    """Yield every tile that changes when a tree of `size` leaves gets these leaves, with its new data.

    `edge` holds the partial tiles of the present tree by level. Raises `TileError` when it does not fit the
    size.
    """
    level, fresh = 0, list(leaf_hashes)
    while fresh:
        first, filled = divmod(size >> (HEIGHT * level), FULL)
        row = split_hashes(edge[level]) if filled else []
        if len(row) != filled:
            raise TileError(f"the right edge at level {level} has {len(row)} hashes instead of {filled}")
        row += fresh
        fresh = []
        for start in range(0, len(row), FULL):
            part = row[start : start + FULL]
            yield TileId(level, first + start // FULL, len(part)), b"".join(part)
            if len(part) == FULL:
                fresh.append(perfect_root(part))
        level += 1


def edge_of(size: int) -> list[TileId]:
    """Return the partial tiles of a tree of `size` leaves: its right edge."""
    edge = []
    for level in range(MAX_LEVEL + 1):
        index, width = divmod(size >> (HEIGHT * level), FULL)
        if width:
            edge.append(TileId(level, index, width))
    return edge
