"""Tables of ordering."""

from procurement.purchasing.models.addendum import Addendum
from procurement.purchasing.models.agreement import Agreement
from procurement.purchasing.models.deliveries import Delivery, DeliveryLine
from procurement.purchasing.models.flags import Flag
from procurement.purchasing.models.lines import PurchaseLine
from procurement.purchasing.models.negotiation import NegotiationLine, NegotiationRound
from procurement.purchasing.models.purchase import Purchase, Side

__all__ = [
    "Addendum",
    "Agreement",
    "Delivery",
    "DeliveryLine",
    "Flag",
    "NegotiationLine",
    "NegotiationRound",
    "Purchase",
    "PurchaseLine",
    "Side",
]
