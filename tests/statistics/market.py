"""A small market of two regions and three units, bought from by the actions people use; its figures by plain sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.purchasing.actions.endorsing import endorse
from procurement.purchasing.models import Purchase
from tests import people
from tests.purchasing import factories
from tests.purchasing.factories import Office, Story
from tests.vendors import stalls
from vendors.models import Listing

BOUND = {"ORDERED", "SHIPPED", "DELIVERED", "INSPECTED", "DISCREPANCY", "ACCEPTED"}
"""States of this market's orders that count as spending, written out rather than taken from the code."""


@dataclass
class Market:
    """Two units of one region, one of another, and what was ordered."""

    office: Office
    other: Office
    far: Office
    stories: list[Story]


def opened() -> Market:
    """Eleven orders in several states from three vendors, in two categories."""
    far_away = people.region("D031", "Kota Contoh")
    office, other, far = factories.office(), factories.office(), factories.office(region=far_away)
    paper = factories.paper()
    cheaper = factories.paper(factories.shop("UD Kertas Jaya", pkp=False), price=47_000)
    rice = stalls.listing(
        factories.shop("Dapur Bu Sri", size="MIKRO", pkp=False),
        "Nasi kotak ayam",
        way="konsumsi/nasi-kotak",
        kind="KATERING",
        unit="kotak",
        price=35_000,
        in_stock=900,
        is_pdn=True,
    )
    imported = factories.paper(
        factories.shop("PT Sedang Makmur", size="MENENGAH"), title="Kertas impor", is_pdn=False, tkdn_bp=None
    )
    far_paper = factories.paper(factories.shop("CV Seberang", region=far_away), region=far_away)
    orders: list[tuple[str, Office, list[tuple[Listing, int]]]] = [
        ("ORDERED", office, [(paper, 10)]),
        ("ORDERED", office, [(cheaper, 8)]),
        ("SHIPPED", office, [(rice, 40)]),
        ("ACCEPTED", office, [(paper, 25)]),
        ("ACCEPTED", other, [(imported, 6)]),
        ("INSPECTED", other, [(rice, 20)]),
        ("CANCELLED", office, [(paper, 50)]),
        ("AWAITING_PPK", office, [(paper, 9)]),
        ("AWAITING_VENDOR", other, [(cheaper, 7)]),
        ("ORDERED", far, [(far_paper, 12)]),
        ("DELIVERED", office, [(imported, 4)]),
    ]
    return Market(office, other, far, [brought(*order) for order in orders])


def brought(state: str, at: Office, wanted: list[tuple[Listing, int]]) -> Story:
    """An order in that state; one that raised an alarm is endorsed by the PA first."""
    told = factories.story(at=at, wanted=wanted, reason=factories.REASON)
    if told.purchase.endorsement_needed:
        endorse(actor=at.actor(Role.PA), purchase_id=told.purchase.pk, reason=factories.REASON)
    for name in factories.PATHS[state]:
        told.take(name)
    return told


def bound() -> list[Purchase]:
    """The orders that count, read one by one."""
    return [each for each in Purchase.objects.select_related("package") if each.state in BOUND]


def bound_of(office: Office) -> list[Purchase]:
    """Those of one unit."""
    return [each for each in bound() if each.organisation_id == office.package.organisation_id]


def by(key: Callable[[Purchase], Any]) -> dict[Any, int]:
    """Value before tax by anything of an order."""
    sums: dict[Any, int] = defaultdict(int)
    for order in bound():
        sums[key(order)] += order.price_total
    return dict(sums)


def month_of(order: Purchase) -> Any:
    """The first day of the month of the Surat Pesanan."""
    assert order.confirmed_at is not None
    return clock.day_of(order.confirmed_at).replace(day=1)


def by_category() -> dict[str, int]:
    """Value of lines by top category, and shipping."""
    sums: Counter[str] = Counter()
    for order in bound():
        for line in order.lines.select_related("listing__category"):
            leaf = line.listing.category
            top = leaf if leaf.depth == 1 else leaf.get_ancestors().first()
            sums[top.name] += line.total
        if order.shipping:
            sums["Ongkos kirim"] += order.shipping
    return dict(sums)


def hhi(orders: Iterable[Purchase]) -> int:
    """The index from the vendors' shares, by exact fractions."""
    parts: Counter[int] = Counter()
    for order in orders:
        parts[order.vendor_id] += order.price_total
    whole = sum(parts.values())
    return round(sum(Fraction(part, whole) ** 2 for part in parts.values()) * 10_000)
