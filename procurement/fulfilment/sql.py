"""What PostgreSQL itself guarantees about deliveries: what was sent, counted and photographed stays."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal

_APPEND_ONLY: Final = (
    "fulfilment_shipment",
    "fulfilment_shipmentline",
    "fulfilment_receipt",
    "fulfilment_receiptline",
    "fulfilment_receivercode",
    "fulfilment_evidence",
    "fulfilment_discrepancy",
    "fulfilment_vendorcomment",
    "fulfilment_decision",
    "fulfilment_valuedwork",
    "fulfilment_warningletter",
)

CREATE: Final[list[str]] = [
    refusal(
        "fulfilment_refuse_change",
        "Records of a delivery are append-only",
        instead="Record a further shipment or receipt.",
    ),
    *append_only(_APPEND_ONLY, "fulfilment_refuse_change"),
]

DROP: Final[list[str]] = ["DROP FUNCTION IF EXISTS fulfilment_refuse_change() CASCADE"]
