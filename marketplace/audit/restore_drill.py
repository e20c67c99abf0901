"""The restore drill: a backup is worth what was restored from it and proven to be the same log.

Takes a backup (or makes one), restores it into a second database of the same server, has the full audit look at that
in a process of its own, and compares with the newest checkpoint that the witnesses hold. The second database is
thrown away again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from marketplace.audit import cosigning
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.notes import Note
from marketplace.database import binaries

SUFFIX: Final = "_drill"


class DrillFailed(RuntimeError):
    """The drill could not be carried out; the message says at which step and why."""


@dataclass(slots=True)
class Drill:
    """What a drill has found. `intact` is the full audit's word on the restored log."""

    size: int = 0
    root: str = ""
    intact: bool = False
    findings: list[dict[str, str]] = field(default_factory=list)
    witnessed: int | None = None
    """Leaves of the newest checkpoint the witnesses hold; None without a witness that answers."""
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: int = 0

    @property
    def lost(self) -> int:
        """Entries that the witnesses have seen and the backup does not hold yet."""
        return max(0, (self.witnessed or 0) - self.size)

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {**asdict(self), "lost": self.lost}


def drill(dump: Path | None = None) -> Drill:
    """Carry out the drill with a backup made by `pg_dump -Fc`, by default one of this moment.

    Needs the right to create a database. Raises `DrillFailed`.
    """
    report = Drill()
    notes = cosigning.notes_seen()
    heads = [TreeHead.parse(Note.parse(note).text) for note in notes]
    report.witnessed = max((head.size for head in heads), default=None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if dump is None:
            dump = folder / "backup"
            with _timed(report, "dump"):
                _run("pg_dump", "--format=custom", f"--file={dump}", _name())
        report.bytes = dump.stat().st_size
        with _scratch_database() as database:
            with _timed(report, "restore"):
                _run("pg_restore", "--exit-on-error", f"--dbname={database}", str(dump))
            with _timed(report, "verify"):
                told = _verified(database, folder, notes)
    report.size, report.root, report.intact = told["size"], told["root"], told["intact"]
    report.findings = told["findings"]
    _set_aside_what_came_later(report, heads)
    return report


def _set_aside_what_came_later(report: Drill, witnessed: Sequence[TreeHead]) -> None:
    """That a backup ends before a witnessed checkpoint is no damage: it is told as entries lost."""
    later = {f"titik periksa {head.size}" for head in witnessed if head.size > report.size}
    if not later:
        return
    damage = [each for each in report.findings if each["code"] != "leaves_lost" or each["place"] not in later]
    report.intact = not damage
    report.findings = damage


@contextmanager
def _timed(report: Drill, step: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    report.seconds[step] = round(time.monotonic() - started, 2)


@contextmanager
def _scratch_database() -> Iterator[str]:
    """An empty database beside ours, dropped at the end. An earlier drill's that was interrupted gives way."""
    name = f"{_name()}{SUFFIX}"
    quoted = connection.ops.quote_name(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def _verified(database: str, folder: Path, notes: Sequence[str]) -> dict[str, Any]:
    """Return the report of the full audit of another database."""
    command = [sys.executable, "manage.py", "audit", "verify", "--json", "--offline"]
    for number, note in enumerate(notes):
        path = folder / f"witnessed-{number}"
        path.write_text(note, encoding="utf-8")
        command += ["--checkpoint", str(path)]
    ran = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": _url(database),
            "EORDER_STATE_DIR": str(settings.STATE_DIR),
            "AUDIT_ORIGIN": settings.AUDIT_ORIGIN,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        raise DrillFailed(f"audit verify: {_last_line(ran.stderr)}") from None
    return told


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against our server; the password stays out of the command line."""
    server = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(server["HOST"]),
        "PGPORT": str(server["PORT"]),
        "PGUSER": str(server["USER"]),
        "PGPASSWORD": str(server["PASSWORD"]),
    }
    try:
        found = _found(program)
        ran = subprocess.run(
            [found, *arguments],
            env={name: value for name, value in environment.items() if value},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise DrillFailed(f"{program}: {error}") from None
    if ran.returncode:
        raise DrillFailed(f"{program}: {_last_line(ran.stderr)}")


def _found(program: str) -> str:
    """Return the path of a program of the server's own version; where only clients are installed, what is there."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    try:
        return binaries.find(major).program(program)
    except binaries.ClusterError:
        return shutil.which(program) or program


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _url(database: str) -> str:
    server = connection.settings_dict
    parts = {name: quote(str(server[name]), safe="") for name in ("USER", "PASSWORD", "HOST")}
    return (
        f"postgresql://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{server['PORT']}/{quote(database)}"
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
