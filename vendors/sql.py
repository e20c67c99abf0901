"""What PostgreSQL itself guarantees about vendors, prices, bank accounts, stock and baskets."""

from __future__ import annotations

from typing import Final

_APPEND_ONLY = """
CREATE OR REPLACE FUNCTION vendors_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a history: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Add a further row.';
END $$
"""

# An account version may only gain its verification, once.
_BANK_ACCOUNT = """
CREATE OR REPLACE FUNCTION vendors_bank_account_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.verified_at IS NULL AND NEW.verified_at IS NOT NULL
       AND to_jsonb(NEW) - 'verified_at' - 'verified_by_id' = to_jsonb(OLD) - 'verified_at' - 'verified_by_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A bank account is never changed' USING ERRCODE = 'restrict_violation', HINT = 'Add a version.';
END $$
"""


def _trigger(name: str, table: str, when: str, function: str) -> list[str]:
    each = "STATEMENT" if "TRUNCATE" in when else "ROW"
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
    ]


def _check(table: str, name: str, condition: str) -> list[str]:
    return [
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})",
    ]


CREATE: Final[list[str]] = [
    _APPEND_ONLY,
    _BANK_ACCOUNT,
    *_trigger("append_only", "vendors_listingprice", "UPDATE OR DELETE", "vendors_refuse_change"),
    *_trigger("version_kept", "vendors_bankaccount", "UPDATE", "vendors_bank_account_kept"),
    *_trigger("version_stays", "vendors_bankaccount", "DELETE", "vendors_refuse_change"),
    # Untracked records (num_in_stock NULL) are work made to order.
    *_check(
        "partner_stockrecord",
        "stock_never_oversold",
        "num_in_stock IS NULL OR coalesce(num_allocated, 0) BETWEEN 0 AND num_in_stock",
    ),
    "CREATE UNIQUE INDEX IF NOT EXISTS basket_one_open_a_person ON basket_basket (owner_id) WHERE status = 'Open'",
    "CREATE INDEX IF NOT EXISTS stock_of_product ON partner_stockrecord (product_id)"
    " INCLUDE (num_in_stock, num_allocated)",
]
