"""The feed-loss detector: writers in processes of their own, a sequencer, and a reader that follows the leaves.

Every transaction changes one thing and says in its entry what it had seen of another, committed one before. Whoever
reads the feed must get every committed entry once, and never an effect before its cause.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection, connections, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import acts, entries, sequencer
from marketplace.audit.acts import Act
from marketplace.core import clock

Told = tuple[int, dict[str, Any]]
"""A leaf as the reader got it: its number and the facts of its entry."""
THINGS = 20
BATCH = 500
ACTOR = Actor.system("feed")
acts.register(Act("feed.step", "{thing}: {n}", ("thing", "n", "seen", "seen_n")))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the reader got, held against what the writers committed."""

    committed: int
    read: int
    lost: int
    doubled: int
    out_of_order: int
    violations: int
    seconds: float

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order or self.violations)


def child(work: Callable[[], None]) -> int:
    """Run work in a process of its own; returns its number. It ends without a trace, and at a SIGTERM at once."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            own_connections()
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return pid


_INHERITED: list[object] = []
"""Kept so that nothing closes them: their sockets are the parent's."""


def own_connections() -> None:
    """Give a forked process connections of its own, whatever was open when it was made."""
    for alias in connections:
        _INHERITED.append(connections[alias])
        connections[alias] = connections[alias].copy()


@contextmanager
def things() -> Iterator[None]:
    """A table of counters for as long as the detector runs."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS feed_thing (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)")
        cursor.execute("INSERT INTO feed_thing (id) SELECT generate_series(1, %s)", [THINGS])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE feed_thing")


def write(number: int, transactions: int, folder: Path) -> None:
    """Commit so many transactions, a few of them late, and abandon some more."""
    dice = random.Random(number)
    with (folder / f"{number}.committed").open("w") as told:
        for _ in range(transactions):
            thing, seen = dice.sample(range(1, THINGS + 1), 2)
            abandon = dice.random() < 0.03
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT n FROM feed_thing WHERE id = %s", [seen])
                seen_n = cursor.fetchone()[0]
                cursor.execute("UPDATE feed_thing SET n = n + 1 WHERE id = %s RETURNING n", [thing])
                n = cursor.fetchone()[0]
                entries.record(
                    actor=ACTOR,
                    act="feed.step",
                    aggregate=("feed", str(thing)),
                    facts={"thing": thing, "n": n, "seen": seen, "seen_n": seen_n},
                    deed=uuid4(),
                    at=clock.now(),
                )
                if dice.random() < 0.01:
                    time.sleep(dice.random() * 0.05)
                transaction.set_rollback(abandon)
            if not abandon:
                told.write(f"{thing}.{n}\n")


def follow(folder: Path) -> None:
    """Read the leaves in bounded batches from a cursor on, as every reader of the log does."""
    last = -1
    with (folder / "read").open("w", buffering=1) as told, connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT l.leaf_index, e.payload FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id "
                "WHERE l.leaf_index > %s AND e.act = 'feed.step' ORDER BY l.leaf_index LIMIT %s",
                [last, BATCH],
            )
            rows = cursor.fetchall()
            for last, payload in rows:
                told.write(json.dumps([last, json.loads(bytes(payload))["facts"]]) + "\n")
            if len(rows) < BATCH:
                if (folder / "stop").exists() and not rows:
                    return
                time.sleep(0.01)


def detect(transactions: int, folder: Path, *, writers: int = 8) -> Outcome:
    """Run writers, sequencer and reader side by side and judge what the reader got."""
    started = time.monotonic()
    sequencer.integrate()  # the signing key is there before anybody forks
    with things():
        each = transactions // writers
        at_work = [child(partial(write, number, each, folder)) for number in range(writers)]
        sequencing = child(lambda: sequencer.run_forever(threading.Event()))
        reading = child(partial(follow, folder))
        ended = [os.waitpid(pid, 0)[1] for pid in at_work]
        os.kill(sequencing, signal.SIGTERM)
        os.waitpid(sequencing, 0)
        sequencer.integrate()
        (folder / "stop").touch()
        ended.append(os.waitpid(reading, 0)[1])
    if any(ended):
        raise RuntimeError(f"a process ended badly: {ended}")
    committed = [line for number in range(writers) for line in _lines(folder / f"{number}.committed")]
    return _judged(committed, [_told(line) for line in _lines(folder / "read")], time.monotonic() - started)


def _told(line: str) -> Told:
    leaf, facts = json.loads(line)
    return leaf, facts


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def _judged(committed: list[str], feed: list[Told], seconds: float) -> Outcome:
    told = Counter(f"{facts['thing']}.{facts['n']}" for _leaf, facts in feed)
    wanted = Counter(committed)
    counters: Counter[int] = Counter()
    violations = 0
    for _leaf, facts in feed:
        violations += facts["n"] != counters[facts["thing"]] + 1 or counters[facts["seen"]] < facts["seen_n"]
        counters[facts["thing"]] = facts["n"]
    leaves = [leaf for leaf, _facts in feed]
    return Outcome(
        committed=len(committed),
        read=len(feed),
        lost=(wanted - told).total(),
        doubled=(told - wanted).total(),
        out_of_order=sum(after <= before for before, after in pairwise(leaves)),
        violations=violations,
        seconds=seconds,
    )
