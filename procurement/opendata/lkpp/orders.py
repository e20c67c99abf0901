"""Orders in three shapes of LKPP: the catalogue's (two), and that of purchases done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Exists, OuterRef, Q, Sum, TextField, Value
from django.db.models.functions import Cast

from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.places import area_name
from procurement.competition.models import Award
from procurement.purchasing.models import Purchase
from procurement.settlement.models import OutsidePayment

INAPROC: Final = (
    "order_id", "order_date", "fiscal_year", "kode_klpd", "kode_satker", "nama_satker", "rup_code", "rup_name",
    "rup_desc", "mak", "funding_source", "kode_penyedia", "product_id", "count_product", "total_qty", "total",
    "shipping_fee", "flag_minikom", "status", "shipment_status",
)  # fmt: skip
ECAT: Final = (
    "tahun_anggaran", "jenis_instansi", "nama_instansi", "nama_satker", "kd_klpd", "kd_satker_str", "kd_paket",
    "kd_rup", "rup_nama_pkt", "product_ids", "sumber_dana", "mak", "kd_penyedia_v6", "kd_penyedia_sikap",
    "jml_jenis_produk", "jml_produk", "ongkir", "total_harga", "tgl_order", "status_pkt", "status_pengiriman",
)  # fmt: skip
BELA: Final = (
    "tahun", "kd_klpd", "nama_klpd", "kd_satker", "nama_satker", "order_id", "order_desc", "valuasi", "kategori",
    "metode_bayar", "tanggal_transaksi", "marketplace", "merchant_name", "jenis_transaksi", "kota_kab", "provinsi",
    "nama_pemesan", "status_verif", "sumber_data", "status_konfirmasi_ppmse", "keterangan_ppmse",
)  # fmt: skip

BATCH: Final = 500
_BEFORE_CONTRACT: Final = frozenset({"NEGOTIATING", "AWAITING_PPK", "AWAITING_VENDOR", "ORDERED"})
_DROPPED: Final = frozenset({"CANCELLED", "EXPIRED", "STOPPED", "TERMINATED"})
_SHIPMENT: Final = {
    "SHIPPED": "SHIPPING",
    "DELIVERED": "DELIVERED",
    "DISCREPANCY": "DELIVERED",
    "INSPECTED": "DELIVERED",
    "ACCEPTED": "BUYER_CONFIRMED",
}
_FIELDS: Final = (
    "number", "submitted_at", "state", "approved_at", "confirmed_at", "negotiated", "total", "shipping",
    "mechanism", "pp_id",
    "package__year", "package__kd_rup", "package__name", "region__klpd_code", "region__kind", "region__name",
    "organisation__code", "organisation__name", "budget_line__mak", "budget_line__sumber_dana", "vendor__nib",
    "vendor__place_code", "vendor_organisation__name", "products", "kinds", "units", "competed", "outside",
)  # fmt: skip


def inaproc(year: int) -> Iterator[Sequence[Any]]:
    """Orders of a budget year in the columns of INAPROC's open data."""
    for told in _orders(year):
        yield (
            told["number"],
            f"{_day(told['submitted_at'])}T00:00:00+07:00",  # a day of Jakarta, not of UTC
            told["package__year"],
            told["region__klpd_code"],
            told["organisation__code"],
            told["organisation__name"],
            told["package__kd_rup"],
            told["package__name"],
            "",
            told["budget_line__mak"],
            told["budget_line__sumber_dana"],
            told["vendor__nib"],
            told["products"],
            told["kinds"],
            told["units"],
            told["total"],
            told["shipping"],
            "Ya" if told["competed"] else "Tidak",
            status_of(told),
            shipment_of(told["state"]),
        )


def ecat(year: int) -> Iterator[Sequence[Any]]:
    """Orders of a budget year in the columns of `Ecat-PaketEPurchasingV6`."""
    kinds = dict(Region.Kind.choices)
    for told in _orders(year):
        yield (
            told["package__year"],
            str(kinds[told["region__kind"]]),
            told["region__name"],
            told["organisation__name"],
            told["region__klpd_code"],
            told["organisation__code"],
            told["number"],
            told["package__kd_rup"],
            told["package__name"],
            told["products"],
            told["budget_line__sumber_dana"],
            told["budget_line__mak"],
            told["vendor__nib"],
            "",
            told["kinds"],
            told["units"],
            told["shipping"],
            told["total"],
            _day(told["submitted_at"]),
            status_of(told),
            shipment_of(told["state"]),
        )


def bela(year: int) -> Iterator[Sequence[Any]]:
    """Orders of a budget year that became contracts, in the columns of `Bela-TokoDaringRealisasi`.

    `nama_pemesan` is the office that ordered, never the person.
    """
    mechanisms = dict(Purchase.Mechanism.choices)
    contracted = ~Q(sp_number="") & ~Q(state__in=["STOPPED", "TERMINATED"])
    categories = StringAgg("lines__listing__category__name", "; ", distinct=True, default=Value(""))
    for told in _orders(year, contracted, categories=categories):
        place = told["vendor__place_code"]
        yield (
            told["package__year"],
            told["region__klpd_code"],
            told["region__name"],
            told["organisation__code"],
            told["organisation__name"],
            told["number"],
            told["package__name"],
            told["total"],
            told["categories"],
            str(mechanisms[told["mechanism"]]),
            _day(told["confirmed_at"]),
            "e-Order",
            told["vendor_organisation__name"],
            "Mini-Kompetisi" if told["competed"] else "Negosiasi" if told["negotiated"] else "Langsung",
            area_name(place[:5]) if len(place) >= 5 else "",
            area_name(place[:2]) if len(place) >= 2 else "",
            "Pejabat Pengadaan" if told["pp_id"] else "Pejabat Pembuat Komitmen",
            "Belum" if told["state"] in _UNVERIFIED else "Terverifikasi",
            "e-Order",
            Purchase.moves.state(told["state"]).label,
            "Pembayaran di luar sistem" if told["outside"] else "",
        )


_UNVERIFIED: Final = frozenset({"ORDERED", "SHIPPED", "DELIVERED", "INSPECTED", "DISCREPANCY"})
"""Not accepted by a BAST yet."""


def status_of(told: dict[str, Any]) -> str:
    """The state of an order in LKPP's words."""
    state = told["state"]
    if state == "CANCELLED" and told["approved_at"] is None:
        return "CANCELLED_ON_NEGOTIATION" if told["negotiated"] else "CANCELLED_ON_REVIEW"
    if state in _DROPPED:
        return "CANCELLED"
    if told["outside"]:
        return "PAYMENT_OUTSIDE_SYSTEM"
    return "COMPLETED" if state == "CLOSED" else "ON_PROCESS"


def shipment_of(state: str) -> str:
    """How far the goods came, in LKPP's words."""
    if state in _BEFORE_CONTRACT or state in _DROPPED:
        return "DRAFT"
    return _SHIPMENT.get(state, "COMPLETED")


def _orders(year: int, which: Q | None = None, **more: Any) -> Iterator[dict[str, Any]]:
    """Orders of a budget year by named columns alone, as they are read: no row is ever loaded whole."""
    found = Purchase.objects.filter(package__year=year).annotate(
        products=StringAgg(
            Cast("lines__listing_id", TextField()), ", ", order_by="lines__position", default=Value("")
        ),
        kinds=Count("lines"),
        units=Sum("lines__quantity"),
        competed=Exists(Award.objects.filter(purchase=OuterRef("pk"))),
        outside=Exists(OutsidePayment.objects.filter(obligation__purchase=OuterRef("pk"), state="APPROVED")),
        **more,
    )
    if which is not None:
        found = found.filter(which)
    yield from found.order_by("pk").values(*_FIELDS, *more).iterator(chunk_size=BATCH)


def _day(moment: datetime) -> str:
    return clock.day_of(moment).isoformat()
