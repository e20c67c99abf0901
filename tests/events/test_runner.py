"""The in-process runner and the two commands that start it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

import marketplace.celery
from marketplace.events import actions, schedule
from marketplace.events.models import Job
from marketplace.events.runner import Runner, drain

pytestmark = pytest.mark.django_db(transaction=True)

MEMORY_LIMIT = 400 * 1024 * 1024


def until(holds: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_the_runner_works_and_stops_and_closes_its_connections(handled, only_reader, happen):
    read: list[str] = []
    only_reader(lambda entry: read.append(entry.facts["what"]))
    seen = handled("test.run")
    before = _others()  # a server of an earlier test may still hold one
    runner = Runner()
    runner.start()
    try:
        with pytest.raises(RuntimeError):
            runner.start()
        with transaction.atomic():
            actions.enqueue("test.run", {}, key="a")
        assert until(lambda: len(seen) == 1, 3), "a commit wakes the job threads"
        happen("a")
        assert until(lambda: read == ["a"], 5)
    finally:
        assert runner.stop()
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"jobs-1", "sequencer", "events.sweep"}
    assert until(lambda: _others() <= before, 5)


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def test_a_failing_clockwork_stops_neither_the_others_nor_the_runner(settings, caplog):
    CALLED.clear()
    settings.CLOCKWORK = ["tests.events.test_runner.broken", "tests.events.test_runner.sound"]
    schedule.clockwork()
    assert CALLED == ["broken", "sound"]
    assert "clockwork_failed" in caplog.text


CALLED: list[str] = []


def broken() -> None:
    CALLED.append("broken")
    raise ZeroDivisionError


def sound() -> None:
    CALLED.append("sound")


def test_draining_follows_jobs_into_entries_and_entries_into_jobs(handled, only_reader, happen):
    seen = handled("test.mail")
    only_reader(lambda entry: actions.enqueue("test.mail", {}, key=entry.facts["what"]))
    handled("test.render", lambda payload: happen("rendered"))
    actions.enqueue("test.render", {}, key="a")
    assert drain() == {"leaves": 1, "jobs": 2}
    assert len(seen) == 1
    assert drain() == {"leaves": 0, "jobs": 0}


def test_run_jobs_once_says_what_it_did(handled, capsys):
    handled("test.run")
    actions.enqueue("test.run", {}, key="a")
    call_command("run_jobs", "--once", "--json")
    assert json.loads(capsys.readouterr().out) == {"leaves": 0, "jobs": 1}


def test_the_beat_of_celery_is_the_same_schedule():
    beat = marketplace.celery.app.conf.beat_schedule
    assert {name: entry["schedule"] for name, entry in beat.items()} == {
        each.name: each.seconds for each in schedule.SCHEDULE
    }
    assert {each.name for each in schedule.SCHEDULE} <= set(marketplace.celery.app.tasks)
    assert set(beat) == {
        "events.run_due_jobs",
        "events.run_readers",
        "events.sequence",
        "events.cosign",
        "events.sweep",
        "events.clockwork",
        "events.followers",
    }


@pytest.fixture
def site() -> Iterator[tuple[subprocess.Popen[str], int]]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    port = re.search(r"127\.0\.0\.1:(\d+)/", first)
    assert port, first + process.stdout.read()
    yield process, int(port.group(1))
    if process.poll() is None:
        process.terminate()
        process.wait(15)


def test_serve_answers_runs_the_jobs_and_stays_small(site):
    process, port = site
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/komponen/", timeout=30) as answer:
        assert answer.status == 200
    # a job that the web process itself handles: no such paper, so it fails and says so
    with transaction.atomic():
        actions.enqueue("documents.render", {"paper": 0}, key="0")
    assert until(lambda: Job.objects.filter(attempts=1, locked_by="").exclude(last_error="").exists(), 10)

    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    assert sum(each.memory_full_info().pss for each in family) < MEMORY_LIMIT

    second = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.strip().count("\n") == 0
    assert f"Port {port} tidak dapat dipakai" in second.stderr

    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
