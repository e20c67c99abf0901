"""What waits on the desks of vendors, curators and operators, and where they often go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.desk import DeskItem, DeskLink
from vendors.models import Amendment, Listing, Vendor
from vendors.queries.access import listings_for, vendors_for
from vendors.queries.basket import BUYERS
from vendors.size import must_restate


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Desk items of this room: listings to curate and vendors to verify; a vendor's listings sent back."""
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        items = [_curation_item(listing) for listing in _queue(listings_for(actor))]
        if actor.role is Role.OPERATOR:
            waiting = vendors_for(actor).filter(state="REGISTERED").order_by("due_at", "pk")[:50]
            items += [_vendor_item(vendor) for vendor in waiting]
            items += [_amendment_item(each) for each in _proposed(actor)]
        return items
    if actor.role is Role.VENDOR:
        return _own_registration(actor) + _own_listings(actor)
    return []


def _own_registration(actor: Actor) -> list[DeskItem]:
    """A registration that its vendor has to go on with: unfinished, sent back, or with figures grown old."""
    vendor = vendors_for(actor).first()
    if vendor is None:
        return []
    if vendor.state in {"DRAFT", "REJECTED"}:
        detail = (
            _("Lengkapi lalu kirim")
            if vendor.state == "DRAFT"
            else _("Perbaiki yang ditandai, lalu ajukan ulang")
        )
    elif must_restate(vendor):
        detail = _("Nyatakan lagi omzet tahun terakhir (PP 7/2021)")
    else:
        return []
    return [
        DeskItem(
            title=_("Pendaftaran usaha"),
            url=reverse("vendor-tasks"),
            state_label=vendor.state_now.label,
            state=vendor.state,
            detail=detail,
        )
    ]


def _own_listings(actor: Actor) -> list[DeskItem]:
    mine = listings_for(actor).filter(Q(state="DRAFT") & ~Q(curator_note="") | Q(state="IN_CURATION"))
    return [_own_item(listing) for listing in mine.order_by("due_at", "pk")[:50]]


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where this room's people often go. No query."""
    if actor.role is Role.VENDOR:
        return [
            DeskLink(_("Usaha saya"), reverse("vendor-tasks"), "store", _("Pendaftaran, rekening, berkas")),
            DeskLink(_("Produk saya"), reverse("listing-own"), "tag", _("Harga, stok, foto, dan status")),
        ]
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return [
            DeskLink(_("Kurasi produk"), reverse("listing-queue"), "eye", _("Produk yang menunggu diperiksa"))
        ]
    if actor.role is Role.ASSISTANT:
        return [
            DeskLink(
                _("Pendampingan"), reverse("assistance-list"), "users", _("Usaha yang Anda bantu isikan")
            )
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


def _proposed(actor: Actor) -> QuerySet[Amendment]:
    open_ones = Amendment.objects.filter(state="PROPOSED", vendor__region_id=actor.region_id or 0)
    return open_ones.select_related("vendor__organisation").order_by("due_at", "pk")[:50]


def _amendment_item(amendment: Amendment) -> DeskItem:
    return DeskItem(
        title=amendment.vendor.organisation.name,
        url=reverse("amendment", args=[amendment.pk]),
        state_label=_("Usulan perubahan data"),
        state=amendment.state,
        due_at=amendment.due_at,
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
