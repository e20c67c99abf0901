"""What a BAST states and what becomes owed by it: units, rupiah, days of delay, fine. Reads rows, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.fulfilment.counting import Arrival, Lateness, accepted_quantities, lateness
from procurement.fulfilment.queries.deliveries import arrivals_of, asked_of
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase
from procurement.purchasing.queries import taxes


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a BAST states: units a line, price before tax and what becomes owed (rupiah), lateness and fine."""

    quantities: dict[int, int]
    price: int
    total: int
    late: Lateness


def acceptance_of(purchase: Purchase, delivery: Delivery) -> Acceptance:
    """What the PPK has fixed of a delivery, else what would be accepted now. A fixed number of queries."""
    if delivery.accepted_price is not None and delivery.accepted_total is not None:
        fixed = dict(DeliveryLine.objects.filter(delivery=delivery).values_list("line", "accepted"))
        return Acceptance(
            {pk: units or 0 for pk, units in fixed.items()},
            delivery.accepted_price,
            delivery.accepted_total,
            Lateness(delivery.late_days or 0, delivery.penalty or 0),
        )
    arrivals = arrivals_of(delivery)
    quantities = accepted_quantities(asked_of(delivery), arrivals)
    prices = {line.pk: line.agreed_price for line in purchase.lines.all()}
    price = sum(units * prices[pk] for pk, units in quantities.items()) + delivery.shipping
    return Acceptance(
        quantities,
        price,
        newly_owed(purchase, quantities, shipping=delivery.shipping),
        _lateness(purchase, delivery, arrivals, price),
    )


def _lateness(purchase: Purchase, delivery: Delivery, arrivals: list[Arrival], price: int) -> Lateness:
    rate = parameter("penalty.late_per_mille_a_day", region_id=purchase.region_id)
    cap = int(parameter("penalty.cap_bp", region_id=purchase.region_id).value)
    return lateness(
        arrivals,
        needed_by=delivery.needed_by,
        per_mille_a_day=int(rate.value),
        at_most=price * cap // 10_000 if cap else None,
    )


def newly_owed(
    purchase: Purchase,
    quantities: Mapping[int, int],
    *,
    shipping: int = 0,
    valued: Mapping[int, int] | None = None,
) -> int:
    """What becomes owed anew: the worth of all that BASTs have fixed so far with these, less what those come to.

    A BAST counts from the PPK's signature on, whichever of them the vendor signs first. `valued` is rupiah by line
    of work that was judged done though not delivered whole. Taxes are rounded once a document, so parts are never
    taxed one by one: the sum of all BASTs is exact.
    """
    accepted = {line.pk: quantities.get(line.pk, 0) for line in purchase.lines.all()}
    earlier = purchase.deliveries.filter(accepted_total__isnull=False).exclude(stage="DROPPED")
    for line_id, units in (
        DeliveryLine.objects.filter(delivery__in=earlier).values_list("line").annotate(Sum("accepted"))
    ):
        accepted[line_id] += units or 0
    sums = earlier.aggregate(shipping=Sum("shipping"), total=Sum("accepted_total"))
    return _worth(purchase, accepted, (sums["shipping"] or 0) + shipping, valued or {}) - (sums["total"] or 0)


def _worth(purchase: Purchase, accepted: Mapping[int, int], shipping: int, valued: Mapping[int, int]) -> int:
    """Price and taxes on top, by the tax facts and the day of the order; the whole order as it was agreed."""
    lines = list(purchase.lines.all())
    if shipping == purchase.shipping and all(accepted[line.pk] == line.quantity for line in lines):
        return purchase.total
    amounts = [
        (line.tax_class, accepted[line.pk] * line.agreed_price + valued.get(line.pk, 0)) for line in lines
    ]
    return taxes.preview(
        [(tax_class, amount) for tax_class, amount in amounts if amount],
        shipping=shipping,
        facts=purchase.tax_facts,
        mechanism=purchase.mechanism,
        on=clock.day_of(purchase.submitted_at),
        region_id=purchase.region_id,
    ).gross
