"""Kinds of tampering, as the SQL that somebody with a database password would write. Each is tried with four powers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

AUDIT_TABLES = ("audit_entry", "audit_leaf", "audit_checkpoint", "audit_tile")
BUSINESS_TABLES = (
    "purchasing_purchase",
    "planning_budgetline",
    "documents_paper",
    "settlement_journal",
    "settlement_entry",
    "settlement_evidence",
)
FUNCTIONS = ("audit_refuse_change()", "audit_entry_insert()", "audit_tile_grows()")


@dataclass(frozen=True)
class World:
    """What the statements need to know of the log and the order they are aimed at."""

    order: int
    paper: int
    line: int
    submitted: int
    last: int
    other_user: int
    amount: int


Tamper = Callable[[Any, World], None]


@dataclass(frozen=True)
class Kind:
    """One kind of tampering.

    Attributes:
        name: what is done, for the table.
        tamper: the statements.
        history: whether entries change, so that one who holds the keys rebuilds seals, tree and signatures over them.
        of_order: whether it aims at the order's own rows, which its evidence pack states.
        asleep: (table, guard) that stays disabled; all others are put back to hide the traces.
    """

    name: str
    tamper: Tamper
    history: bool = False
    of_order: bool = False
    asleep: tuple[str, str] | None = None


def run(cursor: Any, sql: str, *values: object) -> None:
    """Execute a statement that must change something: an attack that misses its target proves nothing."""
    cursor.execute(sql, values)
    assert cursor.rowcount != 0, sql


def sql(*statements: str, **names: str) -> Tamper:
    """Statements with `{order}`-like names of the world as parameters."""

    def tamper(cursor: Any, world: World) -> None:
        for statement in statements:
            run(cursor, statement.format(**vars(world), **names))

    return tamper


REHASHED = "payload = {new}, leaf_hash = sha256('\\x00'::bytea || {new})"


def payload(old: str, new: str, entry: str) -> Tamper:
    """Replace a piece of an entry's bytes, and its own hash with it."""
    changed = f"convert_to(replace(convert_from(payload, 'UTF8'), '{old}', '{new}'), 'UTF8')"
    statement = f"UPDATE audit_entry SET {REHASHED.format(new=changed)} WHERE id = {entry}"

    def tamper(cursor: Any, world: World) -> None:
        known = vars(world)
        cursor.execute(f"SELECT payload FROM audit_entry WHERE id = {entry.format(**known)}")
        before = bytes(cursor.fetchone()[0])
        run(cursor, statement.format(**known))
        cursor.execute(f"SELECT payload FROM audit_entry WHERE id = {entry.format(**known)}")
        assert bytes(cursor.fetchone()[0]) != before, "an attack that changes nothing proves nothing"

    return tamper


_COPIED = (
    "region_id, act, aggregate_type, aggregate_id, payload, leaf_hash, mac, at, user_id, organisation_id, "
    "appointment_id, actor_name, actor_role, organisation_name, deed, key_id"
)


def _forged(mac: str) -> Tamper:
    """A further entry about the order, in words like those of a genuine one."""
    return sql(
        f"INSERT INTO audit_entry ({_COPIED}, event_no) SELECT {_COPIED.replace('mac,', f'{mac},')}, "
        "(SELECT max(event_no) + 1 FROM audit_entry WHERE aggregate_type = 'purchase' "
        "AND aggregate_id = '{order}') FROM audit_entry WHERE id = {last}"
    )


def _swapped(cursor: Any, world: World) -> None:
    run(cursor, "UPDATE audit_leaf SET leaf_index = 1000000 WHERE leaf_index = 2")
    run(cursor, "UPDATE audit_leaf SET leaf_index = 2 WHERE leaf_index = 3")
    run(cursor, "UPDATE audit_leaf SET leaf_index = 3 WHERE leaf_index = 1000000")


def _renumbered(cursor: Any, world: World) -> None:
    of = f"aggregate_type = 'purchase' AND aggregate_id = '{world.order}'"
    run(cursor, f"UPDATE audit_entry SET event_no = 1000 WHERE {of} AND event_no = 2")
    run(cursor, f"UPDATE audit_entry SET event_no = 2 WHERE {of} AND event_no = 3")
    run(cursor, f"UPDATE audit_entry SET event_no = 3 WHERE {of} AND event_no = 1000")


def _second_leaf(cursor: Any, world: World) -> None:
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'audit_leaf'::regclass AND contype = 'u'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE audit_leaf DROP CONSTRAINT {name}")
    run(
        cursor,
        "INSERT INTO audit_leaf SELECT (SELECT max(leaf_index) + 1 FROM audit_leaf), entry_id, leaf_hash "
        "FROM audit_leaf WHERE leaf_index = 2",
    )


def _renamed(cursor: Any, world: World) -> None:
    """A copy without guards in the place of the log, one amount changed in it."""
    cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_old")
    cursor.execute("CREATE TABLE audit_entry (LIKE audit_entry_old INCLUDING DEFAULTS INCLUDING INDEXES)")
    run(cursor, "INSERT INTO audit_entry SELECT * FROM audit_entry_old")
    payload('"total_rupiah":', '"total_rupiah":1', "{submitted}")(cursor, world)


def _rolled_back(cursor: Any, world: World) -> None:
    """The log as it was at an earlier, genuinely signed checkpoint: everything after it is gone without a gap."""
    cursor.execute("SELECT min(size) FROM audit_checkpoint")
    (size,) = cursor.fetchone()
    run(cursor, "DELETE FROM audit_checkpoint WHERE size > %s", size)
    cursor.execute("SELECT entry_id FROM audit_leaf WHERE leaf_index >= %s", [size])
    gone = [entry for (entry,) in cursor.fetchall()]
    run(cursor, "DELETE FROM audit_leaf WHERE leaf_index >= %s", size)
    run(
        cursor,
        "DELETE FROM audit_entry WHERE id = ANY(%s) OR id NOT IN (SELECT entry_id FROM audit_leaf)",
        gone,
    )
    run(
        cursor,
        "UPDATE audit_tile SET width = %s, data = substring(data FROM 1 FOR 32 * %s) WHERE level = 0",
        size,
        size,
    )


def _invented_order(cursor: Any, world: World) -> None:
    """An order that nobody placed, a copy of a genuine one under another number."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'purchasing_purchase'"
    )
    columns = [f'"{name}"' for (name,) in cursor.fetchall() if name not in {"id", "number", "oscar_order_id"}]
    listed = ", ".join(columns)
    run(
        cursor,
        f"INSERT INTO purchasing_purchase (number, {listed}) SELECT 'EO-2026-999999', {listed} "
        "FROM purchasing_purchase WHERE id = %s",
        world.order,
    )


def _dearer(cursor: Any, world: World) -> None:
    """The order costs a rupiah more than agreed, and everything in its row adds up."""
    run(
        cursor,
        "UPDATE purchasing_purchase SET goods_total = goods_total + 1, price_total = price_total + 1, "
        "total = total + 1, version = version + 1 WHERE id = %s",
        world.order,
    )


def _dearer_everywhere(cursor: Any, world: World) -> None:
    """The same, and every entry that told the amount tells the other one."""
    _dearer(cursor, world)
    cursor.execute(
        "SELECT id FROM audit_entry WHERE aggregate_type = 'purchase' AND aggregate_id = %s "
        "AND act IN ('purchase.submit', 'purchase.agree')",
        [str(world.order)],
    )
    total, dearer = f'"total_rupiah":{world.amount}', f'"total_rupiah":{world.amount + 1}'
    for (entry,) in cursor.fetchall():
        payload(total, dearer, str(entry))(cursor, world)


def _toothless(cursor: Any, world: World) -> None:
    cursor.execute(
        "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN COALESCE(NEW, OLD); END $$"
    )


def _blind(cursor: Any, world: World) -> None:
    cursor.execute("DROP TRIGGER append_only_row ON audit_entry")
    cursor.execute(
        "CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW WHEN (false) "
        "EXECUTE FUNCTION audit_refuse_change()"
    )
    cursor.execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER append_only_row")


def ddl(statement: str) -> Tamper:
    """A statement that changes no rows."""
    return lambda cursor, world: cursor.execute(statement)


KINDS: tuple[Kind, ...] = (
    Kind(
        "amount inside an entry", payload('"total_rupiah":', '"total_rupiah":1', "{submitted}"), history=True
    ),
    Kind("time inside an entry", payload('"at":"20', '"at":"19', "{submitted}"), history=True),
    Kind("person inside an entry", payload('"user":', '"user":9', "{submitted}"), history=True),
    Kind("time column", sql("UPDATE audit_entry SET at = at - interval '30 days' WHERE id = {submitted}")),
    Kind("person column", sql("UPDATE audit_entry SET user_id = {other_user} WHERE id = {submitted}")),
    Kind("name column", sql("UPDATE audit_entry SET actor_name = 'Orang lain' WHERE id = {submitted}")),
    Kind("organisation column", sql("UPDATE audit_entry SET organisation_name = 'X' WHERE id = {submitted}")),
    Kind("act column", sql("UPDATE audit_entry SET act = 'purchase.cancel' WHERE id = {submitted}")),
    Kind(
        "entry moved to another thing",
        sql("UPDATE audit_entry SET aggregate_id = '999' WHERE id = {submitted}"),
    ),
    Kind("events renumbered", _renumbered),
    Kind(
        "last entry of the order deleted",
        sql("DELETE FROM audit_leaf WHERE entry_id = {last}", "DELETE FROM audit_entry WHERE id = {last}"),
        history=True,
    ),
    Kind(
        "entry in the middle deleted",
        sql(
            "DELETE FROM audit_leaf WHERE entry_id = {submitted}",
            "DELETE FROM audit_entry WHERE id = {submitted}",
        ),
        history=True,
    ),
    Kind("whole log emptied", ddl("TRUNCATE audit_entry, audit_leaf, audit_checkpoint, audit_tile CASCADE")),
    Kind("entry forged, seal guessed", _forged("sha256('x')")),
    Kind("entry forged, seal copied", _forged("mac")),
    Kind("seal replaced", sql("UPDATE audit_entry SET mac = sha256('x') WHERE id = {submitted}")),
    Kind("key of the seal replaced", sql("UPDATE audit_entry SET key_id = 'lain' WHERE id = {submitted}")),
    Kind("two leaves swapped", _swapped),
    Kind("leaf hash changed", sql("UPDATE audit_leaf SET leaf_hash = sha256('x') WHERE leaf_index = 2")),
    Kind("leaf deleted", sql("DELETE FROM audit_leaf WHERE leaf_index = 2")),
    Kind("second leaf for an entry", _second_leaf),
    Kind(
        "tile changed",
        sql("UPDATE audit_tile SET data = sha256('x') || substring(data FROM 33) WHERE level = 0"),
    ),
    Kind("tile cut short", sql("UPDATE audit_tile SET width = 1, data = substring(data FROM 1 FOR 32)")),
    Kind("tiles emptied", ddl("TRUNCATE audit_tile")),
    Kind(
        "checkpoint deleted",
        sql("DELETE FROM audit_checkpoint WHERE size = (SELECT max(size) FROM audit_checkpoint)"),
    ),
    Kind("root of a checkpoint replaced", sql("UPDATE audit_checkpoint SET root = sha256('x')")),
    Kind(
        "checkpoint's text changed",
        sql(r"UPDATE audit_checkpoint SET note = regexp_replace(note, E'\n([0-9]+)\n', E'\n1\\1\n')"),
    ),
    Kind("edge of the tree replaced", sql("UPDATE audit_checkpoint SET compact_range = sha256('x')")),
    Kind("log set back to an earlier checkpoint", _rolled_back),
    Kind(
        "guard disabled",
        ddl("ALTER TABLE audit_entry DISABLE TRIGGER append_only_row"),
        asleep=("audit_entry", "append_only_row"),
    ),
    Kind("guard dropped", ddl("DROP TRIGGER append_only_row ON audit_entry")),
    Kind("guard's function replaced", _toothless),
    Kind("guard that looks away", _blind),
    Kind("table replaced by a copy without guards", _renamed),
    Kind(
        "state of an order",
        sql("UPDATE purchasing_purchase SET state = 'PAID' WHERE id = {order}"),
        of_order=True,
    ),
    Kind("amount of an order", _dearer, of_order=True),
    Kind("amount of an order and in its entries", _dearer_everywhere, of_order=True, history=True),
    Kind("order deleted", sql("DELETE FROM purchasing_purchase WHERE id = {order}"), of_order=True),
    Kind("order invented", _invented_order),
    Kind(
        "money of a budget line",
        sql("UPDATE planning_budgetline SET spent = spent - 1, available = available + 1 WHERE id = {line}"),
    ),
    Kind(
        "hash of a paper",
        sql("UPDATE documents_paper SET pdf_sha256 = repeat('0', 64) WHERE id = {paper}"),
        of_order=True,
    ),
    Kind(
        "booking in the ledger",
        sql(
            "UPDATE settlement_entry SET amount = amount * 2 "
            "WHERE journal_id = (SELECT min(id) FROM settlement_journal)"
        ),
        of_order=True,
    ),
    Kind(
        "amount of a payment's proof",
        sql("UPDATE settlement_evidence SET amount = amount + 1"),
        of_order=True,
    ),
)


def guards_put_back(*, but: tuple[str, str] | None = None) -> None:
    """Wake the disabled triggers of the tampered tables again, as somebody does who hides traces."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgenabled = 'D' AND tgrelid::regclass::text = ANY(%s)",
            [[*AUDIT_TABLES, *BUSINESS_TABLES]],
        )
        for table, name in cursor.fetchall():
            if (table, name) != but:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
