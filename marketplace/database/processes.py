"""Programs run as another account, and the look at processes that may be gone."""

from __future__ import annotations

import os
import pwd
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.database.binaries import ClusterError


@dataclass(frozen=True, slots=True)
class Account:
    """The account that the server runs under when the caller is root."""

    uid: int
    gid: int

    def process_options(self) -> dict[str, Any]:
        """Return the keyword arguments with which ``subprocess`` becomes this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(project: Path) -> Account | None:
    """Return the account to drop to, or None when the caller is not root."""
    if os.geteuid() != 0:
        return None
    owner = project.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(nobody.pw_uid, nobody.pw_gid)


def may_enter(folder: Path, account: Account) -> bool:
    """Ask the system itself, so that access lists and mount options count too."""
    command = ["/bin/sh", "-c", 'cd "$1" && ls . > /dev/null', "sh", str(folder)]
    return run(command, account, Path("/")).returncode == 0


def run(command: list[str], account: Account | None, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program as ``account``, without a terminal and with a neutral environment."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            **(account.process_options() if account else {}),
        )
    except OSError as error:
        raise ClusterError(f"The program {command[0]} cannot be run: {error.strerror}.") from error


def exists(pid: int) -> bool:
    """Tell whether any process has that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def alive(pid: int) -> bool:
    """Tell whether a process is a PostgreSQL server that runs; its number may belong to another one by now."""
    if not exists(pid):
        return False
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:  # no /proc (macOS), or gone in between
        asked = subprocess.run(
            ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        rest, _, name = asked.stdout.strip().partition(" ")
    return "postgres" in name and not rest.strip().startswith(("Z", "X"))


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until ``true()`` holds; False when it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
