"""What a buyer asks for before there is an order: items with their prices, each vendor's share with its taxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.purchasing.models import Agreement, Purchase
from procurement.purchasing.parcelling import Destination, parts_of
from procurement.purchasing.queries import taxes
from search.actions import Chosen
from vendors.models import Listing, Vendor
from vendors.queries import basket_lines, delivery_charge, price_at


@dataclass(frozen=True, slots=True)
class Item:
    """One line as it is being ordered: a listing, how many, at which price (rupiah a unit, before tax).

    `unit_price` is the listed price at the place of delivery, `agreed_price` what is asked (the same unless the
    offer was lower); `by_destination` tells how many go where. `chosen` is the frozen answer it was chosen from;
    None: chosen directly.
    """

    listing: Listing
    quantity: int
    unit_price: int
    chosen: Chosen | None = None
    agreed: int | None = None
    milestone: str = ""
    by_destination: Mapping[int, int] = field(default_factory=dict)

    @property
    def agreed_price(self) -> int:
        """Rupiah a unit that the order asks for."""
        return self.unit_price if self.agreed is None else self.agreed

    @property
    def total(self) -> int:
        """Whole rupiah before tax."""
        return self.agreed_price * self.quantity


@dataclass(frozen=True, slots=True)
class Share:
    """One vendor's part of a basket, with its shipping and taxes: what becomes one order.

    `shipping` is whole rupiah by destination.
    """

    vendor: Vendor
    items: tuple[Item, ...]
    mechanism: str
    tax_facts: dict[str, Any]
    taxes: taxes.Preview
    shipping: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Whole rupiah the budget pays."""
        return self.taxes.gross

    @property
    def shipping_total(self) -> int:
        """Whole rupiah for all destinations."""
        return sum(self.shipping.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the buyer wants to order: why these goods, and whether to negotiate first.

    Who does not negotiate says why above the value set by `negotiation.reason_above`. `since` is when the first item
    came into the basket; `justifications` say by code why an order with a red flag is right.
    """

    reason: str = ""
    negotiate: bool = False
    no_negotiation_reason: str = ""
    cause: Agreement.Cause = Agreement.Cause.SUBMISSION
    since: datetime | None = None
    justifications: Mapping[str, str] = field(default_factory=dict)


def items_of(basket: Any, place_code: str = "") -> list[Item]:
    """The lines of a basket with their listings and vendors: two queries, ordered by vendor.

    Without a place of delivery the general prices hold.
    """
    quantities = {line.listing_id: line.quantity for line in basket_lines(basket)}
    listings = Listing.objects.select_related("vendor__organisation", "product").filter(pk__in=quantities)
    return [
        Item(listing, quantities[listing.pk], price_at(listing, place_code))
        for listing in listings.order_by("vendor_id", "pk")
    ]


def laid_out(basket: Any, destinations: Sequence[Destination]) -> list[Item]:
    """The lines of a basket laid out over where they go, at the prices there. Raises Refused of `parcelling`."""
    found = {item.listing.pk: item for item in items_of(basket)}
    parts = parts_of(
        {pk: item.quantity for pk, item in found.items()},
        destinations,
        lambda pk, destination: price_at(found[pk].listing, destination.place_code),
    )
    return [
        replace(
            found[part.listing_id],
            quantity=part.quantity,
            unit_price=part.unit_price,
            milestone=part.milestone,
            by_destination=part.by_destination,
        )
        for part in parts
    ]


def shares_of(
    items: Sequence[Item], region_id: int, destinations: Sequence[Destination] = (), *, source: str = ""
) -> list[Share]:
    """Split items by vendor and work out shipping, mechanism and taxes of each part, as of today.

    `source` is the source of funds, where the budget line is known: some bear no PPh 22.
    """
    grouped = groupby(items, key=lambda item: item.listing.vendor_id)
    return [
        share_of(tuple(members), region_id, destinations, source=source) for _vendor_id, members in grouped
    ]


def share_of(
    items: tuple[Item, ...],
    region_id: int,
    destinations: Sequence[Destination] = (),
    shipping: Mapping[int, int] | None = None,
    *,
    source: str = "",
) -> Share:
    """One vendor's items with mechanism and taxes; `shipping` by destination, the vendor's tariff unless given."""
    vendor, today = items[0].listing.vendor, clock.today()
    up_max = int(parameter("payment.up_max_per_payee", region_id=region_id).value)
    charged = _charges(vendor, items, destinations) if shipping is None else dict(shipping)
    price = sum(item.total for item in items) + sum(charged.values())
    # Small payments come out of the imprest (UP), larger ones straight from the treasury (LS): handbook §4.2.
    mechanism = Purchase.Mechanism.UP if price <= up_max else Purchase.Mechanism.LS
    facts = taxes.order_facts(vendor, source, today, region_id)
    preview = taxes.preview(
        [(item.listing.tax_class, item.total) for item in items],
        shipping=sum(charged.values()),
        facts=facts,
        mechanism=mechanism,
        on=today,
        region_id=region_id,
    )
    return Share(vendor, items, mechanism, facts, preview, charged)


def _charges(vendor: Vendor, items: Sequence[Item], destinations: Sequence[Destination]) -> dict[int, int]:
    """What the vendor asks for bringing its goods to each destination that gets any of them."""
    reached = {index for item in items for index, units in item.by_destination.items() if units}
    return {
        index: delivery_charge(vendor.pk, destinations[index].place_code)
        for index in sorted(reached)
        if not destinations[index].title  # a milestone is work, not a journey
    }
