"""What the database itself guarantees of statements, matches and exceptions."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger

_APPEND_ONLY: Final = (
    "reconciliation_ownaccount",
    "reconciliation_statementfile",
    "reconciliation_bankstatement",
    "reconciliation_statementline",
    "reconciliation_providerreport",
    "reconciliation_reportitem",
    "reconciliation_match",
)

_REFUSE_CHANGE = refusal(
    "reconciliation_refuse_change",
    "What banks state and what it was matched with is append-only",
    instead="Import a further statement, or undo the match by two persons.",
)

# A statement closes: checked at commit, when its lines are there.
_CLOSES = """
CREATE OR REPLACE FUNCTION reconciliation_statement_closes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved numeric;
BEGIN
    SELECT coalesce(sum(amount), 0) INTO moved FROM reconciliation_statementline WHERE statement_id = NEW.id;
    IF NEW.opening + moved <> NEW.closing THEN
        RAISE EXCEPTION 'Statement % does not close: % + % <> % sen', NEW.id, NEW.opening, moved, NEW.closing
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

# A line joins a statement of its own transaction and account alone: a closed statement takes no further line.
_LINE_JOINS = """
CREATE OR REPLACE FUNCTION reconciliation_line_joins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN reconciliation_bankstatement AS statement ON statement.id = added.statement_id
         WHERE statement.txid <> pg_current_xact_id()
            OR statement.account_id <> added.account_id
    ) THEN
        RAISE EXCEPTION 'Line refused: its statement is closed or of another account'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""

_STATEMENT_INSERT = """
CREATE OR REPLACE FUNCTION reconciliation_statement_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.txid := pg_current_xact_id();
    RETURN NEW;
END $$
"""

# A journal that names a line names one that is there. The books lie below this room and do not know its tables.
_JOURNAL_NAMES_LINE: Final = (
    "ALTER TABLE settlement_journal DROP CONSTRAINT IF EXISTS reconciliation_journal_names_line",
    "ALTER TABLE settlement_journal ADD CONSTRAINT reconciliation_journal_names_line"
    " FOREIGN KEY (statement_line_id) REFERENCES reconciliation_statementline (id)",
)

# One standing match for a line and for a leg. Two at once: the unique turns let the first in alone.
_MATCH_INSERT = """
CREATE OR REPLACE FUNCTION reconciliation_match_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone record;
BEGIN
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO STRICT undone FROM reconciliation_match WHERE id = NEW.reverses_id;
        IF undone.reverses_id IS NOT NULL
           OR (undone.line_id, undone.leg_kind, undone.leg_id) <> (NEW.line_id, NEW.leg_kind, NEW.leg_id) THEN
            RAISE EXCEPTION 'Match % is not what is being undone', NEW.reverses_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT count(*) INTO NEW.line_turn FROM reconciliation_match
     WHERE line_id = NEW.line_id AND reverses_id IS NULL;
    SELECT count(*) INTO NEW.leg_turn FROM reconciliation_match
     WHERE leg_kind = NEW.leg_kind AND leg_id = NEW.leg_id AND reverses_id IS NULL;
    IF (NEW.line_turn > 0 OR NEW.leg_turn > 0) AND EXISTS (
        SELECT FROM reconciliation_match AS earlier
         WHERE (earlier.line_id = NEW.line_id OR (earlier.leg_kind, earlier.leg_id) = (NEW.leg_kind, NEW.leg_id))
           AND earlier.reverses_id IS NULL
           AND NOT EXISTS (SELECT FROM reconciliation_match AS undoing WHERE undoing.reverses_id = earlier.id)
    ) THEN
        RAISE EXCEPTION 'Match refused: line % or % % is matched already', NEW.line_id, NEW.leg_kind, NEW.leg_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'reconciliation_match_stands';
    END IF;
    RETURN NEW;
END $$
"""

# An exception is opened and closed once; what it says stays.
_DISCREPANCY_GUARD = """
CREATE OR REPLACE FUNCTION reconciliation_discrepancy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'OPEN'
       AND to_jsonb(NEW) - ARRAY['state', 'revision', 'due_at', 'closed_at', 'resolution']
         = to_jsonb(OLD) - ARRAY['state', 'revision', 'due_at', 'closed_at', 'resolution']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An exception is closed once and never lost: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""

CREATE: Final[list[str]] = [
    _REFUSE_CHANGE,
    _CLOSES,
    _LINE_JOINS,
    _STATEMENT_INSERT,
    _MATCH_INSERT,
    _DISCREPANCY_GUARD,
    *append_only(_APPEND_ONLY, "reconciliation_refuse_change"),
    *_JOURNAL_NAMES_LINE,
    *trigger(
        "statement_insert",
        "reconciliation_bankstatement",
        "BEFORE INSERT",
        "reconciliation_statement_insert",
    ),
    "DROP TRIGGER IF EXISTS statement_closes ON reconciliation_bankstatement",
    "CREATE CONSTRAINT TRIGGER statement_closes AFTER INSERT ON reconciliation_bankstatement"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reconciliation_statement_closes()",
    "ALTER TABLE reconciliation_bankstatement ENABLE ALWAYS TRIGGER statement_closes",
    *trigger(
        "line_joins",
        "reconciliation_statementline",
        "AFTER INSERT",
        "reconciliation_line_joins",
        each="STATEMENT",
        seeing="NEW TABLE AS added",
    ),
    *trigger("match_insert", "reconciliation_match", "BEFORE INSERT", "reconciliation_match_insert"),
    *trigger(
        "discrepancy_guard",
        "reconciliation_discrepancy",
        "BEFORE UPDATE OR DELETE",
        "reconciliation_discrepancy_guard",
    ),
    *trigger(
        "discrepancy_truncate",
        "reconciliation_discrepancy",
        "BEFORE TRUNCATE",
        "reconciliation_refuse_change",
        each="STATEMENT",
    ),
]
