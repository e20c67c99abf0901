"""What PostgreSQL itself guarantees about the log.

The triggers are ENABLE ALWAYS: `session_replication_role = replica` does not silence them. They stop the
application and the owner of the tables; a superuser can remove them, and is found out by the tree (see
`verify`).
"""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, check, refusal, trigger

_APPEND_ONLY_TABLES: Final = (
    "audit_entry", "audit_leaf", "audit_checkpoint", "audit_cosignature", "audit_stamp", "audit_alarm",
)  # fmt: skip

_REFUSE_CHANGE = refusal(
    "audit_refuse_change",
    "The audit log is append-only",
    instead="Record a further act that corrects the earlier one.",
)

# Transaction number and time of recording are the database's, not the client's; and event n needs event n-1. The
# caller holds the row lock of the aggregate, so the predecessor is committed or of this very transaction.
_ENTRY_INSERT = """
CREATE OR REPLACE FUNCTION audit_entry_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    NEW.recorded_at := clock_timestamp();
    IF NEW.event_no > 1 AND NOT EXISTS (
        SELECT FROM audit_entry
        WHERE aggregate_type = NEW.aggregate_type AND aggregate_id = NEW.aggregate_id
          AND event_no = NEW.event_no - 1
    ) THEN
        RAISE EXCEPTION 'Event % of %/% has no predecessor', NEW.event_no, NEW.aggregate_type, NEW.aggregate_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

_TILE_GROWS = """
CREATE OR REPLACE FUNCTION audit_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.level = OLD.level AND NEW.index = OLD.index AND NEW.width > OLD.width
       AND substring(NEW.data FROM 1 FOR octet_length(OLD.data)) = OLD.data THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'A tile may only grow to the right.';
END $$
"""


GUARDS: Final = (
    *((table, name) for table in _APPEND_ONLY_TABLES for name in ("append_only_row", "append_only_table")),
    ("audit_entry", "entry_insert"),
    ("audit_tile", "tile_grows_row"),
    ("audit_tile", "tile_grows_table"),
)
"""Triggers that must exist and be always awake; the full audit looks after them."""

_BEFORE_EACH_INSERT: Final = 7
_BEFORE_EACH_CHANGE: Final = 27
_BEFORE_TRUNCATE: Final = 34
"""`pg_trigger.tgtype`: ROW 1, BEFORE 2, INSERT 4, DELETE 8, UPDATE 16, TRUNCATE 32."""


def _body(function: str) -> str:
    return function.split("$$")[1]


SHAPES: Final = {
    "append_only_row": (_BEFORE_EACH_CHANGE, _body(_REFUSE_CHANGE)),
    "append_only_table": (_BEFORE_TRUNCATE, _body(_REFUSE_CHANGE)),
    "entry_insert": (_BEFORE_EACH_INSERT, _body(_ENTRY_INSERT)),
    "tile_grows_row": (_BEFORE_EACH_CHANGE, _body(_TILE_GROWS)),
    "tile_grows_table": (_BEFORE_TRUNCATE, _body(_TILE_GROWS)),
}
"""When each guard acts and what its function does: a guard of the same name that lets everything pass is none."""

CREATE: Final[list[str]] = [
    _REFUSE_CHANGE,
    _ENTRY_INSERT,
    _TILE_GROWS,
    *append_only(_APPEND_ONLY_TABLES, "audit_refuse_change"),
    *trigger("entry_insert", "audit_entry", "BEFORE INSERT", "audit_entry_insert"),
    *trigger("tile_grows_row", "audit_tile", "BEFORE UPDATE OR DELETE", "audit_tile_grows"),
    *trigger("tile_grows_table", "audit_tile", "BEFORE TRUNCATE", "audit_tile_grows", each="STATEMENT"),
    # Ids follow the order in which writers asked for them: never cached per session, never chosen by a
    # client.
    "ALTER TABLE audit_entry ALTER COLUMN id SET GENERATED ALWAYS SET CACHE 1 SET NO CYCLE",
    *check("audit_entry", "audit_entry_payload_size", "octet_length(payload) BETWEEN 2 AND 65535"),
    *check("audit_entry", "audit_entry_leaf_hash", "leaf_hash = sha256('\\x00'::bytea || payload)"),
    *check("audit_entry", "audit_entry_mac_size", "octet_length(mac) = 32"),
    *check("audit_leaf", "audit_leaf_hash_size", "octet_length(leaf_hash) = 32"),
    *check("audit_checkpoint", "audit_checkpoint_root_size", "octet_length(root) = 32"),
    *check("audit_tile", "audit_tile_data_size", "octet_length(data) = 32 * width"),
]
