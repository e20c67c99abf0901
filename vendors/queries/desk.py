"""What waits on the desks of vendors, curators and operators, and where they often go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink
from marketplace.regulation.queries import parameter
from marketplace.workflow.models import Aggregate
from vendors.models import Amendment, BankAccount, Listing, Permit, Vendor
from vendors.queries.access import listings_for, permits_for, vendors_for
from vendors.queries.basket import BUYERS
from vendors.queries.objections import decision_of, objections_for
from vendors.queries.queues import Wait, waits
from vendors.size import must_restate

MOST = 50
Thing = TypeVar("Thing", bound=Aggregate)


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Desk items of this room: what the operation has to check; what a vendor has to mend."""
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return _at_the_desks(actor)
    if actor.role is Role.VENDOR:
        own = _own_registration(actor) + _own_listings(actor) + _own_permits(actor)
        return own + _objection_items(actor, mine=False)
    return []


def _at_the_desks(actor: Actor) -> list[DeskItem]:
    """The three queues, each with how long a thing has waited: two queries a queue."""
    listings = list(_queue(listings_for(actor), "IN_CURATION"))
    permits = list(_queue(permits_for(actor), "SUBMITTED"))
    vendors = list(_queue(vendors_for(actor), "REGISTERED")) if actor.role is Role.OPERATOR else []
    waited: dict[type[Aggregate], dict[int, Wait]] = {
        type(rows[0]): waits(rows) for rows in (listings, permits, vendors) if rows
    }

    def age(thing: Aggregate) -> str:
        wait = waited[type(thing)].get(thing.pk)
        return "" if wait is None else _("menunggu %d hari kerja") % wait.working_days

    return [
        *(_curation_item(listing, age(listing)) for listing in listings),
        *(_permit_item(permit, age(permit)) for permit in permits),
        *(_vendor_item(vendor, age(vendor)) for vendor in vendors),
        *_objection_items(actor, mine=True),
        *(_account_item(each) for each in (_accounts_to_check(actor) if actor.role is Role.OPERATOR else ())),
        *(_amendment_item(each) for each in (_proposed(actor) if actor.role is Role.OPERATOR else ())),
    ]


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
    return [_own_item(listing) for listing in mine.order_by("due_at", "pk")[:MOST]]


def _objection_items(actor: Actor, *, mine: bool) -> list[DeskItem]:
    """Objections that wait for an operator: on the operator's desk, and on the vendor's as held by others."""
    waiting = objections_for(actor).filter(state="SUBMITTED").order_by("due_at", "pk")[:MOST]
    return [
        DeskItem(
            title=_("Keberatan: %s") % decision_of(each).label,
            url=each.get_absolute_url(),
            state_label=each.state_now.label,
            state=each.state,
            due_at=each.due_at,
            holder="" if mine else _("Operator"),
            mine=mine,
            detail=each.vendor.organisation.name,
        )
        for each in waiting
    ]


def _accounts_to_check(actor: Actor) -> QuerySet[BankAccount]:
    """Changed accounts of vendors in business that wait for an operator, or for the second one."""
    open_ones = Q(verified_at__isnull=True) | Q(version__gt=1, approved_at__isnull=True)
    accounts = BankAccount.objects.select_related("vendor__organisation").filter(
        open_ones, vendor__region_id=actor.region_id or 0, vendor__state="VERIFIED", stopped_at__isnull=True
    )
    return accounts.exclude(verified_by_id=actor.user_id, verified_at__isnull=False).order_by("pk")[:MOST]


def _account_item(account: BankAccount) -> DeskItem:
    return DeskItem(
        title=_("Rekening versi %d") % account.version,
        url=reverse("vendor-review", args=[account.vendor_id]),
        state_label=_("Menunggu orang kedua") if account.verified_at else _("Menunggu verifikasi"),
        state="PENDING",
        detail=account.vendor.organisation.name,
    )


def _own_permits(actor: Actor) -> list[DeskItem]:
    """Permits to mend or to renew, those that end soon included, and those a curator has."""
    soon = max(parameter("permit.notice_days", region_id=actor.region_id).value)
    ending = Q(state="VERIFIED", valid_to__lte=clock.today() + timedelta(days=soon))
    mine = permits_for(actor).filter(Q(state__in=("REJECTED", "EXPIRED", "SUBMITTED")) | ending)
    return [_own_permit_item(permit) for permit in mine.order_by("valid_to", "pk")[:MOST]]


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where this room's people often go. No query."""
    if actor.role is Role.VENDOR:
        return [
            DeskLink(
                _("Pengamatan atas kami"), reverse("scores-own"), "chart", _("Skor, tanggapan, bantahan")
            ),
            DeskLink(_("Usaha saya"), reverse("vendor-tasks"), "store", _("Pendaftaran, rekening, berkas")),
            DeskLink(_("Produk saya"), reverse("listing-own"), "tag", _("Harga, stok, foto, dan status")),
            DeskLink(_("Ongkos kirim"), reverse("vendor-charges"), "truck", _("Tarif kirim tiap wilayah")),
            DeskLink(_("Izin saya"), reverse("permit-own"), "file", _("Halal, PIRT, BPOM, SNI, TKDN")),
            DeskLink(
                _("Keberatan saya"), reverse("objection-own"), "scale", _("Atas keputusan tentang usaha")
            ),
        ]
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        verification = DeskLink(
            _("Verifikasi penyedia"),
            reverse("vendor-queue"),
            "users",
            _("Pendaftaran yang menunggu diperiksa"),
        )
        sanctions = [
            DeskLink(
                _("Sanksi"), reverse("sanction-list"), "alert", _("Yang berlaku dan yang sudah berakhir")
            ),
            DeskLink(_("Keberatan"), reverse("objection-queue"), "scale", _("Yang menunggu keputusan")),
        ]
        return [
            *([verification] if actor.role is Role.OPERATOR else []),
            DeskLink(
                _("Kurasi produk"), reverse("listing-queue"), "eye", _("Produk yang menunggu diperiksa")
            ),
            DeskLink(_("Izin"), reverse("permit-queue"), "file", _("Izin yang menunggu diperiksa")),
            *(sanctions if actor.role is Role.OPERATOR else []),
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


def _queue(things: QuerySet[Thing], state: str) -> Iterable[Thing]:
    return things.filter(state=state).order_by("due_at", "pk")[:MOST]


def _curation_item(listing: Listing, age: str) -> DeskItem:
    return DeskItem(
        title=listing.product.title,
        url=reverse("listing-curation", args=[listing.pk]),
        state_label=listing.state_now.label,
        state=listing.state,
        due_at=listing.due_at,
        amount=listing.price,
        detail=_detail(listing.vendor.organisation.name, age),
    )


def _permit_item(permit: Permit, age: str) -> DeskItem:
    return DeskItem(
        title=str(permit),
        url=permit.get_absolute_url(),
        state_label=permit.state_now.label,
        state=permit.state,
        due_at=permit.due_at,
        detail=_detail(permit.vendor.organisation.name, age),
    )


def _own_permit_item(permit: Permit) -> DeskItem:
    mine = permit.state != "SUBMITTED"
    ending = permit.valid_to if permit.state == "VERIFIED" else None
    until = datetime.combine(ending, time(23, 59, 59), clock.JAKARTA) if ending else None
    return DeskItem(
        title=str(permit),
        url=permit.get_absolute_url(),
        state_label=_("Segera berakhir: perpanjang") if ending else permit.state_now.label,
        state=permit.state,
        due_at=until if mine else permit.due_at,
        holder="" if mine else _("Kurator"),
        mine=mine,
        detail=permit.note,
    )


def _detail(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _vendor_item(vendor: Vendor, age: str) -> DeskItem:
    return DeskItem(
        title=vendor.organisation.name,
        url=reverse("vendor-review", args=[vendor.pk]),
        state_label=vendor.state_now.label,
        state=vendor.state,
        due_at=vendor.due_at,
        detail=_detail(vendor.place_name, age),
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
