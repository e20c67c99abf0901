"""The sequencer: order, completeness, restart, restore, refusal, and what it signs."""

from __future__ import annotations

import logging
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.audit import merkle, sequencer, signing
from marketplace.audit.checkpoints import open_checkpoint
from marketplace.audit.models import Checkpoint, Entry, Leaf, Tile
from marketplace.audit.sequencer import TreeDamaged, integrate, overdue
from tests.audit.conftest import Writer, tampering

pytestmark = pytest.mark.django_db


def leaf_hashes() -> list[bytes]:
    return [bytes(each) for each in Leaf.objects.order_by("leaf_index").values_list("leaf_hash", flat=True)]


def test_nothing_to_do_makes_no_checkpoint() -> None:
    assert integrate() is None
    assert not Checkpoint.objects.exists()


def test_a_pass_takes_what_waits_in_order_and_signs_the_tree(write: Writer) -> None:
    written = [write(str(number % 3)) for number in range(7)]
    checkpoint = integrate()
    assert checkpoint is not None
    leaves = list(Leaf.objects.order_by("leaf_index"))
    assert [leaf.leaf_index for leaf in leaves] == list(range(7))
    assert [leaf.entry_id for leaf in leaves] == [entry.pk for entry in written]
    head = open_checkpoint(checkpoint.note, signing.verifier_keys())
    assert (head.origin, head.size) == ("e-order.example/log", 7)
    assert head.root == merkle.tree_root(leaf_hashes()) == bytes(checkpoint.root)
    assert integrate() is None


def test_passes_continue_the_tree_across_tile_boundaries(write: Writer) -> None:
    for step in (1, 254, 1, 1, 300):
        for _ in range(step):
            write()
        checkpoint = integrate()
        assert checkpoint is not None
        assert bytes(checkpoint.root) == merkle.tree_root(leaf_hashes())
    assert list(Tile.objects.order_by("level", "index").values_list("level", "index", "width")) == [
        (0, 0, 256),
        (0, 1, 256),
        (0, 2, 45),
        (1, 0, 2),
    ]
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [1, 255, 256, 257, 557]


def test_a_pass_in_chunks_makes_the_same_tree_and_one_checkpoint(write: Writer, monkeypatch: Any) -> None:
    monkeypatch.setattr(sequencer, "CHUNK", 4)
    for step in (10, 8):
        for _ in range(step):
            write()
        checkpoint = integrate()
        assert checkpoint is not None
        assert merkle.tree_root(leaf_hashes()) == bytes(checkpoint.root)
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [10, 18]


def test_in_another_cluster_the_whole_log_is_compared_again(write: Writer, monkeypatch: Any) -> None:
    first = write()
    integrate()
    last = Checkpoint.objects.latest()
    write()
    # As after a restore elsewhere: transaction numbers begin low again, the old ones lie in the future.
    monkeypatch.setattr(sequencer, "_WHERE_WE_ARE", "SELECT 'another cluster', 1")
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET xid = '9000000000000' WHERE id = %s", [first.pk])
    checkpoint = integrate()
    assert checkpoint is not None
    assert checkpoint.size == last.size + 1
    assert (checkpoint.system_identifier, checkpoint.scan_after_id) == ("another cluster", first.pk)
    assert checkpoint.scan_from_xid < 9_000_000_000_000
    write()
    after = integrate()
    assert after is not None
    assert after.size == 3


def test_an_entry_with_a_false_seal_stays_out_and_is_reported(write: Writer, caplog: Any) -> None:
    good, forged = write("1"), write("2")
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET mac = sha256('') WHERE id = %s", [forged.pk])
    with caplog.at_level(logging.ERROR):
        checkpoint = integrate()
    assert checkpoint is not None
    assert list(Leaf.objects.values_list("entry_id", flat=True)) == [good.pk]
    assert f"entry {forged.pk}" in caplog.text
    assert integrate() is None
    assert overdue(seconds=-1) == [forged.pk]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_tile SET data = sha256('x') || sha256('y')",
        "DELETE FROM audit_tile",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET root = sha256('')",
        "UPDATE audit_checkpoint SET compact_range = sha256('')",
    ],
)
def test_a_damaged_tree_is_not_signed(write: Writer, damage: str) -> None:
    write()
    write()
    integrate()
    with tampering() as cursor:
        cursor.execute(damage)
    write()
    checkpoints, leaves = Checkpoint.objects.count(), Leaf.objects.count()
    with pytest.raises((TreeDamaged, Tile.DoesNotExist)):
        integrate()
    assert (Checkpoint.objects.count(), Leaf.objects.count()) == (checkpoints, leaves)


def test_overdue_entries_are_found(write: Writer) -> None:
    entry = write()
    assert overdue() == []
    assert overdue(seconds=-1) == overdue(seconds=-1, everything=False) == [entry.pk]
    integrate()
    assert overdue(seconds=-1) == []


def test_the_key_is_made_once_and_only_its_owner_reads_it(settings: Any) -> None:
    key = signing.signer().verifier
    path = Path(settings.STATE_DIR) / "keys" / signing.KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing.signer().verifier == key


def test_a_lost_key_is_not_replaced_in_silence(write: Writer, settings: Any, tmp_path: Path) -> None:
    write()
    integrate()
    settings.STATE_DIR = tmp_path / "elsewhere"
    with pytest.raises(ImproperlyConfigured, match="hilang"):
        signing.signer()
    settings.AUDIT_SIGNING_KEY = "c2hvcnQ="
    with pytest.raises(ImproperlyConfigured, match="32 byte"):
        signing.signer()
    settings.AUDIT_SIGNING_KEY = "A" * 43 + "="
    assert signing.signer().verifier.name == "e-order.example/log"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_commit_to_checkpoint_takes_a_fraction_of_a_second(write: Writer) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run_forever, args=[stop])
    thread.start()
    try:
        waits = []
        for _ in range(10):
            entry = write()
            started = time.monotonic()
            while not Leaf.objects.filter(entry=entry).exists():
                assert time.monotonic() - started < 5
                time.sleep(0.01)
            waits.append(time.monotonic() - started)
    finally:
        stop.set()
        sequencer.wake()
        thread.join()
    assert sorted(waits)[len(waits) // 2] <= 0.3
    assert Checkpoint.objects.latest().size == Entry.objects.count() == 10
