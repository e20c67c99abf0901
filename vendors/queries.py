"""Reads of vendors, listings and baskets; what an actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.oscar import baskets
from marketplace.pages.desk import DeskItem, DeskLink
from marketplace.regulation.queries import parameter
from vendors.images import thumb_of
from vendors.models import BankAccount, Listing, Vendor

BUYERS = frozenset({Role.PP, Role.PPK})
"""Who fills a basket."""

__all__ = ["BUYERS", "BasketLine", "basket_count", "basket_lines", "basket_lines_for", "thumb_of"]


def visible_regions(actor: Actor) -> frozenset[int] | None:
    """The regions whose listings an actor sees; None means all.

    Officials buy from vendors of their own region unless its parameter `catalogue.cross_region` says otherwise;
    the public, vendors, auditors and operators may look at every stall.
    """
    if actor.role not in BUYING or actor.region_id is None:
        return None
    if parameter("catalogue.cross_region", region_id=actor.region_id).value:
        return None
    return frozenset({actor.region_id})


def _id(known: int | None) -> int:
    """An id to compare with; for an actor without one, 0, which nothing has."""
    return known or 0


def get_live_listing_for(actor: Actor, product_id: int) -> Listing:
    """The listing of a product on show, with all that its page needs: one query. Raises Listing.DoesNotExist."""
    listings = Listing.objects.select_related(
        "product", "stockrecord", "category", "vendor", "vendor__organisation", "vendor__region"
    ).filter(state="LIVE", vendor__state="VERIFIED")
    return _seen_by(actor, listings).get(product_id=product_id)


def _seen_by(actor: Actor, listings: QuerySet[Listing]) -> QuerySet[Listing]:
    regions = visible_regions(actor)
    return listings if regions is None else listings.filter(vendor__region_id__in=regions)


def get_listing_for(actor: Actor, listing_id: int) -> Listing:
    """A listing in any state: its vendor's own, or of the region one curates. Raises Listing.DoesNotExist."""
    return listings_for(actor).get(pk=listing_id)


def listings_for(actor: Actor) -> QuerySet[Listing]:
    """The listings an actor works on: a vendor's own; for curators and operators those of their region."""
    listings = Listing.objects.select_related(
        "product", "stockrecord", "category", "vendor", "vendor__organisation"
    )
    if actor.role is Role.VENDOR:
        return listings.filter(vendor__organisation_id=_id(actor.organisation_id))
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return listings.filter(vendor__region_id=_id(actor.region_id))
    return listings.none()


def get_vendor_for(actor: Actor, vendor_id: int) -> Vendor:
    """A vendor with its papers: itself, or the operation of its region. Raises Vendor.DoesNotExist."""
    return vendors_for(actor).get(pk=vendor_id)


def vendors_for(actor: Actor) -> QuerySet[Vendor]:
    """The vendors an actor works on: a vendor itself; for curators and operators those of their region."""
    vendors = Vendor.objects.select_related("organisation", "region")
    if actor.role is Role.VENDOR:
        return vendors.filter(organisation_id=_id(actor.organisation_id))
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return vendors.filter(region_id=_id(actor.region_id))
    return vendors.none()


def own_vendor(actor: Actor) -> Vendor:
    """The vendor an actor stands for. Raises Vendor.DoesNotExist."""
    return Vendor.objects.select_related("organisation", "region").get(
        organisation_id=_id(actor.organisation_id)
    )


def public_vendor(slug: str) -> Vendor:
    """A verified vendor's public profile. Raises Vendor.DoesNotExist."""
    return (
        Vendor.objects.select_related("organisation", "region")
        .defer("npwp", "owner_name", "owner_nik", "street", "phone")
        .get(slug=slug, state="VERIFIED")
    )


def verified_account(vendor_id: int) -> BankAccount | None:
    """The newest verified version of a vendor's bank account: the only one that may be paid to."""
    return (
        BankAccount.objects.filter(vendor_id=vendor_id, verified_at__isnull=False)
        .order_by("-version")
        .first()
    )


def stall_card(listing: Listing) -> dict[str, Any]:
    """What the card component shows of a listing on its vendor's profile; images are prefetched."""
    picture = next(iter(listing.product.images.all()), None)
    return {
        "title": listing.product.title,
        "url": listing.get_absolute_url(),
        "price": listing.price,
        "unit": listing.unit,
        "image_url": default_storage.url(thumb_of(picture.original.name)) if picture else "",
        "badges": [*(["PDN"] if listing.is_pdn else []), *(["Halal"] if listing.halal else [])],
    }


# -- the desk -----------------------------------------------------------------------------------------


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Desk items of this room: listings to curate and vendors to verify; a vendor's listings sent back."""
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        items = [_curation_item(listing) for listing in _queue(listings_for(actor))]
        if actor.role is Role.OPERATOR:
            waiting = vendors_for(actor).filter(state="REGISTERED").order_by("due_at", "pk")[:50]
            items += [_vendor_item(vendor) for vendor in waiting]
        return items
    if actor.role is Role.VENDOR:
        mine = listings_for(actor).filter(Q(state="DRAFT") & ~Q(curator_note="") | Q(state="IN_CURATION"))
        return [_own_item(listing) for listing in mine.order_by("due_at", "pk")[:50]]
    return []


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where this room's people often go. No query."""
    if actor.role is Role.VENDOR:
        return [
            DeskLink(_("Produk saya"), reverse("listing-own"), "store", _("Harga, stok, foto, dan status"))
        ]
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return [
            DeskLink(_("Kurasi produk"), reverse("listing-queue"), "eye", _("Produk yang menunggu diperiksa"))
        ]
    if actor.role in BUYERS:
        return [
            DeskLink(_("Katalog"), reverse("catalogue"), "grid", _("Cari barang dan jasa UMKM")),
            DeskLink(_("Keranjang"), reverse("basket"), "cart", _("Lanjutkan menyusun pesanan")),
        ]
    return []


def _queue(listings: QuerySet[Listing]) -> Iterable[Listing]:
    return listings.filter(state="IN_CURATION").order_by("due_at", "pk")[:50]


def _curation_item(listing: Listing) -> DeskItem:
    return DeskItem(
        title=listing.product.title,
        url=reverse("listing-curation", args=[listing.pk]),
        state_label=listing.state_now.label,
        state=listing.state,
        due_at=listing.due_at,
        amount=listing.price,
        detail=listing.vendor.organisation.name,
    )


def _vendor_item(vendor: Vendor) -> DeskItem:
    return DeskItem(
        title=vendor.organisation.name,
        url=reverse("vendor-review", args=[vendor.pk]),
        state_label=vendor.state_now.label,
        state=vendor.state,
        due_at=vendor.due_at,
        detail=vendor.place_name,
    )


def _own_item(listing: Listing) -> DeskItem:
    mine = listing.state == "DRAFT"
    return DeskItem(
        title=listing.product.title,
        url=reverse("listing-edit", args=[listing.pk]),
        state_label="Perlu diperbaiki" if mine else listing.state_now.label,
        state=listing.state,
        due_at=None if mine else listing.due_at,
        amount=listing.price,
        holder="" if mine else "Kurator",
        mine=mine,
        detail=listing.curator_note,
    )


# -- the basket ---------------------------------------------------------------------------------------


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
