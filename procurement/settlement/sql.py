"""What PostgreSQL itself guarantees about the books.

* A journal balances: at commit it has at least two legs and their sum is zero.
* An entry joins a journal of its own top-level transaction alone (`txid`; `xmin` would break under savepoints).
* Money that raises escrow or clears a debt to a vendor names exactly one proof. A debt on its way to the bank
  (PAYOUT_CLEARING of the same order) is not cleared yet.
* Balances follow entries and nothing else; their floors are CHECK constraints.
* A tax deposit is exactly the sum of its own lines; neither changes afterwards.
* Books are append-only. Triggers are ENABLE ALWAYS: `session_replication_role = replica` does not silence them.
"""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger
from procurement.settlement import payout_sql
from procurement.settlement.sql_money import MONEY_GUARDS

_APPEND_ONLY: Final = (
    "settlement_account",
    "settlement_journal",
    "settlement_entry",
    "settlement_providerevent",
    "settlement_snaprequest",
    "settlement_ledgerproof",
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
    SELECT coalesce(sum(count), 0), coalesce(sum(sum), 0), coalesce(bool_or(raised OR owed > 0), false)
      INTO legs, total, needs_proof
      FROM (SELECT count(*), sum(entry.amount),
                   bool_or(account.kind = 'ESCROW' AND entry.amount < 0) AS raised,
                   sum(entry.amount) FILTER (WHERE account.kind IN ('VENDOR_PAYABLE', 'PAYOUT_CLEARING')) AS owed
              FROM settlement_entry AS entry JOIN settlement_account AS account ON account.id = entry.account_id
             WHERE entry.journal_id = journal
             GROUP BY account.purchase_number) AS per_order;
    IF legs < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'Journal % does not balance: % legs, sum % sen', journal, legs, total
            USING ERRCODE = 'check_violation';
    END IF;
    IF needs_proof AND NOT EXISTS (
        SELECT FROM settlement_journal
         WHERE id = journal AND num_nonnulls(provider_event_id, evidence_id, statement_line_id) = 1
    ) THEN
        RAISE EXCEPTION 'Journal % moves held or owed money without a proof', journal
            USING ERRCODE = 'check_violation', HINT = 'Name the provider event, SP2D, bank transfer or statement line.';
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

# A deposit is exactly its lines: same tax code, same unit, and together its amount. Once made it never changes,
# and a line never leaves the deposit it was paid with.
_DEPOSIT_STANDS = """
CREATE OR REPLACE FUNCTION settlement_deposit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE TG_TABLE_NAME
        WHEN 'settlement_taxdeposit' THEN NEW.id ELSE (to_jsonb(NEW)->>'deposit_id')::bigint END;
    total numeric;
    foreign_lines integer;
BEGIN
    IF wanted IS NULL THEN RETURN NULL; END IF;
    SELECT coalesce(sum(line.amount), 0) - min(deposit.amount),
           count(*) FILTER (WHERE line.code <> deposit.code OR purchase.organisation_id <> deposit.organisation_id)
      INTO total, foreign_lines
      FROM settlement_taxdeposit AS deposit
      LEFT JOIN settlement_taxline AS line ON line.deposit_id = deposit.id
      LEFT JOIN settlement_paymentobligation AS obligation ON obligation.id = line.obligation_id
      LEFT JOIN purchasing_purchase AS purchase ON purchase.id = obligation.purchase_id
     WHERE deposit.id = wanted;
    IF total <> 0 OR foreign_lines > 0 THEN
        RAISE EXCEPTION 'Deposit % is not the sum of its own lines', wanted USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

_LINE_GUARD = """
CREATE OR REPLACE FUNCTION settlement_taxline_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.deposit_id IS NULL
       AND to_jsonb(NEW) - ARRAY['deposit_id', 'withheld_on'] = to_jsonb(OLD) - ARRAY['deposit_id', 'withheld_on']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A withheld tax only gets its day and its deposit: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""


def _at_commit(
    name: str, table: str, function: str = "settlement_journal_stands", when: str = "AFTER INSERT"
) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE CONSTRAINT TRIGGER {name} {when} ON {table} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()",
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
    _DEPOSIT_STANDS,
    _LINE_GUARD,
    *append_only(("settlement_taxdeposit", "settlement_taxexport"), "settlement_refuse_change"),
    *trigger("taxline_guard", "settlement_taxline", "BEFORE UPDATE OR DELETE", "settlement_taxline_guard"),
    *_at_commit("deposit_stands", "settlement_taxdeposit", "settlement_deposit_stands"),
    *_at_commit(
        "deposit_stands",
        "settlement_taxline",
        "settlement_deposit_stands",
        "AFTER INSERT OR UPDATE OF deposit_id",
    ),
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
    *payout_sql.CREATE,
    *MONEY_GUARDS,
]
