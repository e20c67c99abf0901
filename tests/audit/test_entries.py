"""Writing entries: what is hashed, who is named, and what the database refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from marketplace.accounts.actors import Actor
from marketplace.audit import acts, canonical, entries
from marketplace.audit.entries import Happening
from marketplace.audit.models import Checkpoint, Entry, Leaf, Tile
from marketplace.audit.sequencer import integrate
from tests.audit.conftest import Writer

AT = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
DEED = UUID("11111111-2222-3333-4444-555555555555")


def record(actor: Actor, **changes: Any) -> Entry:
    given: dict[str, Any] = {
        "act": "test.approve",
        "aggregate": ("purchase", "17"),
        "facts": {"total_rupiah": 1_500_000, "nama": "Ünïcode"},
        "deed": DEED,
        "at": AT,
    }
    with transaction.atomic():
        return entries.record(actor=actor, **(given | changes))


def test_the_payload_is_the_whole_entry_in_canonical_form(ppk: Actor) -> None:
    entry = Entry.objects.get(pk=record(ppk).pk)
    assert bytes(entry.payload).decode() == (
        f'{{"act":"test.approve","actor":{{"appointment":{ppk.appointment_id},'
        f'"organisation":{ppk.organisation_id},"role":"PPK","system":null,"user":{ppk.user_id}}},'
        '"aggregate":{"id":"17","type":"purchase"},"at":"2026-05-04T03:02:01.123456Z",'
        '"deed":"11111111-2222-3333-4444-555555555555","event":1,'
        f'"facts":{{"nama":"Ünïcode","total_rupiah":1500000}},"region":{ppk.region_id},"v":1}}'
    )
    assert bytes(entry.leaf_hash) == sha256(b"\0" + bytes(entry.payload)).digest()
    assert entry.xid > 0
    assert entry.facts == {"nama": "Ünïcode", "total_rupiah": 1_500_000}


def test_no_name_of_a_person_is_in_the_payload(ppk: Actor) -> None:
    entry = record(ppk)
    assert entry.actor_name == ppk.name
    assert entry.actor_name not in bytes(entry.payload).decode()
    assert entry.organisation_name not in bytes(entry.payload).decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Barang rusak, hubungi 0812-3456-7890.", "Barang rusak, hubungi •••."),
        ("NIK 3201012345678901 salah", "NIK ••• salah"),
        ("NPWP 01.234.567.8-901.000", "NPWP •••"),
        ("tulis ke sari.dewi@contoh.go.id ya", "tulis ke ••• ya"),
        ("Harga Rp1.500.000 untuk 25 kotak", "Harga Rp1.500.000 untuk 25 kotak"),
        ("Rp12.500.000.000 atau Rp 1.000.000.000", "Rp12.500.000.000 atau Rp 1.000.000.000"),
        ("+62 812 3456 7890", "•••"),
    ],
)
def test_what_people_type_reaches_the_public_tree_without_ways_to_reach_them(
    ppk: Actor, typed: str, kept: str
) -> None:
    entry = record(ppk, act="test.note", facts={"text": "", "reason": typed})
    assert entry.facts["reason"] == kept


def test_the_system_acts_under_its_own_name(ppk: Actor) -> None:
    entry = record(Actor.system("clock"))
    assert entry.content["actor"]["system"] == "clock"
    assert (entry.user_id, entry.region_id) == (None, None)


def test_event_numbers_count_each_aggregate_without_a_gap(ppk: Actor, write: Writer) -> None:
    numbers = [write(thing).event_no for thing in ("1", "2", "1", "1", "2")]
    assert numbers == [1, 1, 2, 3, 2]
    with transaction.atomic():
        many = entries.record_many(
            [
                Happening("test.note", ("purchase", "1"), {"text": "a"}),
                Happening("test.note", ("basket", "1"), {"text": "b"}),
                Happening("test.note", ("purchase", "1"), {"text": "c"}),
            ],
            actor=ppk,
            deed=uuid4(),
            at=AT,
        )
    assert [entry.event_no for entry in many] == [4, 1, 5]
    assert [entry.id for entry in many] == sorted(entry.id for entry in many)


def test_an_entry_stays_in_the_region_of_its_aggregate(ppk: Actor, appoint: Any) -> None:
    record(ppk)
    vendor = Actor.of(appoint("VENDOR", region="T002", kind="VENDOR"))
    assert record(vendor).region_id == ppk.region_id
    assert record(vendor, aggregate=("listing", "1")).region_id == vendor.region_id
    system = Actor.system("clock")
    assert record(system).region_id == ppk.region_id


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"act": "test.never_declared"}, acts.UnknownAct),
        ({"facts": {}}, acts.MissingFact),
        ({"facts": {"total_rupiah": 1.5}}, canonical.NotCanonical),
        ({"facts": {"total_rupiah": AT}}, canonical.NotCanonical),
        ({"facts": {"total_rupiah": 2**53}}, canonical.NotCanonical),
        ({"facts": {"total_rupiah": 1, "text": "\ud800"}}, canonical.NotCanonical),
        ({"facts": {"total_rupiah": 1, "text": "x" * 65_536}}, entries.PayloadTooLong),
        ({"at": AT.replace(tzinfo=None)}, ValueError),
    ],
)
def test_a_mistake_of_the_program_writes_nothing(
    ppk: Actor, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        record(ppk, **changes)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(ppk: Actor) -> None:
    with pytest.raises(TransactionManagementError):
        entries.record(actor=ppk, act="test.note", aggregate=("a", "1"), facts={"text": ""}, deed=DEED, at=AT)
    assert not Entry.objects.exists()


def test_3300_entries_in_one_import(ppk: Actor, django_assert_max_num_queries: Any) -> None:
    happenings = [Happening("test.note", ("package", str(n)), {"text": f"paket {n}"}) for n in range(3_300)]
    with transaction.atomic(), django_assert_max_num_queries(6):
        written = entries.record_many(happenings, actor=ppk, deed=DEED, at=AT)
    assert len(written) == Entry.objects.count() == 3_300


def tamper(statement: str, *, replica: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL's own refusal comes first
        if replica:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


@pytest.fixture
def some_log(write: Writer) -> None:
    for _ in range(3):
        write()
    integrate()


@pytest.mark.parametrize("model", [Entry, Leaf, Checkpoint, Tile])
@pytest.mark.parametrize("replica", [False, True])
def test_the_database_refuses_every_change(some_log: None, model: Any, replica: bool) -> None:
    table = model._meta.db_table
    column = "data" if model is Tile else "id" if model is Checkpoint else "leaf_hash"
    if model is Checkpoint:
        column = "root"
    before = list(model.objects.values())
    for statement in (
        f"UPDATE {table} SET {column} = sha256(''::bytea)",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(Error, match="append-only"):
            tamper(statement, replica=replica)
    assert list(model.objects.values()) == before


COPIED = (
    "at, actor_name, actor_role, organisation_name, act, aggregate_type, aggregate_id, deed, payload, leaf_hash, "
    "mac, key_id"
)


def insert(entry: Entry, **changes: Any) -> None:
    fields = {field.attname for field in Entry._meta.concrete_fields} - {"id", "xid"}
    again = Entry(**{name: getattr(entry, name) for name in fields} | changes)
    with transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"event_no": 1},
        {"event_no": 3},
        {"event_no": 0},
        {"event_no": 2, "payload": b"{}"},
        {"event_no": 2, "leaf_hash": bytes(32)},
        {"event_no": 2, "mac": b"short"},
        {"event_no": 2, "payload": b"x" * 65_536, "leaf_hash": entries.leaf_hash(b"x" * 65_536)},
        {"event_no": 2, "id": 999_999},
    ],
)
def test_the_database_refuses_entries_that_cannot_be(write: Writer, changes: dict[str, Any]) -> None:
    entry = write()
    with pytest.raises(Error):
        insert(entry, **changes)
    assert Entry.objects.count() == 1
    insert(entry, event_no=2)


def test_the_transaction_number_is_the_databases(write: Writer) -> None:
    entry = write()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_entry (xid, event_no, {COPIED}) SELECT '1'::xid8, 2, {COPIED} FROM audit_entry "
            "RETURNING xid::text, pg_current_xact_id()::text"
        )
        stored, current = cursor.fetchone()
    assert stored == current
    assert Entry.objects.get(event_no=1).pk == entry.pk


def test_the_same_event_cannot_be_written_twice(write: Writer) -> None:
    entry = write()
    with pytest.raises(IntegrityError, match="audit_entry_event_once"):
        insert(entry, event_no=1)


def test_names_are_sealed_though_not_hashed(write: Writer) -> None:
    entry = write()
    key = entries.seal_keys()[entry.key_id]
    leaf = bytes(entry.leaf_hash)
    assert entries.seal(key, leaf, entry.actor_name, entry.organisation_name) == bytes(entry.mac)
    assert entries.seal(key, leaf, "orang lain", entry.organisation_name) != bytes(entry.mac)


def test_canonical_form_is_one_form_only() -> None:
    value = {"b": [1, True, None, '\u2028 \\ " \n \x1f é'], "a": {"z": -1, "y": ""}}
    data = canonical.encode(value)
    assert canonical.decode(data) == value
    assert data == b'{"a":{"y":"","z":-1},"b":[1,true,null,"\xe2\x80\xa8 \\\\ \\" \\n \\u001f \xc3\xa9"]}'
    for other in (b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1.0}', b'"\\u00e9"', b"{", b"\xff", b'{"a":1,"a":1}'):
        with pytest.raises(canonical.NotCanonical):
            canonical.decode(other)
    with pytest.raises(canonical.NotCanonical, match="nested"):
        canonical.encode(json.loads("[" * 9 + "]" * 9))
    with pytest.raises(canonical.NotCanonical, match="key"):
        canonical.encode({"é": 1})
