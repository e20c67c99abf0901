"""What PostgreSQL itself guarantees about orders: running numbers, and that nothing agreed ever drifts."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import refusal, trigger

_AGREED = (
    "number, region_id, organisation_id, package_id, budget_line_id, vendor_id, vendor_organisation_id, "
    "goods_total, shipping, price_total, ppn, local_tax, total, mechanism, vendor_size, pdn_value, umk_value, "
    "tax_preview, tax_facts, needed_by, submitted_at, created_at"
)


def _row(prefix: str, columns: str) -> str:
    return "(" + ", ".join(f"{prefix}.{column.strip()}" for column in columns.split(",")) + ")"


_PURCHASE_KEPT = f"""
CREATE OR REPLACE FUNCTION purchasing_purchase_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_row("NEW", _AGREED)} IS DISTINCT FROM {_row("OLD", _AGREED)} THEN
        RAISE EXCEPTION 'What was agreed in an order never changes' USING ERRCODE = 'restrict_violation',
            HINT = 'Cancel the order and submit another, or write an addendum.';
    END IF;
    IF OLD.accepted_total IS NOT NULL AND OLD.bast_vendor_at IS NOT NULL
       AND (NEW.accepted_total, NEW.accepted_price, NEW.penalty, NEW.bast_vendor_at, NEW.bast_ppk_at)
        IS DISTINCT FROM (OLD.accepted_total, OLD.accepted_price, OLD.penalty, OLD.bast_vendor_at, OLD.bast_ppk_at)
    THEN
        RAISE EXCEPTION 'A BAST signed by both never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_LINE_KEPT = """
CREATE OR REPLACE FUNCTION purchasing_line_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'accepted' = to_jsonb(OLD) - 'accepted' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A line of an order never changes' USING ERRCODE = 'restrict_violation';
END $$
"""

CREATE: Final[list[str]] = [
    "CREATE SEQUENCE IF NOT EXISTS purchasing_number",
    _PURCHASE_KEPT,
    _LINE_KEPT,
    *trigger("agreed_kept", "purchasing_purchase", "BEFORE UPDATE", "purchasing_purchase_kept"),
    refusal(
        "purchasing_order_stays", "An order stays for ever", instead="Cancel it, or end it by a berita acara."
    ),
    *trigger("order_stays", "purchasing_purchase", "BEFORE DELETE", "purchasing_order_stays"),
    *trigger(
        "orders_stay", "purchasing_purchase", "BEFORE TRUNCATE", "purchasing_order_stays", each="STATEMENT"
    ),
    *trigger("line_kept", "purchasing_purchaseline", "BEFORE UPDATE OR DELETE", "purchasing_line_kept"),
]

DROP: Final[list[str]] = [
    "DROP FUNCTION IF EXISTS purchasing_purchase_kept() CASCADE",
    "DROP FUNCTION IF EXISTS purchasing_order_stays() CASCADE",
    "DROP FUNCTION IF EXISTS purchasing_line_kept() CASCADE",
    "DROP SEQUENCE IF EXISTS purchasing_number",
]
