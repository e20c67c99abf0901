"""What a witness remembers, in one SQLite file: the last checkpoint of each log, and what it has refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SECONDS_TO_WAIT: Final = 10.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS refusal (
    id INTEGER PRIMARY KEY, origin TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER NOT NULL,
    reason TEXT NOT NULL, request TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS never_back BEFORE UPDATE ON log WHEN NEW.size < OLD.size OR
    (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER IF NOT EXISTS never_forgets BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint a witness has cosigned of a log; `note` holds the log's and its own signatures."""

    size: int
    root: bytes
    note: str
    at: int


class Turn:
    """The moment in which one request looks and writes, and no other does, in this process or another."""

    def __init__(self, connection: sqlite3.Connection, origin: str) -> None:
        self._connection = connection
        self._origin = origin

    def seen(self) -> Seen | None:
        """Return what was seen last of the log; None when it was never cosigned."""
        asked = "SELECT size, root, note, at FROM log WHERE origin = ?"
        row = self._connection.execute(asked, [self._origin]).fetchone()
        return Seen(*row) if row else None

    def remember(self, seen: Seen) -> None:
        """Put a newer checkpoint in the place of the last."""
        self._connection.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE "
            "SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at",
            [self._origin, seen.size, seen.root, seen.note, seen.at],
        )

    def keep_refused(self, at: int, status: int, reason: str, request: str) -> None:
        """Keep a request that the log has signed and that contradicts what was seen: proof of misbehaviour."""
        self._connection.execute(
            "INSERT INTO refusal (origin, at, status, reason, request) VALUES (?, ?, ?, ?, ?)",
            [self._origin, at, status, reason, request],
        )


@dataclass(frozen=True, slots=True)
class Store:
    """The file. Every use opens a connection of its own, so that threads and processes may share it."""

    path: Path

    def prepare(self) -> None:
        """Make the file and its tables where they are missing. Raises `OSError`, `sqlite3.Error`."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def turn(self, origin: str) -> Iterator[Turn]:
        """Look and write undisturbed; what was written is on the disk when the block has ended well."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Turn(connection, origin)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def seen(self, origin: str) -> Seen | None:
        """Return what was seen last of a log."""
        with closing(self._connect()) as connection:
            return Turn(connection, origin).seen()

    def is_empty(self) -> bool:
        """Whether nothing was ever cosigned."""
        with closing(self._connect()) as connection:
            return connection.execute("SELECT count(*) FROM log").fetchone()[0] == 0

    def origins(self) -> list[str]:
        """Return the logs of which something was cosigned or refused."""
        with closing(self._connect()) as connection:
            asked = "SELECT origin FROM log UNION SELECT origin FROM refusal ORDER BY origin"
            return [origin for (origin,) in connection.execute(asked)]

    def refusals(self, origin: str) -> list[tuple[int, int, str]]:
        """Return (time, status, reason) of what was kept as refused, oldest first."""
        with closing(self._connect()) as connection:
            asked = "SELECT at, status, reason FROM refusal WHERE origin = ? ORDER BY id"
            return connection.execute(asked, [origin]).fetchall()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        return connection
