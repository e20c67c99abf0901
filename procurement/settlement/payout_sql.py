"""What PostgreSQL itself guarantees about transfers to vendors.

* Transfers that stand never add up to more than what the ledger released to the vendor of that order.
* An approved transfer goes to the account it was approved for: nothing redirects it.
* What an auditor holds is neither approved nor sent. Returned and cancelled ones never come back to life.
"""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import trigger

_PAYOUT_GUARD: Final = """
CREATE OR REPLACE FUNCTION settlement_payout_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Payouts are kept: DELETE is refused' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.obligation_id, NEW.region_id, NEW.reference, NEW.amount, NEW.created_at)
       IS DISTINCT FROM (OLD.obligation_id, OLD.region_id, OLD.reference, OLD.amount, OLD.created_at)
       OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id THEN
        RAISE EXCEPTION 'Payout %: what it pays never changes', OLD.reference USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'DRAFT' AND
       (NEW.bank_account_id, NEW.prepared_by_id, NEW.approved_by_id, NEW.approved_at, NEW.name_inquiry::text)
       IS DISTINCT FROM
       (OLD.bank_account_id, OLD.prepared_by_id, OLD.approved_by_id, OLD.approved_at, OLD.name_inquiry::text) THEN
        RAISE EXCEPTION 'Payout %: an approved payout is never redirected', OLD.reference
            USING ERRCODE = 'restrict_violation', HINT = 'Cancel it and draw up another one.';
    END IF;
    IF OLD.state IN ('RETURNED', 'CANCELLED') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'Payout %: % is its end', OLD.reference, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.held_at IS NOT NULL AND NEW.state IN ('APPROVED', 'SENT') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'Payout %: held by an auditor', OLD.reference USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Released: every movement of the vendor's debt but the transfers themselves and their reversals. Only an INSERT can
# raise the sum, and a partial unique index lets one open payout of an obligation be inserted at a time.
_PAYOUT_WITHIN: Final = """
CREATE OR REPLACE FUNCTION settlement_payout_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing numeric;
    released numeric;
BEGIN
    SELECT coalesce(sum(amount), 0) * 100 INTO standing
      FROM settlement_payout WHERE obligation_id = NEW.obligation_id AND state NOT IN ('RETURNED', 'CANCELLED');
    SELECT coalesce(-sum(entry.amount), 0) INTO released
      FROM settlement_paymentobligation AS obligation
      JOIN purchasing_purchase AS purchase ON purchase.id = obligation.purchase_id
      JOIN settlement_account AS account
        ON account.purchase_number = purchase.number AND account.region_id = obligation.region_id
       AND account.kind = 'VENDOR_PAYABLE'
      JOIN settlement_entry AS entry ON entry.account_id = account.id
      JOIN settlement_journal AS journal ON journal.id = entry.journal_id
      LEFT JOIN settlement_journal AS original ON original.id = journal.reverses_id
     WHERE obligation.id = NEW.obligation_id
       AND coalesce(original.kind, journal.kind) NOT IN ('PAYOUT_SENT', 'PAYOUT');
    IF standing > released THEN
        RAISE EXCEPTION 'Payout %: % sen would stand against % sen released', NEW.reference, standing, released
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_payout_within_released';
    END IF;
    RETURN NULL;
END $$
"""

# What a batch holds is fixed by its approval: only a payout that is not sent leaves it, when the batch is cancelled.
_BATCH_GUARD: Final = """
CREATE OR REPLACE FUNCTION settlement_batch_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Batches are kept: DELETE is refused' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.approved_at IS NOT NULL AND
       (NEW.reference, NEW.organisation_id, NEW.made_by_id, NEW.approved_by_id, NEW.approved_at, NEW.count,
        NEW.control_sum, NEW.source::text)
       IS DISTINCT FROM
       (OLD.reference, OLD.organisation_id, OLD.made_by_id, OLD.approved_by_id, OLD.approved_at, OLD.count,
        OLD.control_sum, OLD.source::text) THEN
        RAISE EXCEPTION 'Batch %: what was approved never changes', OLD.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

CREATE: Final[list[str]] = [
    _PAYOUT_GUARD,
    _PAYOUT_WITHIN,
    _BATCH_GUARD,
    *trigger("payout_guard", "settlement_payout", "BEFORE UPDATE OR DELETE", "settlement_payout_guard"),
    *trigger("payout_within", "settlement_payout", "AFTER INSERT", "settlement_payout_within"),
    *trigger("batch_guard", "settlement_payoutbatch", "BEFORE UPDATE OR DELETE", "settlement_batch_guard"),
]
