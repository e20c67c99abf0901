"""What PostgreSQL itself guarantees about deliveries: what was sent, counted and photographed stays."""

from __future__ import annotations

from typing import Final

_TABLES: Final = (
    "fulfilment_shipment",
    "fulfilment_shipmentline",
    "fulfilment_receipt",
    "fulfilment_receiptline",
    "fulfilment_evidence",
)

_REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION fulfilment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Records of a delivery are append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Record a further shipment or receipt.';
END $$
"""


def _append_only(table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS append_only ON {table}",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION fulfilment_refuse_change()",
    ]


CREATE: Final[list[str]] = [_REFUSE_CHANGE, *(sql for table in _TABLES for sql in _append_only(table))]

DROP: Final[list[str]] = [
    *(f"DROP TRIGGER IF EXISTS append_only ON {table}" for table in _TABLES),
    "DROP FUNCTION IF EXISTS fulfilment_refuse_change()",
]
