"""The BAST of a delivery: first the PPK signs what was accepted and its worth, then the vendor; then it is owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Passage
from procurement.documents.actions import issue
from procurement.fulfilment.counting import Lateness, accepted_quantities, lateness
from procurement.fulfilment.queries import arrivals_of, asked_of
from procurement.planning.actions import make_payable, uncommit
from procurement.purchasing.actions import stepping
from procurement.purchasing.models import Delivery, DeliveryLine, Purchase, PurchaseLine
from procurement.purchasing.queries import papers, taxes
from procurement.purchasing.workflow import UNDER_WAY


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a BAST states: units a line, price before tax and what becomes owed (rupiah), lateness and fine."""

    quantities: dict[int, int]
    price: int
    total: int
    late: Lateness


def acceptance_of(purchase: Purchase, delivery: Delivery) -> Acceptance:
    """Work out what would be accepted of a delivery now. A fixed number of queries; nothing is written."""
    lines = list(purchase.lines.all())
    arrivals = arrivals_of(delivery)
    quantities = accepted_quantities(asked_of(delivery), arrivals)
    prices = {line.pk: line.agreed_price for line in lines}
    goods = sum(units * prices[pk] for pk, units in quantities.items())
    rate = parameter("penalty.late_per_mille_a_day", region_id=purchase.region_id)
    return Acceptance(
        quantities,
        goods + delivery.shipping,
        _newly_owed(purchase, delivery, lines, quantities),
        lateness(arrivals, needed_by=delivery.needed_by, per_mille_a_day=int(rate.value)),
    )


def _newly_owed(
    purchase: Purchase, delivery: Delivery, lines: list[PurchaseLine], quantities: dict[int, int]
) -> int:
    """What this BAST adds to what is owed: the worth of all accepted so far with it, less what earlier ones made owed.

    Taxes are rounded once a document, so parts are never taxed one by one: the sum of all BASTs is exact.
    """
    accepted = {line.pk: quantities.get(line.pk, 0) for line in lines}
    earlier = purchase.deliveries.filter(stage="ACCEPTED")
    for line_id, units in (
        DeliveryLine.objects.filter(delivery__in=earlier).values_list("line").annotate(Sum("accepted"))
    ):
        accepted[line_id] += units or 0
    sums = earlier.aggregate(shipping=Sum("shipping"), total=Sum("accepted_total"))
    shipping = (sums["shipping"] or 0) + delivery.shipping
    return _worth(purchase, lines, accepted, shipping) - (sums["total"] or 0)


def _worth(purchase: Purchase, lines: list[PurchaseLine], accepted: dict[int, int], shipping: int) -> int:
    """Price and taxes on top, by the tax facts and the day of the order; the whole order as it was agreed."""
    if shipping == purchase.shipping and all(accepted[line.pk] == line.quantity for line in lines):
        return purchase.total
    parts = [(line.kind, accepted[line.pk] * line.agreed_price) for line in lines if accepted[line.pk]]
    return taxes.preview(
        parts,
        shipping=shipping,
        facts=purchase.tax_facts,
        mechanism=purchase.mechanism,
        on=clock.day_of(purchase.submitted_at),
        region_id=purchase.region_id,
    ).gross


def sign_bast(
    *, actor: Actor, purchase_id: int, delivery_id: int | None = None, revision: int | None = None
) -> None:
    """Sign the BAST as the PPK: fixes what is accepted, its value, the days of delay and the fine.

    The stage stays until the vendor signs too. Raises Refused `already_signed`, and those of the door.
    """
    step = stepping(purchase_id, "sign_bast", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        found = acceptance_of(purchase, delivery)
        for line_id, units in found.quantities.items():
            DeliveryLine.objects.filter(delivery=delivery, line=line_id).update(accepted=units)
        delivery.accepted_price, delivery.accepted_total = found.price, found.total
        delivery.late_days, delivery.penalty = found.late.days, found.late.penalty
        purchase.bast_ppk_at = delivery.bast_ppk_at = passage.at
        passage.facts.update(
            number=purchase.number,
            accepted_rupiah=found.total,
            late_days=found.late.days,
            penalty_rupiah=found.late.penalty,
            lines=[{"line": pk, "accepted": units} for pk, units in found.quantities.items()],
        )


def accept(
    *, actor: Actor, purchase_id: int, delivery_id: int | None = None, revision: int | None = None
) -> None:
    """Sign the BAST as the vendor: the accepted value is owed from now on, what fell away is free again.

    Raises Refused `not_signed` before the PPK, and those of the door.
    """
    step = stepping(purchase_id, "accept", actor=actor, delivery_id=delivery_id, revision=revision)
    with step as (passage, delivery):
        purchase = passage.thing
        purchase.bast_vendor_at = delivery.bast_vendor_at = passage.at
        owe(passage, delivery)
        signed = papers.both_sign(purchase, ppk_at=delivery.bast_ppk_at, vendor_at=passage.at)
        paper = issue(passage, "bast", bast_facts(passage, delivery), subject=purchase, signatories=signed)
        purchase.bast_number = delivery.bast_number = paper.number
        passage.facts.update(
            number=purchase.number,
            bast_number=paper.number,
            accepted_rupiah=delivery.accepted_total,
            penalty_rupiah=delivery.penalty,
        )


def owe(passage: Passage[Purchase], delivery: Delivery) -> None:
    """Make a delivery's accepted value payable; with the last one, free the money of what fell away."""
    purchase = passage.thing
    assert delivery.accepted_price is not None and delivery.accepted_total is not None
    if delivery.accepted_total:
        make_payable(passage, purchase.budget_line_id, delivery.accepted_total, reference=purchase.number)
    for line in purchase.lines.all():
        units = DeliveryLine.objects.filter(delivery=delivery, line=line).values_list("accepted", flat=True)
        PurchaseLine.objects.filter(pk=line.pk).update(
            accepted=(line.accepted or 0) + sum(each or 0 for each in units)
        )
    purchase.accepted_price = (purchase.accepted_price or 0) + delivery.accepted_price
    purchase.accepted_total = (purchase.accepted_total or 0) + delivery.accepted_total
    purchase.late_days = max(purchase.late_days or 0, delivery.late_days or 0)
    purchase.penalty = (purchase.penalty or 0) + (delivery.penalty or 0)
    others = purchase.deliveries.filter(stage__in=UNDER_WAY).exclude(pk=delivery.pk)
    if not others.exists() and (left := purchase.total - purchase.accepted_total):
        uncommit(passage, purchase.budget_line_id, left, reference=purchase.number)


def bast_facts(passage: Passage[Purchase], delivery: Delivery) -> dict[str, Any]:
    """The facts of the BAST of one delivery whose value is fixed."""
    purchase = passage.thing
    assert delivery.accepted_price is not None and delivery.accepted_total is not None
    assert delivery.inspected_at is not None
    accepted = dict(DeliveryLine.objects.filter(delivery=delivery).values_list("line", "accepted"))
    lines = [line for line in purchase.lines.all() if accepted.get(line.pk)]
    others = purchase.deliveries.filter(stage__in=UNDER_WAY).exclude(pk=delivery.pk)
    return {
        **papers.after_order(purchase, at=passage.at),
        "ppk": papers.officer(papers.ppk_of(purchase)),
        "final": not others.exists(),
        "location": delivery.address,
        "checked_on": clock.day_of(delivery.inspected_at).isoformat(),
        "lines": papers.priced_lines(lines, {pk: units or 0 for pk, units in accepted.items()}),
        "subtotal": delivery.accepted_price - delivery.shipping,
        "shipping": delivery.shipping,
        "ppn": delivery.accepted_total - delivery.accepted_price,
        "ppn_label": papers.on_top_label(purchase),
        "total": delivery.accepted_total,
        "late_days": delivery.late_days or 0,
        "penalty": delivery.penalty or 0,
        "statement": _(
            "Jumlah, fungsi, dan waktu penyerahan telah diperiksa dan dinyatakan sesuai daftar di atas."
        ),
    }
