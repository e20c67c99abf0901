"""What happens to deliveries: shipments, counts, pictures, discrepancies. All append-only."""

from __future__ import annotations

from procurement.fulfilment.models.discrepancies import Decision, Discrepancy, VendorComment
from procurement.fulfilment.models.endings import ValuedWork, WarningLetter
from procurement.fulfilment.models.evidence import Evidence
from procurement.fulfilment.models.shipments import Receipt, ReceiptLine, ReceiverCode, Shipment, ShipmentLine

__all__ = [
    "Decision",
    "Discrepancy",
    "Evidence",
    "Receipt",
    "ReceiptLine",
    "ReceiverCode",
    "Shipment",
    "ShipmentLine",
    "ValuedWork",
    "VendorComment",
    "WarningLetter",
]
