"""What PostgreSQL itself guarantees about vendors, prices, bank accounts, stock and baskets."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, check, refusal, trigger

# An account version may only gain its verification, its second approval and its end, each once; a change of the field
# key writes the same number and name under another token, which the hash beside it binds.
_BANK_ACCOUNT = """
CREATE OR REPLACE FUNCTION vendors_bank_account_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained text[] := ARRAY['verified_at', 'verified_by_id', 'approved_at', 'approved_by_id', 'usable_from',
                           'stopped_at', 'stopped_by_id'];
    tokens text[] := ARRAY['number', 'holder_name'];
    each text;
BEGIN
    IF to_jsonb(NEW) - gained - tokens = to_jsonb(OLD) - gained - tokens THEN
        FOREACH each IN ARRAY gained LOOP
            IF to_jsonb(OLD) -> each <> 'null' AND to_jsonb(NEW) -> each IS DISTINCT FROM to_jsonb(OLD) -> each THEN
                RAISE EXCEPTION 'A bank account is never changed' USING ERRCODE = 'restrict_violation';
            END IF;
        END LOOP;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A bank account is never changed' USING ERRCODE = 'restrict_violation', HINT = 'Add a version.';
END $$
"""


CREATE: Final[list[str]] = [
    refusal("vendors_refuse_change", "The record is a history", instead="Add a further row."),
    _BANK_ACCOUNT,
    *append_only(
        [
            "vendors_deliverycharge",
            "vendors_listingprice",
            "vendors_observationreply",
            "vendors_verdict",
            "vendors_vendordocument",
        ],
        "vendors_refuse_change",
    ),
    *trigger("version_kept", "vendors_bankaccount", "BEFORE UPDATE", "vendors_bank_account_kept"),
    *trigger("version_stays", "vendors_bankaccount", "BEFORE DELETE", "vendors_refuse_change"),
    # Untracked records (num_in_stock NULL) are work made to order.
    *check(
        "partner_stockrecord",
        "stock_never_oversold",
        "num_in_stock IS NULL OR coalesce(num_allocated, 0) BETWEEN 0 AND num_in_stock",
    ),
    "CREATE UNIQUE INDEX IF NOT EXISTS basket_one_open_a_person ON basket_basket (owner_id) WHERE status = 'Open'",
    "CREATE INDEX IF NOT EXISTS stock_of_product ON partner_stockrecord (product_id)"
    " INCLUDE (num_in_stock, num_allocated)",
]
