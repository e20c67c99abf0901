"""What PostgreSQL guarantees about giving money back and about disputes.

* Refunds of a payment never exceed what it brought, and those out of an order's escrow never what came into it minus
  what was released; those of money that did not fit never exceed that money. Refunds told from outside are facts and
  are not refused; the floors of the accounts hold them.
* What a refund gives back, and of what, never changes; a refund is never deleted.
* Nothing is released for an order while its money is disputed.
"""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import trigger

_REFUND_GUARD: Final = """
CREATE OR REPLACE FUNCTION settlement_refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    brought numeric;
    given numeric;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND
        (NEW.amount, NEW.source, NEW.payment_ref, NEW.provider, NEW.reference, NEW.outside, NEW.purchase_number)
        IS DISTINCT FROM
        (OLD.amount, OLD.source, OLD.payment_ref, OLD.provider, OLD.reference, OLD.outside, OLD.purchase_number))
    THEN
        RAISE EXCEPTION 'A refund stands as it was asked for: % is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.outside OR NEW.state IN ('REJECTED', 'FAILED') THEN RETURN NEW; END IF;

    IF NEW.attempt_id IS NOT NULL THEN
        PERFORM FROM settlement_paymentattempt WHERE id = NEW.attempt_id FOR NO KEY UPDATE;
        SELECT coalesce(sum(entry.amount), 0) INTO brought
          FROM settlement_entry AS entry
          JOIN settlement_account AS account ON account.id = entry.account_id
          JOIN settlement_journal AS journal ON journal.id = entry.journal_id
          JOIN settlement_paymentattempt AS attempt ON journal.idem_key = 'capture:' || attempt.reference
         WHERE attempt.id = NEW.attempt_id AND account.kind = 'PROVIDER_CLEARING';
        SELECT coalesce(sum(amount), 0) INTO given FROM settlement_refund
         WHERE attempt_id = NEW.attempt_id AND id IS DISTINCT FROM NEW.id
           AND state NOT IN ('REJECTED', 'FAILED');
        IF given + NEW.amount > brought THEN
            RAISE EXCEPTION 'Refund refused: % of % sen are given back already', given, brought
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_refund_within_paid_in';
        END IF;
    END IF;

    IF NEW.source = 'ESCROW' THEN
        SELECT coalesce(sum(-entry.amount), 0) INTO brought
          FROM settlement_entry AS entry
          JOIN settlement_account AS account ON account.id = entry.account_id
          JOIN settlement_journal AS journal ON journal.id = entry.journal_id
         WHERE account.kind = 'ESCROW' AND account.purchase_number = NEW.purchase_number
           AND journal.kind IN ('CAPTURE', 'REATTACH', 'RELEASE');
        SELECT coalesce(sum(amount), 0) INTO given FROM settlement_refund
         WHERE purchase_number = NEW.purchase_number AND source = 'ESCROW' AND id IS DISTINCT FROM NEW.id
           AND state NOT IN ('REJECTED', 'FAILED');
        IF given + NEW.amount > brought AND (TG_OP = 'INSERT' OR NEW.state = 'APPROVED') THEN
            RAISE EXCEPTION 'Refund refused: % sen of the order are not released, % are given back', brought, given
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_refund_within_unreleased';
        END IF;
    ELSE
        SELECT amount INTO brought FROM settlement_unmatchedmoney WHERE id = NEW.unmatched_id FOR NO KEY UPDATE;
        SELECT coalesce(sum(amount), 0) INTO given FROM settlement_refund
         WHERE unmatched_id = NEW.unmatched_id AND id IS DISTINCT FROM NEW.id
           AND state NOT IN ('REJECTED', 'FAILED');
        IF brought IS NULL OR given + NEW.amount > brought
           OR EXISTS (SELECT FROM settlement_journal WHERE idem_key = 'reattach:' || NEW.unmatched_id) THEN
            RAISE EXCEPTION 'Refund refused: of % sen that did not fit % are given back', brought, given
                USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_refund_within_suspense';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

_NOT_WHILE_DISPUTED: Final = """
CREATE OR REPLACE FUNCTION settlement_not_while_disputed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'RELEASE' AND EXISTS (
        SELECT FROM settlement_balance AS balance JOIN settlement_account AS account ON account.id = balance.account_id
         WHERE account.kind = 'DISPUTES_RECEIVABLE' AND account.purchase_number = NEW.purchase_number
           AND balance.amount > 0
    ) THEN
        RAISE EXCEPTION 'Nothing is released while the money of % is disputed', NEW.purchase_number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_not_while_disputed';
    END IF;
    RETURN NEW;
END $$
"""

MONEY_GUARDS: Final[list[str]] = [
    _REFUND_GUARD,
    _NOT_WHILE_DISPUTED,
    *trigger(
        "refund_guard", "settlement_refund", "BEFORE INSERT OR UPDATE OR DELETE", "settlement_refund_guard"
    ),
    *trigger("not_while_disputed", "settlement_journal", "BEFORE INSERT", "settlement_not_while_disputed"),
]
