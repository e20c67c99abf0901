"""Orders with several deliveries, or with milestones of a service, brought along by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.fulfilment.actions import Count
from procurement.purchasing.actions import Destination, submit_basket
from procurement.purchasing.models import Delivery
from tests.purchasing import factories


def ordered(destinations: Sequence[Destination], wanted: Sequence[Any]) -> factories.Story:
    """An order confirmed by its vendor that goes to these places."""
    unit = factories.office()
    buyer = unit.actor(Role.PP)
    factories.fill_basket(buyer, wanted)
    (purchase,) = submit_basket(
        actor=buyer,
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        destinations=destinations,
        no_negotiation_reason=factories.REASON,
    )
    story = factories.Story(purchase, unit)
    story.fresh()
    for name in ("approve", "confirm"):
        story.take(name)
    return story


def two_places(first: int = 12, second: int = 8) -> factories.Story:
    """Reams of paper, `first` of them to one office and `second` to another, three days later."""
    listing = factories.paper()
    here = factories.delivery(quantities={listing.pk: first})
    there = replace(
        here,
        address="Jl. Kebon Sirih 22",
        quantities={listing.pk: second},
        needed_by=clock.today() + timedelta(days=13),
    )
    return ordered([here, there], [(listing, first + second)])


def two_milestones() -> factories.Story:
    """A cleaning service at Rp10.000.000: 40 % for the first milestone, 60 % for the second."""
    service = factories.paper(
        title="Jasa kebersihan gedung", kind="JASA", unit="paket", price=10_000_000, in_stock=None
    )
    first = factories.delivery(title="Tahap 1: persiapan", share=4_000)
    second = factories.delivery(title="Tahap 2: pelaksanaan", share=6_000)
    return ordered([first, second], [(service, 1)])


def part(story: factories.Story, position: int) -> Delivery:
    """One delivery as the database has it now."""
    return story.purchase.deliveries.get(position=position)


def on(story: factories.Story, position: int, *names: str, **told: Any) -> Delivery:
    """Take steps on one delivery, one after another; a count takes all that travels unless told otherwise."""
    for name in names:
        delivery = part(story, position)
        given = dict(told)
        if name == "receive" and "counts" not in told:
            shipment = delivery.shipments.get(receipt__isnull=True)
            given["counts"] = {each.line_id: Count(each.quantity) for each in shipment.lines.all()}
        story.take(name, delivery_id=delivery.pk, **given)
    return part(story, position)


def money(story: factories.Story) -> tuple[int, int, int]:
    """What the budget line holds for orders: reserved, committed, payable."""
    story.office.line.refresh_from_db()
    return story.office.line.reserved, story.office.line.committed, story.office.line.payable
