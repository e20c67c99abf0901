"""The full audit: silent about honest logs, loud about every kind of tampering by a superuser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from marketplace.audit import signing
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.models import Checkpoint, Entry, Leaf
from marketplace.audit.notes import Note, Signer
from marketplace.audit.sequencer import integrate
from marketplace.audit.sql import GUARDS
from marketplace.audit.verify import verify
from tests.audit.conftest import Writer, tampering

pytestmark = pytest.mark.django_db


def codes(**given: Any) -> set[str]:
    return {finding.code for finding in verify(**given).findings}


def test_an_empty_log_is_intact() -> None:
    report = verify()
    assert report.intact
    assert (report.size, report.entries, report.exit_code) == (0, 0, 0)


def test_honest_histories_raise_no_alarm(write: Writer) -> None:
    for step in (1, 3, 251, 1, 1, 300):
        for number in range(step):
            write(str(number % 5))
        integrate()
        report = verify()
        assert report.intact, report.findings
    write()
    report = verify()
    assert report.intact
    assert (report.entries, report.waiting, report.size, report.checkpoints) == (558, 1, 557, 6)
    assert (report.tiles, report.origin) == (4, "e-order.example/log")
    assert report.root == bytes(Checkpoint.objects.latest().root)


def test_progress_ends_at_the_total(write: Writer) -> None:
    for _ in range(3):
        write()
    integrate()
    seen: list[tuple[int, int]] = []
    verify(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)


@pytest.fixture
def log(write: Writer) -> list[Entry]:
    """Twelve entries about three things in three checkpoints, and one that still waits."""
    written = []
    for _ in range(3):
        written += [write(str(number % 3 + 1)) for number in range(4)]
        integrate()
    return [*written, write("1")]


REHASH = "leaf_hash = sha256('\\x00'::bytea || {payload})"
CHANGED = "convert_to(replace(convert_from(payload, 'UTF8'), 'halo', 'hola'), 'UTF8')"
TAMPERINGS: dict[str, tuple[str, set[str]]] = {
    "payload and its hash": (
        f"UPDATE audit_entry SET payload = {CHANGED}, {REHASH.format(payload=CHANGED)} WHERE id = %(fifth)s",
        {"seal", "leaf_hash", "tile", "checkpoint_root", "checkpoint_range"},
    ),
    "payload of a waiting entry": (
        f"UPDATE audit_entry SET payload = {CHANGED}, {REHASH.format(payload=CHANGED)} WHERE id = %(waiting)s",
        {"seal"},
    ),
    "payload, hash and leaf": (
        f"UPDATE audit_entry SET payload = {CHANGED}, {REHASH.format(payload=CHANGED)} WHERE id = %(fifth)s; "
        "UPDATE audit_leaf SET leaf_hash = (SELECT leaf_hash FROM audit_entry WHERE id = %(fifth)s) "
        "WHERE entry_id = %(fifth)s",
        {"seal", "tile", "checkpoint_root", "checkpoint_range"},
    ),
    "seal": ("UPDATE audit_entry SET mac = sha256('x') WHERE id = %(fifth)s", {"seal"}),
    "key of the seal": ("UPDATE audit_entry SET key_id = 'mine' WHERE id = %(fifth)s", {"seal_key"}),
    "name of the actor": ("UPDATE audit_entry SET actor_name = 'X' WHERE id = %(fifth)s", {"seal"}),
    "name of the organisation": (
        "UPDATE audit_entry SET organisation_name = 'X' WHERE id = %(fifth)s",
        {"seal"},
    ),
    "act": ("UPDATE audit_entry SET act = 'test.approve' WHERE id = %(fifth)s", {"column"}),
    "time": ("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = %(fifth)s", {"column"}),
    "role": ("UPDATE audit_entry SET actor_role = 'PA' WHERE id = %(fifth)s", {"column"}),
    "person": ("UPDATE audit_entry SET user_id = NULL WHERE id = %(fifth)s", {"column"}),
    "organisation": ("UPDATE audit_entry SET organisation_id = NULL WHERE id = %(fifth)s", {"column"}),
    "appointment": ("UPDATE audit_entry SET appointment_id = NULL WHERE id = %(fifth)s", {"column"}),
    "region": ("UPDATE audit_entry SET region_id = NULL WHERE id = %(fifth)s", {"column"}),
    "deed": ("UPDATE audit_entry SET deed = gen_random_uuid() WHERE id = %(fifth)s", {"column"}),
    "thing": ("UPDATE audit_entry SET aggregate_id = '99' WHERE id = %(fifth)s", {"column", "event_order"}),
    "kind of thing": (
        "UPDATE audit_entry SET aggregate_type = 'basket' WHERE id = %(fifth)s",
        {"column", "event_order"},
    ),
    "event number": (
        "UPDATE audit_entry SET event_no = 99 WHERE id = %(fifth)s",
        {"column", "event_order"},
    ),
    "entry deleted": (
        "DELETE FROM audit_entry WHERE id = %(fifth)s",
        {"leaf_without_entry", "event_order"},
    ),
    "entry and leaf deleted": (
        "DELETE FROM audit_leaf WHERE entry_id = %(fifth)s; DELETE FROM audit_entry WHERE id = %(fifth)s",
        {"leaf_gap", "tile", "checkpoint_root", "checkpoint_range", "event_order", "leaves_lost"},
    ),
    "last entries and leaves deleted": (
        "DELETE FROM audit_leaf WHERE leaf_index > 9; DELETE FROM audit_entry WHERE id >= %(eleventh)s",
        {"tile", "leaves_lost"},
    ),
    "last entries, leaves and checkpoint deleted": (
        "DELETE FROM audit_leaf WHERE leaf_index > 7; DELETE FROM audit_checkpoint WHERE size > 8; "
        "DELETE FROM audit_entry WHERE id >= %(ninth)s",
        {"tile"},
    ),
    "waiting entry renumbered": (
        "UPDATE audit_entry SET event_no = 98 WHERE id = %(waiting)s",
        {"column", "event_order"},
    ),
    "leaves swapped": (
        "UPDATE audit_leaf SET leaf_index = -1 WHERE leaf_index = 4; "
        "UPDATE audit_leaf SET leaf_index = 4 WHERE leaf_index = 5; "
        "UPDATE audit_leaf SET leaf_index = 5 WHERE leaf_index = -1",
        {"tile", "checkpoint_root", "checkpoint_range"},
    ),
    "leaf deleted": (
        "DELETE FROM audit_leaf WHERE leaf_index = 4",
        {"leaf_gap", "tile", "checkpoint_root", "checkpoint_range", "event_order", "leaves_lost"},
    ),
    "last leaf deleted": ("DELETE FROM audit_leaf WHERE leaf_index = 11", {"tile", "leaves_lost"}),
    "leaf hash": ("UPDATE audit_leaf SET leaf_hash = sha256('x') WHERE leaf_index = 4", {"leaf_hash"}),
    "leaf points elsewhere": (
        "UPDATE audit_leaf SET entry_id = %(waiting)s WHERE leaf_index = 4",
        {"leaf_hash", "tile", "checkpoint_root", "checkpoint_range", "event_order"},
    ),
    "leaf invented": (
        "INSERT INTO audit_leaf SELECT 12, id, leaf_hash FROM audit_entry WHERE id = %(waiting)s",
        {"tile", "unsigned_leaves"},
    ),
    "tile changed": ("UPDATE audit_tile SET data = sha256('x') || substring(data FROM 33)", {"tile"}),
    "tile cut": ("UPDATE audit_tile SET width = 11, data = substring(data FROM 1 FOR 352)", {"tile"}),
    "tile deleted": ("DELETE FROM audit_tile", {"tile_missing"}),
    "tile invented": ("INSERT INTO audit_tile VALUES (1, 0, 1, sha256('x'))", {"tile_extra"}),
    "level 0 tile invented": ("INSERT INTO audit_tile VALUES (0, 1, 1, sha256('x'))", {"tile_extra"}),
    "root of a checkpoint": (
        "UPDATE audit_checkpoint SET root = sha256('x') WHERE size = 8",
        {"checkpoint_root", "checkpoint_note"},
    ),
    "range of a checkpoint": (
        "UPDATE audit_checkpoint SET compact_range = sha256('x') WHERE size = 8",
        {"checkpoint_range"},
    ),
    "note of a checkpoint": (
        "UPDATE audit_checkpoint SET note = replace(note, E'\\n8\\n', E'\\n7\\n') WHERE size = 8",
        {"checkpoint_signature"},
    ),
    "note of another checkpoint": (
        "UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 4) WHERE size = 8",
        {"checkpoint_note"},
    ),
    "last checkpoint deleted": ("DELETE FROM audit_checkpoint WHERE size = 12", {"unsigned_leaves"}),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_detected(log: list[Entry], name: str) -> None:
    statements, expected = TAMPERINGS[name]
    known = {"fifth": log[4], "ninth": log[8], "eleventh": log[10], "waiting": log[12]}
    assert verify().intact
    with tampering() as cursor:
        if name == "leaves swapped":
            cursor.execute("ALTER TABLE audit_leaf DROP CONSTRAINT audit_leaf_from_zero")
        for statement in statements.split("; "):
            cursor.execute(
                statement, {key: entry.pk for key, entry in known.items() if f"({key})" in statement}
            )
            assert cursor.rowcount > 0, statement
    report = verify()
    assert report.exit_code == 1
    assert {finding.code for finding in report.findings} == expected
    assert all(finding.sentence.endswith(".") and finding.place for finding in report.findings)


def rewrite_history() -> None:
    """Change the last entry and rebuild everything above it, as one who holds the signing key can."""
    entry = Entry.objects.order_by("-id")[0]
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_leaf WHERE entry_id = %s", [entry.pk])
        cursor.execute("DELETE FROM audit_checkpoint WHERE size > 8")
        cursor.execute("UPDATE audit_tile SET width = 8, data = substring(data FROM 1 FOR 256)")
        cursor.execute("DELETE FROM audit_leaf WHERE leaf_index >= 8")
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entry.pk])
    integrate()


def test_a_rewrite_with_the_signing_key_is_found_by_a_checkpoint_kept_outside(write: Writer) -> None:
    for _ in range(3):
        for number in range(4):
            write(str(number))
        integrate()
    kept = Checkpoint.objects.latest().note
    assert verify(known=[kept]).intact
    rewrite_history()
    write("3")
    write("7")
    integrate()
    assert verify().intact, "a log cannot betray its own signer; that is what witnesses are for"
    report = verify(known=[kept])
    assert {finding.code for finding in report.findings} == {"known_checkpoint"}


def test_a_checkpoint_kept_outside_must_be_ours(log: list[Entry]) -> None:
    stranger = Signer("e-order.example/log", Ed25519PrivateKey.generate())
    text = TreeHead("e-order.example/log", 4, hashlib.sha256().digest()).text()
    assert codes(known=[str(Note.signed(text, stranger))]) == {"known_checkpoint"}
    assert codes(known=["nonsense"]) == {"known_checkpoint"}
    ours = TreeHead("e-order.example/log", 4, hashlib.sha256().digest()).text()
    assert codes(known=[str(Note.signed(ours, signing.signer()))]) == {"known_checkpoint"}
    beyond = TreeHead("e-order.example/log", 99, hashlib.sha256().digest()).text()
    assert codes(known=[str(Note.signed(beyond, signing.signer()))]) == {"leaves_lost"}


def test_findings_are_counted_beyond_those_shown(write: Writer, monkeypatch: Any) -> None:
    monkeypatch.setattr("marketplace.audit.report.MOST_FINDINGS", 2)
    for _ in range(5):
        write()
    integrate()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET mac = sha256('x')")
    report = verify()
    assert (len(report.findings), report.findings_in_all) == (2, 5)
    assert report.as_json()["findings_in_all"] == 5


def test_a_full_tile_and_those_above_are_checked(write: Writer) -> None:
    for _ in range(520):
        write()
    integrate()
    assert verify().intact
    tampers: list[Callable[[Any], Any]] = [
        lambda cursor: cursor.execute(
            "UPDATE audit_tile SET data = sha256('x') || substring(data FROM 33) WHERE level = 1"
        ),
        lambda cursor: cursor.execute("DELETE FROM audit_tile WHERE level = 0 AND index = 1"),
    ]
    for tamper, expected in zip(tampers, ({"tile"}, {"tile", "tile_missing", "tile_extra"}), strict=True):
        with tampering() as cursor:
            tamper(cursor)
        assert codes() <= expected
        assert codes()


@pytest.mark.parametrize(("table", "name"), GUARDS)
@pytest.mark.parametrize("change", ["DISABLE TRIGGER {}", "ENABLE TRIGGER {}", "ENABLE REPLICA TRIGGER {}"])
def test_a_guard_taken_away_is_found(db: None, table: str, name: str, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} {change.format(name)}")
    assert codes() == {"guard"}


def test_leaves_are_counted(log: list[Entry]) -> None:
    assert Leaf.objects.count() == 12
