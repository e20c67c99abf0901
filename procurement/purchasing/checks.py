"""What must hold before an order is submitted or approved: one question a function, each raising Refused.

Every amount is compared in total, never line by line: an order is one spending however many items it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.places import serves
from marketplace.regulation.queries import parameter
from procurement.planning.models import BudgetLine, Package
from procurement.planning.queries import way_of
from procurement.purchasing.models import PurchaseLine
from procurement.purchasing.queries import committed_of_package, promised_on
from vendors.models import Listing, Vendor

SHORTEST_REASON: Final = 10
"""Letters; less explains nothing."""


def said(reason: str, *, fix: str = "") -> str:
    """A reason that says something, without needless blanks. Raises Refused `reason_needed`."""
    cleaned = " ".join(reason.split())
    if len(cleaned) < SHORTEST_REASON:
        raise Refused(
            "reason_needed",
            _("Alasan perlu ditulis, paling sedikit %(n)d huruf.") % {"n": SHORTEST_REASON},
            fix=fix or _("Tuliskan singkat apa sebabnya; pihak lain akan membacanya."),
            field="reason",
        )
    return cleaned[:500]


def open_for_buying(package: Package) -> None:
    """A package is bought from once prepared, and only while SiRUP shows it (Perpres 16/2018 Art. 50)."""
    if package.state == "PREPARED" and package.announced and package.active:
        return
    raise Refused(
        "package_not_ready",
        _("Paket %(rup)s belum siap dibelanjakan (%(state)s).")
        % {"rup": package.kd_rup, "state": package.get_state_display()},
        rule="Perpres 16/2018 Pasal 50",
        fix=_("PPK menetapkan KAK dan HPS lebih dahulu; paket harus terumumkan di SiRUP."),
    )


def authority(actor: Actor, package: Package) -> None:
    """The PP buys up to a limit on the planned value, the PPK above it (Perpres 16/2018 Art. 12)."""
    way = way_of(package.kind_code, package.pagu, region_id=package.region_id)
    user_id = package.pp_user_id if way.buyer == Role.PP else package.ppk_user_id
    if actor.role != way.buyer:
        raise Refused(
            "no_authority",
            _("Paket senilai %(pagu)s dibeli oleh %(role)s (batas PP %(limit)s).")
            % {"pagu": rupiah(package.pagu), "role": way.buyer.value, "limit": rupiah(way.limit)},
            rule=way.basis,
            fix=_("Teruskan kepada pejabat yang berwenang."),
        )
    if actor.user_id != user_id:
        raise Refused(
            "not_yours",
            _("Paket %(rup)s ditugaskan kepada pejabat lain.") % {"rup": package.kd_rup},
            fix=_("Minta PPK menugaskan Anda pada paket ini."),
        )


def budget_line_of(package: Package, line: BudgetLine) -> None:
    """The money comes from the package's own, active line."""
    if line.package_id != package.pk or not line.active:
        raise Refused(
            "line_closed",
            _("Baris anggaran ini bukan milik paket %(rup)s atau sudah tidak aktif.")
            % {"rup": package.kd_rup},
            fix=_("Pilih baris anggaran lain dari paket ini."),
        )


def within_hps(package: Package, total: int, *, leaving_out: int | None = None) -> None:
    """All living orders of the package together stay within its HPS. The caller has locked the package."""
    taken = committed_of_package(package.pk, leaving_out=leaving_out)
    hps = package.hps_total or 0
    if taken + total <= hps:
        return
    raise Refused(
        "above_hps",
        _("Jumlah %(total)s bersama pesanan lain %(taken)s melebihi HPS paket %(hps)s.")
        % {"total": rupiah(total), "taken": rupiah(taken), "hps": rupiah(hps)},
        rule="Perpres 16/2018 Pasal 26",
        fix=_("Kurangi jumlah barang, atau minta PPK meninjau HPS."),
    )


def within_order_limit(total: int, region_id: int) -> None:
    """One order stays within the limit of e-Order."""
    limit = parameter("eorder.max_order_value", region_id=region_id)
    if total <= int(limit.value):
        return
    raise Refused(
        "above_order_limit",
        _("Nilai pesanan %(total)s melebihi batas e-Order %(limit)s.")
        % {"total": rupiah(total), "limit": rupiah(int(limit.value))},
        rule=limit.legal_basis,
        fix=_("Paket sebesar ini memakai metode lain; jangan memecahnya menjadi beberapa pesanan."),
    )


def vendor_in_business(vendor: Vendor, region_id: int) -> None:
    """The vendor is verified, not suspended, and of this region unless regions may buy across."""
    if vendor.state != "VERIFIED":
        raise Refused(
            "vendor_not_verified",
            _("%(vendor)s sedang tidak dapat menerima pesanan (%(state)s).")
            % {"vendor": vendor.name, "state": vendor.get_state_display()},
            fix=_("Pilih penyedia lain untuk barang ini."),
        )
    if vendor.region_id != region_id and not parameter("catalogue.cross_region", region_id=region_id).value:
        raise Refused(
            "other_region",
            _("%(vendor)s terdaftar di daerah lain.") % {"vendor": vendor.name},
            fix=_("Pilih penyedia di daerah Anda."),
        )


def pact_signed(vendor: Vendor) -> None:
    """Who signs a contract has agreed to the integrity pact in force (Perpres 16/2018 Art. 7)."""
    version = parameter("vendor.pact_version", region_id=vendor.region_id)
    if vendor.pact_signed_at is not None and vendor.pact_version == str(version.value):
        return
    raise Refused(
        "pact_missing",
        _("%(vendor)s belum menyetujui Pakta Integritas yang berlaku (versi %(version)s).")
        % {"vendor": vendor.name, "version": version.value},
        rule=version.legal_basis,
        fix=_("Buka Usaha saya, bagian Pakta Integritas, setujui, lalu terima pesanan ini."),
    )


def on_show(listing: Listing) -> None:
    """Only what is on show is ordered."""
    if listing.state != "LIVE":
        raise Refused(
            "listing_gone",
            _("“%(title)s” tidak lagi tayang.") % {"title": listing.product.title},
            fix=_("Hapus dari keranjang dan pilih produk lain."),
        )


def enough_to_order(listing: Listing, quantity: int) -> None:
    """A listing is ordered in the quantity it is sold in, over all addresses."""
    if quantity < listing.min_order:
        raise Refused(
            "below_minimum",
            _("“%(title)s” dipesan paling sedikit %(n)d %(unit)s.")
            % {"title": listing.product.title, "n": listing.min_order, "unit": listing.unit},
            fix=_("Tambah jumlahnya di keranjang."),
        )


def delivered_to(listing: Listing, place_code: str) -> None:
    """A listing is delivered to the place."""
    if not serves(place_code, listing.area_codes):
        raise Refused(
            "outside_area",
            _("“%(title)s” tidak dikirim ke wilayah %(place)s.")
            % {"title": listing.product.title, "place": place_code},
            fix=_("Pilih produk yang melayani wilayah itu."),
        )


def milestones_allowed(listing: Listing, milestone: str) -> None:
    """Only services are accepted by milestones; goods are delivered in parts."""
    if milestone and listing.kind != Listing.Kind.SERVICE:
        raise Refused(
            "milestones_for_services",
            _("“%(title)s” bukan jasa, jadi tidak dapat diterima per tahap.")
            % {"title": listing.product.title},
            fix=_("Bagi barang ke beberapa pengiriman, atau pesan jasa dalam pesanan tersendiri."),
        )


def negotiation_explained(price: int, negotiate: bool, reason: str, region_id: int) -> None:
    """Negotiation may be left out; above the dated value only with a reason (handbook §3.8). `price` before tax."""
    above = parameter("negotiation.reason_above", region_id=region_id)
    if negotiate or price <= int(above.value) or len(reason.strip()) >= SHORTEST_REASON:
        return
    raise Refused(
        "negotiation_skipped",
        _("Pesanan di atas %(above)s tanpa negosiasi memerlukan alasan.")
        % {"above": rupiah(int(above.value))},
        rule=above.legal_basis,
        fix=_("Pilih “negosiasi dahulu”, atau tuliskan alasannya, paling sedikit 10 huruf."),
    )


def at_most_listed(line: PurchaseLine, price: int) -> None:
    """No unit price (rupiah before tax) goes above the listed one: it is the vendor's own ceiling (handbook §1.2)."""
    if price <= line.list_price:
        return
    raise Refused(
        "above_list",
        _("Harga “%(title)s” %(price)s melebihi harga tayang %(listed)s.")
        % {"title": line.title, "price": rupiah(price), "listed": rupiah(line.list_price)},
        rule=_("Kepka LKPP 177/2024: harga tayang adalah harga satuan tertinggi penyedia"),
        fix=_("Tawarkan harga yang sama atau lebih rendah."),
    )


def at_most_charged(shipping: int, charged: int) -> None:
    """Shipping (rupiah before tax) stays at most what the vendor charged when the order was submitted."""
    if shipping <= charged:
        return
    raise Refused(
        "above_charge",
        _("Ongkos kirim %(shipping)s melebihi tarif penyedia saat pesanan diajukan, %(charged)s.")
        % {"shipping": rupiah(shipping), "charged": rupiah(charged)},
        rule=_("Kepka LKPP 177/2024: negosiasi tidak menaikkan harga yang tayang"),
        fix=_("Tawarkan ongkos kirim yang sama atau lebih rendah."),
    )


def within_capacity(wanted: Sequence[tuple[Listing, int]], day: date) -> None:
    """What is made to order is promised no more often for one day than its vendor can make.

    The listings stay locked until the order stands, so that two buyers cannot both take the last portions.
    """
    limited = {
        listing.pk: (listing, quantity) for listing, quantity in wanted if listing.daily_capacity is not None
    }
    if not limited:
        return
    locked = (
        Listing.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=limited).order_by("pk")
    )
    capacities = dict(locked.values_list("pk", "daily_capacity"))
    taken = promised_on(day, list(limited))
    for pk, (listing, quantity) in limited.items():
        free = (capacities[pk] or 0) - taken.get(pk, 0)
        if capacities[pk] is not None and quantity > free:
            raise Refused(
                "over_capacity",
                _("“%(title)s” untuk %(day)s tinggal sanggup %(free)d %(unit)s.")
                % {
                    "title": listing.product.title,
                    "day": date_format(day, "j F Y"),
                    "free": max(free, 0),
                    "unit": listing.unit,
                },
                fix=_("Kurangi jumlahnya, pilih hari lain, atau bagi ke penyedia lain."),
            )


def on_time(needed_by: date) -> None:
    """Goods cannot be needed yesterday."""
    if needed_by < clock.today():
        raise Refused(
            "needed_by_past",
            _("Tanggal dibutuhkan sudah lewat."),
            fix=_("Isi tanggal hari ini atau sesudahnya."),
        )


def choice_explained(listings: Iterable[Listing], reason: str) -> None:
    """Whoever buys what is not made in Indonesia says why (Perpres 16/2018 jo. 46/2025 Art. 66)."""
    foreign = [listing.product.title for listing in listings if not listing.is_pdn]
    if foreign and len(reason.strip()) < 10:
        raise Refused(
            "reason_needed",
            _("“%(title)s” bukan produk dalam negeri; tuliskan alasan memilihnya.") % {"title": foreign[0]},
            rule="Perpres 16/2018 jo. 46/2025 Pasal 66",
            fix=_("Isi alasan memilih paling sedikit 10 huruf, atau pilih produk dalam negeri."),
        )


def no_conflict(package: Package, actor: Actor, vendors: Sequence[Vendor]) -> None:
    """No officer of the order stands on the vendor's side: same person, or the same NIK."""
    people = (actor.user_id, package.pp_user_id, package.ppk_user_id)
    officers = User.objects.filter(pk__in=[pk for pk in people if pk is not None])
    ids, niks = set(), set()
    for pk, nik_hash in officers.values_list("pk", "nik_hash"):
        ids.add(pk)
        niks |= {nik_hash} - {""}
    staff = Appointment.objects.filter(organisation__in=[vendor.organisation_id for vendor in vendors])
    linked = {
        organisation_id
        for organisation_id, user_id, nik_hash in staff.values_list(
            "organisation_id", "user_id", "user__nik_hash"
        )
        if user_id in ids or nik_hash in niks
    }
    for vendor in vendors:
        if vendor.organisation_id in linked or vendor.owner_nik_hash in niks:
            raise Refused(
                "conflict_of_interest",
                _("Ada pejabat pada paket ini yang terkait dengan %(vendor)s.") % {"vendor": vendor.name},
                rule="Perpres 16/2018 Pasal 7: menghindari pertentangan kepentingan",
                fix=_("Pilih penyedia lain, atau minta PA/KPA menunjuk pejabat lain."),
            )
