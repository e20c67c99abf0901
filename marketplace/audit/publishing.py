"""The log as a folder of static files (C2SP tlog-tiles), for a web server, a mirror or an auditor's stick."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from marketplace.audit.models import Stamp
from marketplace.audit.queries import bundles, published_checkpoint, published_note, tile_data
from marketplace.audit.tiles import all_tiles_of, tiles_of
from marketplace.database.snapshots import one_snapshot


class NothingToPublish(LookupError):
    """The log has no checkpoint yet."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written."""

    size: int
    files: int


def export(folder: Path, *, progress: Callable[[int, int], None] | None = None) -> Published:
    """Write the published checkpoint with all its tiles and bundles below `folder`, the checkpoint last.

    May be repeated into the same folder: it then holds the newer tree. Raises `NothingToPublish`, `OSError`.
    """
    tell = progress or (lambda _done, _total: None)
    with one_snapshot():
        checkpoint = published_checkpoint()
        if checkpoint is None:
            raise NothingToPublish
        note = published_note(checkpoint)
        total = sum(1 for _tile in all_tiles_of(checkpoint.size)) + sum(1 for _ in tiles_of(checkpoint.size))
        done = 0
        for tile in all_tiles_of(checkpoint.size):
            _write(folder / tile.path(), tile_data(tile))
            done += 1
            tell(done, total)
        for tile, data in bundles(checkpoint.size):
            _write(folder / tile.path(), data)
            done += 1
            tell(done, total)
    for stamp in Stamp.objects.filter(checkpoint__size__lte=checkpoint.size).select_related("checkpoint"):
        _write(folder / f"stamp/{stamp.checkpoint.size}.tsr", bytes(stamp.response))
        _write(folder / f"stamp/{stamp.checkpoint.size}.checkpoint", stamp.checkpoint.note.encode())
        done += 2
    _write(folder / "checkpoint", note.encode())
    return Published(checkpoint.size, done + 1)


def _write(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    os.replace(fresh, path)
