"""Whoever started the site and is asked to end, or is killed, leaves no program behind and no port taken."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 30
"""A busy machine ends slowly; what it must not do is go on."""
STARTER = """
import time
import django
django.setup()
from procurement.practice.site import free_port, running_site
port = free_port()
with running_site(port):
    print(f"PORT {port}", flush=True)
    time.sleep(3600)
"""


def until(holds: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.1)
    return held


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def environment(database: str, **more: str) -> dict[str, str]:
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    return {**os.environ, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1", **more}


class Started:
    """A program with everything it started, told by its output on which port it serves."""

    def __init__(self, arguments: list[str], env: dict[str, str], told: str, log: Path, seconds: int) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                arguments,
                cwd=settings.BASE_DIR,
                env=env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        found: list[re.Match[str]] = []

        def serves() -> bool:
            found[:] = list(re.finditer(told, log.read_text(errors="replace")))
            return bool(found) or self.process.poll() is not None

        until(serves, seconds)
        assert found, log.read_text(errors="replace")[-3000:]
        self.port = int(found[0][1])
        self.family = [
            self.process.pid,
            *(each.pid for each in psutil.Process(self.process.pid).children(True)),
        ]
        assert not is_free(self.port)

    def ends(self) -> None:
        """Everything is gone within seconds, and the port can be taken."""
        assert until(lambda: is_free(self.port), SECONDS), self.log.read_text(errors="replace")[-3000:]
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(SECONDS)
        left = lambda: [pid for pid in self.family if _lives(pid)]  # noqa: E731
        assert until(lambda: not left(), SECONDS), [psutil.Process(pid).cmdline() for pid in left()]

    def put_away(self) -> None:
        """Nothing of it outlives its test."""
        for pid in self.family:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        self.process.wait(SECONDS)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    running: list[Started] = []

    def start(arguments: list[str], env: dict[str, str], told: str, seconds: int = 120) -> Started:
        running.append(Started(arguments, env, told, tmp_path / "output.log", seconds))
        return running[-1]

    yield start
    for each in running:
        each.put_away()


@pytest.mark.long
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGKILL])
def test_the_site_and_its_provider_end_with_the_program_that_started_them(started, asked) -> None:
    env = environment(connection.settings_dict["NAME"], DJANGO_SETTINGS_MODULE="tests.settings")
    demonstration = started([sys.executable, "-c", STARTER], env, r"PORT (\d+)")
    assert len(demonstration.family) >= 4, "the starter, the provider, the site and its worker"
    demonstration.process.send_signal(asked)
    demonstration.ends()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_that_is_asked_to_end_ends_the_site(started) -> None:
    env = environment(connection.settings_dict["NAME"], DJANGO_SETTINGS_MODULE="tests.settings")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    make = ["make", "--old-file=runtime", "serve", f"RUN={sys.executable}", f"PORT={port}", "PYTHON=true"]
    site = started(make, env, r"melayani di http://127\.0\.0\.1:(\d+)/")
    site.process.terminate()
    site.ends()


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_demonstration_ends_however_it_is_asked(started) -> None:
    """SIGTERM to make; Ctrl+C in a terminal, which all its programs hear; SIGINT to the program alone.

    The first one builds its world, the others go on with what is there.
    """
    name = f"demo_ends_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        for asked in (_make, _terminal, _program):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            make = [*("make", "--old-file=runtime", "demo"), f"RUN={sys.executable}", f"PORT={port}"]
            told = r"melayani di\s+http://127\.0\.0\.1:(\d+)/"
            demonstration = started([*make, "PYTHON=true"], environment(name), told, 1500)
            asked(demonstration)
            demonstration.ends()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _make(demonstration: Started) -> None:
    demonstration.process.terminate()


def _terminal(demonstration: Started) -> None:
    os.killpg(demonstration.process.pid, signal.SIGINT)


def _program(demonstration: Started) -> None:
    os.kill(demonstration.family[1], signal.SIGINT)
