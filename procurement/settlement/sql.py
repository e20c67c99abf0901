"""What PostgreSQL itself guarantees about the books.

* A journal balances: at commit it has at least two legs and their sum is zero.
* An entry joins a journal of its own top-level transaction alone (`txid`; `xmin` would break under savepoints).
* Money that raises escrow or clears a debt to a vendor names exactly one proof.
* Balances follow entries and nothing else; their floors are CHECK constraints.
* Books are append-only. Triggers are ENABLE ALWAYS: `session_replication_role = replica` does not silence them.
"""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger
from procurement.settlement.sql_money import MONEY_GUARDS

_APPEND_ONLY: Final = (
    "settlement_account",
    "settlement_journal",
    "settlement_entry",
    "settlement_providerevent",
)

_REFUSE_CHANGE = refusal(
    "settlement_refuse_change", "The books are append-only", instead="Post a reversing journal instead."
)

_JOURNAL_INSERT = """
CREATE OR REPLACE FUNCTION settlement_journal_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.txid := pg_current_xact_id();
    RETURN NEW;
END $$
"""

_ENTRY_INSERT = """
CREATE OR REPLACE FUNCTION settlement_entry_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM settlement_journal WHERE id = NEW.journal_id AND txid = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'Entry refused: journal % does not belong to this transaction', NEW.journal_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE settlement_balance SET amount = amount + NEW.amount WHERE account_id = NEW.account_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Entry refused: account % has no balance row', NEW.account_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

_JOURNAL_STANDS = """
CREATE OR REPLACE FUNCTION settlement_journal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    journal bigint := CASE TG_TABLE_NAME
        WHEN 'settlement_journal' THEN NEW.id ELSE (to_jsonb(NEW)->>'journal_id')::bigint END;
    legs integer;
    total numeric;
    needs_proof boolean;
BEGIN
    SELECT count(*), coalesce(sum(entry.amount), 0),
           coalesce(bool_or((account.kind = 'ESCROW' AND entry.amount < 0)
                         OR (account.kind = 'VENDOR_PAYABLE' AND entry.amount > 0)), false)
      INTO legs, total, needs_proof
      FROM settlement_entry AS entry JOIN settlement_account AS account ON account.id = entry.account_id
     WHERE entry.journal_id = journal;
    IF legs < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'Journal % does not balance: % legs, sum % sen', journal, legs, total
            USING ERRCODE = 'check_violation';
    END IF;
    IF needs_proof AND NOT EXISTS (
        SELECT FROM settlement_journal
         WHERE id = journal AND num_nonnulls(provider_event_id, evidence_id) = 1
    ) THEN
        RAISE EXCEPTION 'Journal % moves held or owed money without a proof', journal
            USING ERRCODE = 'check_violation', HINT = 'Name the provider event, SP2D or bank transfer.';
    END IF;
    RETURN NULL;
END $$
"""

_BALANCE_GUARD = """
CREATE OR REPLACE FUNCTION settlement_balance_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT side, floor INTO STRICT NEW.side, NEW.floor FROM settlement_account WHERE id = NEW.account_id;
        IF NEW.amount = 0 THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
          AND (NEW.account_id, NEW.side) = (OLD.account_id, OLD.side) AND NEW.floor IS NOT DISTINCT FROM OLD.floor THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Balances follow entries: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# A proof is recorded, then verified once by another person (two CHECKs hold the persons apart); nothing else changes.
_EVIDENCE_GUARD = """
CREATE OR REPLACE FUNCTION settlement_evidence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.verified_by_id IS NULL
       AND to_jsonb(NEW) - ARRAY['verified_by_id', 'verified_at']
         = to_jsonb(OLD) - ARRAY['verified_by_id', 'verified_at']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Evidence is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def _at_commit(name: str, table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION settlement_journal_stands()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


# One document pays one order, however its number is typed: case, spaces, kinds of dashes and wide letters aside.
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_NUMBER_ONCE = f"""
CREATE UNIQUE INDEX IF NOT EXISTS settlement_evidence_number_once_however_typed ON settlement_evidence (
    region_id, kind,
    upper(translate(
        regexp_replace(normalize(number, NFKC), '[[:space:]]', '', 'g'), '{_DASHES}', '{"-" * len(_DASHES)}'
    ))
)
"""

CREATE: Final[list[str]] = [
    _NUMBER_ONCE,
    _REFUSE_CHANGE,
    _JOURNAL_INSERT,
    _ENTRY_INSERT,
    _JOURNAL_STANDS,
    _BALANCE_GUARD,
    _EVIDENCE_GUARD,
    *append_only(_APPEND_ONLY, "settlement_refuse_change"),
    *trigger("journal_insert", "settlement_journal", "BEFORE INSERT", "settlement_journal_insert"),
    *trigger("entry_insert", "settlement_entry", "BEFORE INSERT", "settlement_entry_insert"),
    *_at_commit("journal_stands", "settlement_journal"),
    *_at_commit("journal_stands", "settlement_entry"),
    *trigger(
        "balance_guard", "settlement_balance", "BEFORE INSERT OR UPDATE OR DELETE", "settlement_balance_guard"
    ),
    *trigger(
        "balance_truncate",
        "settlement_balance",
        "BEFORE TRUNCATE",
        "settlement_refuse_change",
        each="STATEMENT",
    ),
    *trigger("evidence_guard", "settlement_evidence", "BEFORE UPDATE OR DELETE", "settlement_evidence_guard"),
    *trigger(
        "evidence_truncate",
        "settlement_evidence",
        "BEFORE TRUNCATE",
        "settlement_refuse_change",
        each="STATEMENT",
    ),
    *MONEY_GUARDS,
]
