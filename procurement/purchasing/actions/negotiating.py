"""Negotiation: rounds of offers before the PPK approves. Each round is written once; the last one agreed counts."""

from __future__ import annotations

from marketplace.workflow.door import Deed
from procurement.purchasing.actions.agreeing import Terms
from procurement.purchasing.models import NegotiationLine, NegotiationRound, Purchase, Side


def open_with_list_prices(deed: Deed, purchase: Purchase, terms: Terms) -> NegotiationRound:
    """Write round 0: the list prices, which are the vendor's first word."""
    first = NegotiationRound.objects.create(
        purchase=purchase,
        number=0,
        side=Side.VENDOR,
        at=deed.at,
        expires_at=purchase.due_at,
        shipping=purchase.shipping,
        needed_by=purchase.needed_by,
        price_total=purchase.price_total,
        total=purchase.total,
    )
    NegotiationLine.objects.bulk_create(
        NegotiationLine(round=first, line_id=pk, quantity=each.quantity, price=each.price)
        for pk, each in terms.lines.items()
    )
    return first
