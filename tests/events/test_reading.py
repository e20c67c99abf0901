"""Readers follow the log without a gap, each entry's effect exactly as often as its transaction commits: once."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry, Leaf
from marketplace.core.transitions import Refused
from marketplace.events import actions, reading
from marketplace.events.models import Job, ParkedEntry, ReaderCursor
from marketplace.events.queries import parked_entries
from marketplace.workflow.door import doing
from tests.tampering import guards_asleep

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(user_id=None, name="Operator", role=Role.OPERATOR)


def test_a_reader_sees_every_entry_once_in_the_order_of_the_log(only_reader, happen):
    seen: list[object] = []
    reader = only_reader(lambda entry: seen.append(entry.facts["what"]), "test.")
    happen("a", "b", "c")
    assert reading.read_all() == 3
    happen("d")
    assert reading.read_all() == 1
    assert reading.read_all() == 0
    assert seen == ["a", "b", "c", "d"]
    assert ReaderCursor.objects.get(name=reader.name).next_leaf == 4


def test_batches_are_bounded(only_reader, happen):
    seen: list[object] = []
    reader = only_reader(lambda entry: seen.append(entry.facts["what"]))
    happen("a", "b", "c", "d", "e")
    assert [reading.read_batch(reader, size=2) for _ in range(4)] == [2, 2, 1, 0]
    assert seen == ["a", "b", "c", "d", "e"]


def test_a_reader_is_called_for_its_acts_only(only_reader, happen):
    seen: list[object] = []
    only_reader(seen.append, "purchase.", "payment.")
    happen("a")
    assert reading.read_all() == 1
    assert seen == []


def test_a_poisoned_entry_is_parked_and_the_cursor_goes_on(only_reader, happen, handled):
    handled("test.effect")
    mended = False

    def handler(entry):
        actions.enqueue("test.effect", {}, key=entry.facts["what"])
        if entry.facts["what"] == "b" and not mended:
            raise KeyError("Budi, NIK 3171")

    only_reader(handler)
    happen("a", "b", "c")
    assert reading.read_all() == 3
    assert sorted(Job.objects.values_list("key", flat=True)) == ["a", "c"], "its half-done effect is undone"
    parked = parked_entries().get()
    assert (parked.leaf_index, parked.entry.facts["what"]) == (1, "b")
    assert "KeyError" in parked.last_error
    assert "Budi" not in parked.last_error

    with pytest.raises(Refused, match="gagal lagi"):
        actions.retry_entry(actor=OPERATOR, parked_id=parked.pk)
    assert parked_entries().exists()
    assert not Entry.objects.filter(act="reader.retry").exists()

    mended = True
    actions.retry_entry(actor=OPERATOR, parked_id=parked.pk)
    assert not parked_entries().exists()
    assert Job.objects.filter(key="b").exists()
    assert Entry.objects.get(act="reader.retry").facts == {"reader": "test", "leaf_index": 1}


def test_a_reader_of_batches_sees_them_whole_and_its_acts_only(only_reader, happen):
    seen: list[list[object]] = []

    def together(entries):
        seen.append([entry.facts["what"] for entry in entries])

    reader = only_reader(lambda entry: together([entry]), "test.", batch=together)
    happen("a", "b", "c")
    with doing(actor=OPERATOR) as deed:
        deed.record("reader.retry", ("parked_entry", "1"), {"reader": "x", "leaf_index": 0})
    happen("d")
    assert [reading.read_batch(reader, size=4) for _ in range(3)] == [4, 1, 0]
    assert seen == [["a", "b", "c"], ["d"]]


def test_one_bad_entry_of_a_batch_is_parked_alone_and_leaves_nothing_twice(only_reader, happen, handled):
    handled("test.effect")

    def together(entries):
        for entry in entries:
            actions.enqueue("test.effect", {}, key=entry.facts["what"])
            if entry.facts["what"] == "b":
                raise KeyError("Budi")

    only_reader(lambda entry: together([entry]), batch=together)
    happen("a", "b", "c")
    assert reading.read_all() == 3
    assert sorted(Job.objects.values_list("key", flat=True)) == ["a", "c"]
    assert [each.entry.facts["what"] for each in parked_entries()] == ["b"]


def test_a_database_that_fails_in_a_batch_parks_nothing(only_reader, happen):
    def together(entries):
        raise OperationalError("server closed the connection")

    reader = only_reader(lambda entry: together([entry]), batch=together)
    happen("a", "b")
    with pytest.raises(OperationalError):
        reading.read_all()
    assert ReaderCursor.objects.get(name=reader.name).next_leaf == 0
    assert not ParkedEntry.objects.exists()


def test_when_the_database_fails_the_whole_batch_is_tried_again(only_reader, happen, handled):
    handled("test.effect")
    away = True

    def handler(entry):
        actions.enqueue("test.effect", {}, key=entry.facts["what"])
        if entry.facts["what"] == "b" and away:
            raise OperationalError("server closed the connection")

    reader = only_reader(handler)
    happen("a", "b")
    with pytest.raises(OperationalError):
        reading.read_all()
    assert not Job.objects.exists(), "effects and cursor stand or fall together"
    assert ReaderCursor.objects.get(name=reader.name).next_leaf == 0
    assert not ParkedEntry.objects.exists()
    away = False
    assert reading.read_all() == 2
    assert Job.objects.count() == 2


def test_a_gap_in_the_log_stops_the_reader(only_reader, happen, caplog):
    seen: list[object] = []
    only_reader(lambda entry: seen.append(entry.facts["what"]))
    happen("a", "b", "c")
    with guards_asleep("audit_leaf"):
        Leaf.objects.filter(leaf_index=1)._raw_delete("default")
    assert reading.read_all() == 1
    assert seen == ["a"]
    assert "gap_in_log" in caplog.text


@pytest.mark.race
def test_two_runners_never_handle_an_entry_at_once(only_reader, happen):
    seen: list[object] = []
    reader = only_reader(lambda entry: seen.append(entry.facts["what"]))
    names = [f"n{number:03}" for number in range(60)]
    happen(*names)
    barrier = threading.Barrier(4)

    def read() -> None:
        try:
            barrier.wait()
            while ReaderCursor.objects.filter(name=reader.name, next_leaf=60).first() is None:
                reading.read_batch(reader, size=3)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == names
