"""Real parallel transactions: nothing is lost, doubled, or put before its cause."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.audit import entries, sequencer
from marketplace.audit.models import Checkpoint, Entry, Leaf
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.core import clock

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

WRITERS = 8
DEEDS = 40


class Abandoned(Exception):
    """Rolls a writer's transaction back."""


def deed(actor: Actor, thing: Organisation, text: str, *, pause: float = 0, abandon: bool = False) -> None:
    """Lock a thing, record an act about it, work a little, then commit or give up."""
    try:
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=thing.pk)
            entries.record(
                actor=actor,
                act="test.note",
                aggregate=("thing", str(thing.pk)),
                facts={"text": text},
                deed=uuid4(),
                at=clock.now(),
            )
            time.sleep(pause)
            if abandon:
                raise Abandoned
    except Abandoned:
        pass


def in_thread(work: Callable[[], Any]) -> Callable[[], Any]:
    """Close the thread's own connection after the work."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return run


@pytest.fixture
def things(appoint: Callable[..., Appointment]) -> list[Organisation]:
    return [appoint(Role.PPK).organisation for _ in range(5)]


def test_eight_writers_while_the_sequencer_runs(things: list[Organisation], ppk: Actor) -> None:
    committed: list[list[str]] = [[] for _ in range(WRITERS)]

    def writer(number: int) -> None:
        dice = random.Random(number)
        for step in range(DEEDS):
            abandon = dice.random() < 0.1
            text = f"{number}.{step}"
            deed(ppk, dice.choice(things), text, pause=dice.random() * 0.004, abandon=abandon)
            if not abandon:
                committed[number].append(text)

    stop = threading.Event()
    sequencers = [threading.Thread(target=sequencer.run_forever, args=[stop]) for _ in range(2)]
    for thread in sequencers:
        thread.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        for future in [pool.submit(in_thread(partial(writer, n))) for n in range(WRITERS)]:
            future.result()
    stop.set()
    for thread in sequencers:
        thread.join()
    integrate()

    leaves = list(Leaf.objects.select_related("entry").order_by("leaf_index"))
    assert [leaf.leaf_index for leaf in leaves] == list(range(len(leaves)))
    told = [leaf.entry.facts["text"] for leaf in leaves]
    assert sorted(told) == sorted(text for texts in committed for text in texts)
    place = {text: index for index, text in enumerate(told)}
    for texts in committed:  # what one writer did later stands later
        assert [place[text] for text in texts] == sorted(place[text] for text in texts)
    events: dict[str, list[int]] = defaultdict(list)
    for leaf in leaves:  # what happened to one thing stands in its order
        events[leaf.entry.aggregate_id].append(leaf.entry.event_no)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in events.values())
    assert Checkpoint.objects.count() > 1
    assert verify().findings == []


def test_a_late_commit_is_neither_lost_nor_waited_for(things: list[Organisation], ppk: Actor) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            deed_without_commit(ppk, things[0])
            written.set()
            assert may_commit.wait(10)

    thread = threading.Thread(target=in_thread(slow))
    thread.start()
    assert written.wait(10)
    deed(ppk, things[1], "early")
    checkpoint = integrate()
    assert checkpoint is not None
    assert checkpoint.size == 1
    for _ in range(3):
        deed(ppk, things[1], "more")
        integrate()
    may_commit.set()
    thread.join()
    after = integrate()
    assert after is not None
    assert after.size == 5
    last = Leaf.objects.select_related("entry").order_by("-leaf_index")[0].entry
    assert last.pk == Entry.objects.order_by("id")[0].pk, "the late entry has the lowest id and the last leaf"
    assert verify().intact


def deed_without_commit(actor: Actor, thing: Organisation) -> None:
    entries.record(
        actor=actor,
        act="test.note",
        aggregate=("thing", str(thing.pk)),
        facts={"text": "late"},
        deed=uuid4(),
        at=clock.now(),
    )


def test_two_sequencers_at_once_make_one_tree(things: list[Organisation], ppk: Actor) -> None:
    for number in range(60):
        deed(ppk, things[number % 5], str(number))
    barrier = threading.Barrier(4)

    def pass_() -> Checkpoint | None:
        barrier.wait()
        return integrate()

    with ThreadPoolExecutor(4) as pool:
        made = [future.result() for future in [pool.submit(in_thread(pass_)) for _ in range(4)]]
    assert sum(checkpoint is not None for checkpoint in made) == 1
    assert Leaf.objects.count() == 60
    assert verify().intact


def test_the_same_event_written_without_the_lock_is_refused_by_the_database(
    things: list[Organisation], ppk: Actor
) -> None:
    """Two writers that forgot to lock the thing: one of them fails, the log stays gap-free."""
    barrier = threading.Barrier(2)

    def careless() -> bool:
        barrier.wait()
        try:
            with transaction.atomic():
                deed_without_commit(ppk, things[0])
                time.sleep(0.05)
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [future.result() for future in [pool.submit(in_thread(careless)) for _ in range(2)]]
    assert sorted(done) == [False, True]
    assert list(Entry.objects.values_list("event_no", flat=True)) == [1]


def test_a_long_transaction_does_not_make_passes_longer(things: list[Organisation], ppk: Actor) -> None:
    """The bound of the next scan leaves out what was seen, though an older transaction is still open."""
    began, may_end = threading.Event(), threading.Event()

    def idle() -> None:
        with transaction.atomic():
            deed_without_commit(ppk, things[0])
            began.set()
            assert may_end.wait(10)

    thread = threading.Thread(target=in_thread(idle))
    thread.start()
    assert began.wait(10)
    for _ in range(20):
        deed(ppk, things[1], "seen")
    checkpoint = integrate()
    assert checkpoint is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE xid >= %s::xid8 OR xid = ANY(%s::text[]::xid8[])",
            [str(checkpoint.scan_from_xid), [str(each) for each in checkpoint.scan_running]],
        )
        again = cursor.fetchone()[0]
    may_end.set()
    thread.join()
    assert again == 0
    late = integrate()
    assert late is not None
    assert late.size == 21
