"""Reads of a buyer's basket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.oscar import baskets

BUYERS = frozenset({Role.PP, Role.PPK})
"""Who fills a basket."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line of a buyer's basket with the live price (whole rupiah, net of tax) and what may stand in its way."""

    line_id: int
    listing_id: int
    product_id: int
    stockrecord_id: int
    vendor_id: int
    vendor_name: str
    vendor_slug: str
    category_id: int
    kind: str
    title: str
    slug: str
    unit: str
    quantity: int
    unit_price: int
    price_when_added: int
    min_order: int
    lead_days: int
    free: int | None
    region_id: int
    on_show: bool

    @property
    def total(self) -> int:
        """Line total in rupiah."""
        return self.quantity * self.unit_price

    @property
    def obstacle(self) -> str:
        """Why this line cannot be ordered now, in words; empty when nothing stands in its way."""
        if not self.on_show:
            return "Produk ini tidak lagi dijual. Hapus dari keranjang."
        if self.quantity < self.min_order:
            return f"Pesanan paling sedikit {self.min_order} {self.unit}."
        if self.free is not None and self.quantity > self.free:
            return f"Stok tinggal {max(self.free, 0)} {self.unit}."
        return ""

    @property
    def url(self) -> str:
        """The product page."""
        return reverse("product", args=[self.slug, self.product_id])


def open_basket_for(actor: Actor) -> Any:
    """The open Oscar basket of a buyer, made on first use. Raises Refused `wrong_role`."""
    actor.require(*sorted(BUYERS))
    return baskets.open_basket_for(actor)


def basket_lines(basket: Any) -> list[BasketLine]:
    """The lines of a basket, grouped by vendor in the order they were added: one query."""
    found = baskets.Line.objects.filter(basket=basket).select_related(
        "product__listing__vendor__organisation", "stockrecord"
    )
    lines = [_basket_line(line) for line in found.order_by("pk") if hasattr(line.product, "listing")]
    first: dict[int, int] = {}
    for line in lines:
        first.setdefault(line.vendor_id, line.line_id)
    return sorted(lines, key=lambda line: (first[line.vendor_id], line.line_id))


def _basket_line(line: Any) -> BasketLine:
    listing, record = line.product.listing, line.stockrecord
    vendor = listing.vendor
    tracked = record.num_in_stock is not None
    return BasketLine(
        line_id=line.pk,
        listing_id=listing.pk,
        product_id=line.product_id,
        stockrecord_id=record.pk,
        vendor_id=vendor.pk,
        vendor_name=vendor.organisation.name,
        vendor_slug=vendor.slug,
        category_id=listing.category_id,
        kind=listing.kind,
        title=line.product.title,
        slug=line.product.slug,
        unit=listing.unit,
        quantity=line.quantity,
        unit_price=listing.price,
        price_when_added=int(line.price_excl_tax),
        min_order=listing.min_order,
        lead_days=listing.lead_days,
        free=record.num_in_stock - (record.num_allocated or 0) if tracked else None,
        region_id=vendor.region_id,
        on_show=listing.state == "LIVE" and vendor.state == "VERIFIED",
    )


def basket_lines_for(actor: Actor) -> list[BasketLine]:
    """The lines of a buyer's open basket."""
    return basket_lines(open_basket_for(actor))


def by_vendor(lines: Sequence[BasketLine]) -> list[tuple[str, list[BasketLine], int]]:
    """(vendor name, lines, sum) in basket order: one purchase each."""
    groups: dict[int, list[BasketLine]] = {}
    for line in lines:
        groups.setdefault(line.vendor_id, []).append(line)
    return [(each[0].vendor_name, each, sum(line.total for line in each)) for each in groups.values()]


def basket_count(actor: Actor) -> int | None:
    """Lines in a buyer's open basket for the page header; None for people who do not buy."""
    if actor.role not in BUYERS or actor.user_id is None:
        return None
    return baskets.line_count(actor.user_id)
