"""Reads of deliveries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import F, Prefetch, Sum
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.fulfilment.codes import digest_of
from procurement.fulfilment.counting import Arrival, unsent
from procurement.fulfilment.models import (
    Decision,
    Evidence,
    ReceiptLine,
    ReceiverCode,
    Shipment,
    ShipmentLine,
)
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase
from procurement.purchasing.queries import get_bare_purchase_for, purchases_of
from procurement.purchasing.workflow import DELIVERY


def arrivals_of(delivery: Delivery) -> list[Arrival]:
    """Every sound arrival of a delivery, in order of time: one query."""
    counted = (
        ReceiptLine.objects.filter(receipt__shipment__delivery=delivery)
        .select_related("line", "receipt")
        .order_by("receipt__received_at", "pk")
    )
    return [
        Arrival(each.line_id, each.good, each.line.agreed_price, clock.day_of(each.receipt.received_at))
        for each in counted
    ]


def asked_of(delivery: Delivery) -> dict[int, int]:
    """Units a line that the delivery is to bring: one query."""
    return dict(DeliveryLine.objects.filter(delivery=delivery).values_list("line", "quantity"))


def outstanding_of(delivery: Delivery) -> dict[int, int]:
    """Units a line that have not yet arrived sound; lines that are complete are left out. Two queries."""
    good: Counter[int] = Counter()
    counted = ReceiptLine.objects.filter(receipt__shipment__delivery=delivery)
    for line_id, units in counted.values_list("line").annotate(Sum("good")):
        good[line_id] = units
    left = {line_id: units - good[line_id] for line_id, units in asked_of(delivery).items()}
    return {line_id: units for line_id, units in left.items() if units > 0}


def counted_of(delivery: Delivery) -> dict[int, tuple[int, int]]:
    """(sound, damaged) units a line counted so far: one query."""
    counted = ReceiptLine.objects.filter(receipt__shipment__delivery=delivery).values_list("line")
    return {pk: (good, damaged) for pk, good, damaged in counted.annotate(Sum("good"), Sum("damaged"))}


@dataclass(slots=True)
class Undelivered:
    """Units of a line that never reached the buyer: what the stock records want to know of it."""

    stockrecord_id: int
    quantity: int
    title: str


def undelivered_of(delivery: Delivery) -> list[Undelivered]:
    """What a delivery was to bring and never came, sound or damaged. Two queries."""
    counted = counted_of(delivery)
    lines = DeliveryLine.objects.filter(delivery=delivery).select_related("line")
    left = [(each.line, each.quantity - sum(counted.get(each.line_id, (0, 0)))) for each in lines]
    return [Undelivered(line.stockrecord_id, units, line.title) for line, units in left if units > 0]


def unsent_of(delivery: Delivery) -> dict[int, int]:
    """Units a line that the vendor has not sent yet, or has been asked to send again. Four queries."""
    counted = ReceiptLine.objects.filter(receipt__shipment__delivery=delivery)
    asked = Decision.objects.filter(delivery=delivery, kind=Decision.Kind.REPLACE).order_by("-id").first()
    if asked is not None:
        counted = counted.filter(receipt__shipment__position__gt=asked.after_shipment)
    sums = counted.values_list("line").annotate(failed=Sum(F("damaged") + F("short")))
    return unsent(outstanding_of(delivery), dict(sums))


def shipments_of(purchase: Purchase) -> list[Shipment]:
    """The shipments of an order with their receipts and counts: three queries."""
    sent = Prefetch("lines", ShipmentLine.objects.select_related("line").order_by("line__position"))
    counted = Prefetch(
        "receipt__lines", ReceiptLine.objects.select_related("line").order_by("line__position")
    )
    found = Shipment.objects.filter(purchase=purchase).select_related("receipt")
    return list(found.prefetch_related(sent, counted).order_by("position"))


def on_its_way(delivery: Delivery) -> Shipment | None:
    """The shipment of a delivery that has not been counted yet."""
    return Shipment.objects.filter(delivery=delivery, receipt__isnull=True).order_by("-position").first()


def delivery_for(
    purchase: Purchase, name: str, *, position: int | None = None, delivery_id: int | None = None
) -> Delivery | None:
    """The delivery a page is about: that id, or the one at `position`, else the first that may take `name`.

    Raises Delivery.DoesNotExist for one that is not of this order.
    """
    deliveries = list(purchase.deliveries.all())
    if delivery_id is not None or position is not None:
        for each in deliveries:
            if each.pk == delivery_id or (delivery_id is None and each.position == position):
                return each
        raise Delivery.DoesNotExist
    able = DELIVERY.move(name).sources
    return next((each for each in deliveries if each.stage in able), None)


def evidence_of(purchase: Purchase) -> list[Evidence]:
    """The pictures of an order, oldest first: one query."""
    return list(Evidence.objects.filter(purchase=purchase).select_related("purchase"))


def delivery_by_code(actor: Actor, code: str) -> Delivery:
    """The delivery of `actor`'s unit that a receiver code names.

    Raises Refused `code_unknown`, also for a delivery of another unit: a guess learns nothing.
    """
    known = (
        ReceiverCode.objects.filter(code_sha256=digest_of(code)).select_related("delivery__purchase").first()
    )
    if known is None or not purchases_of(actor).filter(pk=known.delivery.purchase_id).exists():
        raise Refused(
            "code_unknown",
            _("Kode ini tidak dikenal, atau barangnya bukan untuk unit Anda."),
            fix=_("Periksa lagi kode pada surat jalan."),
        )
    return known.delivery


def get_evidence_for(actor: Actor, number: str, digest: str) -> Evidence:
    """A picture of an order the actor may see. Raises Purchase.DoesNotExist, Evidence.DoesNotExist."""
    purchase = get_bare_purchase_for(actor, number)
    found = Evidence.objects.filter(purchase=purchase, sha256=digest).first()
    if found is None:
        raise Evidence.DoesNotExist
    return found
