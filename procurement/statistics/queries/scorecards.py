"""Scorecards of buyers and vendors: what the log's observations and the kept figures say of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from procurement.purchasing.queries.shares import share_of
from procurement.statistics.models import Edition, Level, Spending, UnitYear
from procurement.statistics.queries.spending import Shares, sample_min, shares_of
from vendors.models import Vendor
from vendors.queries.scores import Scorecard, scorecards, vendor_scorecards

CHUNK: Final = 500
BUYER_COLUMNS: Final = {
    "daerah": _("Daerah"),
    "satuan_kerja": _("Satuan kerja"),
    "tahun": _("Tahun"),
    "pesanan": _("Pesanan diajukan"),
    "belanja": _("Belanja sebelum pajak"),
    "porsi_umk_bp": _("Porsi usaha mikro, kecil, koperasi (basis poin)"),
    "porsi_pdn_bp": _("Porsi produk dalam negeri (basis poin)"),
    "tidak_jadi_bp": _("Bagian tidak jadi (basis poin)"),
    "jam_menyetujui": _("Median jam menyetujui"),
    "jam_menerima": _("Median jam menerima"),
    "hari_bayar": _("Median hari kerja bayar"),
    "persen_tepat": _("Persen dibayar dalam batas"),
    "skor": _("Skor"),
}
VENDOR_COLUMNS: Final = {
    "penyedia": _("Penyedia"),
    "ukuran": _("Ukuran usaha"),
    "kode_ukuran": _("Kode ukuran"),
    "wilayah": _("Wilayah"),
    "skor": _("Skor"),
    "pengamatan": _("Pesanan diamati"),
    "answer": _("Menjawab pesanan"),
    "on_time": _("Tepat waktu mengirim"),
    "quantity": _("Jumlah diterima baik"),
    "trouble": _("Tanpa masalah"),
    "rating": _("Penilaian pembeli"),
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """One unit in a year; a figure that judges is None below the smallest sample."""

    year: UnitYear
    spending: Spending | None
    card: Scorecard
    least: int

    @property
    def dropped_share(self) -> int | None:
        """Basis points of the orders that came to nothing."""
        return self._enough(share_of(self.year.dropped, self.year.submitted), self.year.submitted)

    @property
    def shares(self) -> Shares:
        """Of what it bought, by the rule of all pages."""
        return shares_of(self.spending, self.least) if self.spending else Shares(None, None, None, None)

    @property
    def approve_hours(self) -> int | None:
        """Whole hours until the PPK approved, the median."""
        return self._enough(self.year.approve_hours, self.year.approve_sample)

    @property
    def accept_hours(self) -> int | None:
        """Whole hours from arrival to the BAST, the median."""
        return self._enough(self.year.accept_hours, self.year.accept_sample)

    def _enough(self, figure: float | None, sample: int) -> int | None:
        return None if figure is None or sample < self.least else round(figure)


def buyers(found: Sequence[UnitYear]) -> list[Buyer]:
    """Units with their spending and scores: two queries for any number of them."""
    if not found:
        return []
    units = [row.unit_id for row in found]
    first = found[0]
    rows = Spending.objects.filter(
        edition_id=first.edition_id, year=first.year, level=Level.UNIT, unit__in=units
    )
    bought = {row.unit_id: row for row in rows}
    cards = scorecards("UNIT", units)
    least = sample_min()
    return [Buyer(row, bought.get(row.unit_id), cards[row.unit_id], least) for row in found]


def buying_units(edition: Edition | None, year: int) -> QuerySet[UnitYear]:
    """The units that ordered something in a year, by name."""
    found = UnitYear.objects.filter(edition=edition, year=year, submitted__gt=0)
    return found.select_related("unit", "region").order_by("unit__name", "pk")


def buyer_rows(found: QuerySet[UnitYear]) -> Iterator[list[Any]]:
    """Buyers as the columns of a file."""
    for chunk in _chunks(found.iterator(chunk_size=CHUNK)):
        for each in buyers(chunk):
            row = each.year
            yield [
                row.region.name,
                row.unit.name,
                row.year,
                row.submitted,
                each.spending.price if each.spending else 0,
                each.shares.umk,
                each.shares.pdn,
                each.dropped_share,
                each.approve_hours,
                each.accept_hours,
                row.pay_median,
                row.pay_within,
                each.card.overall,
            ]


OF_VENDOR: Final = ("slug", "size", "place_name", "state", "organisation__name")
"""What is read of a vendor for a list: nothing personal."""


def public_vendors() -> QuerySet[Vendor]:
    """Verified vendors without anything personal, by name."""
    found = Vendor.objects.filter(state="VERIFIED").select_related("organisation")
    return found.only(*OF_VENDOR).order_by("organisation__name", "pk")


def with_cards(vendors: Sequence[Vendor]) -> list[tuple[Vendor, Scorecard]]:
    """Vendors with their scores: one query for any number of them."""
    cards = vendor_scorecards([vendor.pk for vendor in vendors])
    return [(vendor, cards[vendor.pk]) for vendor in vendors]


def vendor_rows() -> Iterator[list[Any]]:
    """All vendors as the columns of a file."""
    for chunk in _chunks(public_vendors().iterator(chunk_size=CHUNK)):
        for vendor, card in with_cards(chunk):
            points = {score.measure: score.points for score in card.scores}
            yield [
                vendor.organisation.name,
                vendor.get_size_display(),
                vendor.size,
                vendor.city,
                card.overall,
                card.sample,
                *(points.get(code) for code in list(VENDOR_COLUMNS)[6:]),
            ]


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
