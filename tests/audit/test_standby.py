"""Two sequencers, either of which may die at any moment: nothing is lost, doubled or put before its cause."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import entries, sequencer
from marketplace.audit.models import Checkpoint, Leaf
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.core import clock
from tests.audit.conftest import Writer
from tests.audit.feed_loss import child

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

WRITERS = 4


def write_until_told(number: int, folder: Path) -> None:
    """Commit one entry after another about one thing and keep a list of what was committed, each line durable."""
    told = (folder / f"{number}.committed").open("a", buffering=1)
    count = 0
    while not (folder / "stop").exists():
        count += 1
        with transaction.atomic():
            entries.record(
                actor=Actor.system("uji"),
                act="test.note",
                aggregate=("thing", str(number)),
                facts={"text": f"{number}.{count}"},
                deed=uuid4(),
                at=clock.now(),
            )
        told.write(f"{number}.{count}\n")
        time.sleep(0.002)


def sequence_for_ever() -> None:
    sequencer.POLL_SECONDS = 0.005  # type: ignore[misc]
    sequencer.run_forever(threading.Event())


def die(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def survives(kills: int, folder: Path) -> None:
    dice = random.Random(kills)
    writers = [child(partial(write_until_told, number, folder)) for number in range(WRITERS)]
    standing = [child(sequence_for_ever) for _ in range(2)]
    try:
        for _ in range(kills):
            time.sleep(dice.uniform(0.01, 0.08))
            die(standing.pop(dice.randrange(2)))
            standing.append(child(sequence_for_ever))
    finally:
        (folder / "stop").touch()
        ended = [os.waitpid(pid, 0)[1] for pid in writers]
        for pid in standing:
            die(pid)
    assert ended == [0] * WRITERS
    integrate()
    committed = [(folder / f"{number}.committed").read_text().split() for number in range(WRITERS)]
    told = [leaf.entry.facts["text"] for leaf in Leaf.objects.select_related("entry").order_by("leaf_index")]
    assert sorted(told) == sorted(text for texts in committed for text in texts)
    for texts in committed:
        mine = set(texts)
        assert [text for text in told if text in mine] == texts
    assert list(Leaf.objects.order_by("leaf_index").values_list("leaf_index", flat=True)) == list(
        range(len(told))
    )
    assert Checkpoint.objects.count() > kills / 10
    assert verify().findings == []


def test_a_few_kills(write: Writer, tmp_path: Path) -> None:
    integrate()  # the signing key is there before anybody forks
    survives(12, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_hundreds_of_kills(write: Writer, tmp_path: Path) -> None:
    survives(400, tmp_path)


@pytest.mark.long
def test_the_commands_own_process_is_replaced_by_its_standby(write: Writer, tmp_path: Path) -> None:
    parts = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "EORDER_STATE_DIR": str(tmp_path),
        "AUDIT_ORIGIN": "e-order.example/log",
    }
    command = [sys.executable, "manage.py", "audit", "sequence", "--forever"]
    running = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        for process in running:
            assert process.stdout
            assert "berjalan" in process.stdout.readline()
        for expected in (1, 2):
            entry = write()
            started = time.monotonic()
            while not Leaf.objects.filter(entry=entry).exists():
                assert time.monotonic() - started < 10
                time.sleep(0.01)
            assert Checkpoint.objects.latest().size == expected
            if expected == 1:
                running[0].kill()
                running[0].wait(10)
        running[1].terminate()
        assert running[1].wait(20) == 0
    finally:
        for process in running:
            process.kill()
            process.wait(10)
    assert verify().intact
