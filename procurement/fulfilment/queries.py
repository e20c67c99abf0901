"""Reads of deliveries."""

from __future__ import annotations

from collections import Counter

from django.db.models import Prefetch, Sum

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from procurement.fulfilment.counting import Arrival
from procurement.fulfilment.models import Evidence, ReceiptLine, Shipment, ShipmentLine
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import Panel, get_purchase_for


def arrivals_of(purchase: Purchase) -> list[Arrival]:
    """Every sound arrival of an order, in order of time: one query."""
    counted = (
        ReceiptLine.objects.filter(line__purchase=purchase)
        .select_related("line", "receipt")
        .order_by("receipt__received_at", "pk")
    )
    return [
        Arrival(each.line_id, each.good, each.line.agreed_price, clock.day_of(each.receipt.received_at))
        for each in counted
    ]


def outstanding_of(purchase: Purchase) -> dict[int, int]:
    """Units a line that have not yet arrived sound; lines that are complete are left out."""
    good: Counter[int] = Counter()
    for line_id, units in (
        ReceiptLine.objects.filter(line__purchase=purchase).values_list("line").annotate(Sum("good"))
    ):
        good[line_id] = units
    left = {line.pk: line.quantity - good[line.pk] for line in purchase.lines.all()}
    return {line_id: units for line_id, units in left.items() if units > 0}


def shipments_of(purchase: Purchase) -> list[Shipment]:
    """The shipments of an order with their receipts and counts: three queries."""
    sent = Prefetch("lines", ShipmentLine.objects.select_related("line").order_by("line__position"))
    counted = Prefetch(
        "receipt__lines", ReceiptLine.objects.select_related("line").order_by("line__position")
    )
    found = Shipment.objects.filter(purchase=purchase).select_related("receipt")
    return list(found.prefetch_related(sent, counted).order_by("position"))


def on_its_way(purchase: Purchase) -> Shipment | None:
    """The shipment that has not been counted yet."""
    return Shipment.objects.filter(purchase=purchase, receipt__isnull=True).order_by("-position").first()


def evidence_of(purchase: Purchase) -> list[Evidence]:
    """The pictures of an order, oldest first: one query."""
    return list(Evidence.objects.filter(purchase=purchase).select_related("purchase"))


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """What an order's page shows of its deliveries; nothing before the first."""
    if purchase.shipped_at is None:
        return None
    facts = {"shipments": shipments_of(purchase), "pictures": evidence_of(purchase)}
    return Panel("fulfilment/panel.html", facts)


def get_evidence_for(actor: Actor, number: str, digest: str) -> Evidence:
    """A picture of an order the actor may see. Raises Purchase.DoesNotExist, Evidence.DoesNotExist."""
    purchase = get_purchase_for(actor, number)
    found = Evidence.objects.filter(purchase=purchase, sha256=digest).first()
    if found is None:
        raise Evidence.DoesNotExist
    return found
