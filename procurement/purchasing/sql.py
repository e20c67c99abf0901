"""What PostgreSQL itself guarantees about orders: running numbers, and that nothing agreed ever drifts."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger

_FIXED = (
    "number, region_id, organisation_id, package_id, budget_line_id, vendor_id, vendor_organisation_id, "
    "mechanism, vendor_size, tax_facts, basket_since, submitted_at, created_at"
)
_AGREED = (
    "goods_total, shipping, price_total, ppn, local_tax, total, needed_by, pdn_value, umk_value, tax_preview, "
    "version"
)


def _row(prefix: str, columns: str) -> str:
    return "(" + ", ".join(f"{prefix}.{column.strip()}" for column in columns.split(",")) + ")"


_PURCHASE_KEPT = f"""
CREATE OR REPLACE FUNCTION purchasing_purchase_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_row("NEW", _FIXED)} IS DISTINCT FROM {_row("OLD", _FIXED)} THEN
        RAISE EXCEPTION 'Who orders what from whom never changes in an order' USING ERRCODE = 'restrict_violation',
            HINT = 'Cancel the order and submit another.';
    END IF;
    IF {_row("NEW", _AGREED)} IS DISTINCT FROM {_row("OLD", _AGREED)} AND (
        NEW.version <> OLD.version + 1 OR NOT EXISTS (
            SELECT 1 FROM purchasing_agreement a
            WHERE a.purchase_id = NEW.id AND a.version = NEW.version
              AND (a.goods_total, a.shipping, a.price_total, a.ppn, a.local_tax, a.total, a.needed_by)
                = (NEW.goods_total, NEW.shipping, NEW.price_total, NEW.ppn, NEW.local_tax, NEW.total, NEW.needed_by)
        )
    ) THEN
        RAISE EXCEPTION 'What was agreed in an order changes by a new agreement alone'
            USING ERRCODE = 'restrict_violation',
            HINT = 'Negotiate, or write an addendum: each leaves a version that stays.';
    END IF;
    IF OLD.state NOT IN ('ORDERED', 'SHIPPED', 'DELIVERED', 'INSPECTED', 'DISCREPANCY')
       AND OLD.accepted_total IS NOT NULL AND OLD.bast_vendor_at IS NOT NULL
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
DECLARE
    kept text[] := '{accepted,valued,version,quantity,agreed_price,total}';
    done text[] := '{accepted,valued}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - done = to_jsonb(OLD) - done THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - kept = to_jsonb(OLD) - kept AND NEW.version > OLD.version
       AND EXISTS (SELECT 1 FROM purchasing_agreement a
                   WHERE a.purchase_id = NEW.purchase_id AND a.version = NEW.version) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A line of an order changes by a new agreement alone' USING ERRCODE = 'restrict_violation';
END $$
"""

_DELIVERY_KEPT = """
CREATE OR REPLACE FUNCTION purchasing_delivery_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A delivery of an order stays for ever' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.purchase_id, NEW.position) IS DISTINCT FROM (OLD.purchase_id, OLD.position) THEN
        RAISE EXCEPTION 'A delivery belongs to its order' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.title, NEW.address, NEW.place_code, NEW.place_name, NEW.needed_by, NEW.shipping, NEW.version)
       IS DISTINCT FROM
       (OLD.title, OLD.address, OLD.place_code, OLD.place_name, OLD.needed_by, OLD.shipping, OLD.version)
       AND NOT (NEW.version > OLD.version AND EXISTS (
           SELECT 1 FROM purchasing_agreement a WHERE a.purchase_id = NEW.purchase_id AND a.version = NEW.version))
    THEN
        RAISE EXCEPTION 'Where and when an order is delivered changes by a new agreement alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.stage = 'ACCEPTED'
       AND (NEW.stage, NEW.accepted_price, NEW.accepted_total, NEW.penalty, NEW.bast_number, NEW.bast_vendor_at)
        IS DISTINCT FROM
           (OLD.stage, OLD.accepted_price, OLD.accepted_total, OLD.penalty, OLD.bast_number, OLD.bast_vendor_at)
    THEN
        RAISE EXCEPTION 'A BAST signed by both never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_HISTORIES: Final = (
    "purchasing_agreement",
    "purchasing_flag",
    "purchasing_negotiationround",
    "purchasing_negotiationline",
)

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
    _DELIVERY_KEPT,
    *trigger("delivery_kept", "purchasing_delivery", "BEFORE UPDATE OR DELETE", "purchasing_delivery_kept"),
    refusal(
        "purchasing_refuse_change",
        "What was offered and agreed is append-only",
        instead="Write a further round, or a further agreement.",
    ),
    *append_only(_HISTORIES, "purchasing_refuse_change"),
]

DROP: Final[list[str]] = [
    "DROP FUNCTION IF EXISTS purchasing_purchase_kept() CASCADE",
    "DROP FUNCTION IF EXISTS purchasing_order_stays() CASCADE",
    "DROP FUNCTION IF EXISTS purchasing_line_kept() CASCADE",
    "DROP FUNCTION IF EXISTS purchasing_delivery_kept() CASCADE",
    "DROP FUNCTION IF EXISTS purchasing_refuse_change() CASCADE",
    "DROP SEQUENCE IF EXISTS purchasing_number",
]
