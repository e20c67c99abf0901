"""Public spending: a year as a whole, its parts, and the same as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from procurement.statistics.charts import Columns, columns, permille
from procurement.statistics.models import Edition, Level, Spending

COLUMNS: Final = {
    "tingkat": _("Tingkat"),
    "kode_tingkat": _("Kode tingkat"),
    "tahun": _("Tahun anggaran"),
    "daerah": _("Daerah"),
    "satuan_kerja": _("Satuan kerja"),
    "bulan": _("Bulan"),
    "kategori": _("Kategori"),
    "pesanan": _("Pesanan"),
    "penyedia": _("Penyedia"),
    "belanja": _("Belanja sebelum pajak"),
    "dengan_pajak": _("Nilai dengan pajak"),
    "umk": _("Usaha mikro, kecil, koperasi"),
    "pdn": _("Produk dalam negeri"),
    "umk_pdn": _("Produk dalam negeri dari usaha mikro, kecil, koperasi"),
    "porsi_umk_bp": _("Porsi usaha mikro, kecil, koperasi (basis poin)"),
    "porsi_pdn_bp": _("Porsi produk dalam negeri (basis poin)"),
    "porsi_umk_pdn_bp": _("Porsi produk dalam negeri dari usaha mikro, kecil, koperasi (basis poin)"),
    "hhi": _("HHI"),
}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@dataclass(frozen=True, slots=True)
class Target:
    """The least share that the law asks for, in basis points, with its basis."""

    share: int
    basis: str
    code: str

    @property
    def permille(self) -> int:
        """Where it stands on a bar of the whole."""
        return self.share // 10


def target_of(region_id: int | None = None) -> Target:
    """The 40 % as the dated parameter has it today: domestic products of small business, by all that is bought."""
    rule = parameter("umkm.share_target_bp", region_id=region_id)
    return Target(int(rule.value), rule.legal_basis, rule.code)


def duty_of(region_id: int | None = None) -> str:
    """What obliges to buy domestic products first: a duty without a least share of its own."""
    return parameter("flag.PDN.consequence", region_id=region_id).legal_basis


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a page: a part of the whole, how long its bar is, and its shares where it may be judged."""

    row: Spending
    name: str
    length: int
    shares: Shares


@dataclass(frozen=True, slots=True)
class Shares:
    """Basis points of a row's spending as the public sees them; each None for fewer than `sample_min` orders."""

    umk: int | None
    pdn: int | None
    umk_pdn: int | None
    hhi: int | None


def shares_of(row: Spending, least: int) -> Shares:
    """The one rule of pages and files: a share is told from `least` orders on."""
    if row.orders < least:
        return Shares(None, None, None, None)
    return Shares(row.umk_share, row.pdn_share, row.umk_pdn_share, row.hhi)


@dataclass(frozen=True, slots=True)
class YearOfSpending:
    """One year, of all regions or one: the whole and its parts; None while nothing was bought."""

    year: int
    region: Region | None
    whole: Part | None
    months: list[Part]
    categories: list[Part]
    regions: list[Part]
    chart: Columns


def year_of_spending(edition: Edition | None, year: int, region: Region | None = None) -> YearOfSpending:
    """The year as the public page shows it, but for its units: one query."""
    place = "" if region is None else "REGION_"
    whole = Level.YEAR if region is None else Level.REGION
    wanted = [whole, Level(f"{place}MONTH"), Level(f"{place}CATEGORY"), Level.REGION]
    found = Spending.objects.filter(edition=edition, year=year, level__in=wanted).select_related("region")
    rows = list(found if region is None else found.filter(region=region))
    months = sorted(
        (row for row in rows if row.level == wanted[1]), key=lambda row: (row.month or date.min, row.pk)
    )
    return YearOfSpending(
        year,
        region,
        next(iter(parts_of([row for row in rows if row.level == whole], lambda _row: "")), None),
        parts_of(months, month_name),
        _largest_first([row for row in rows if row.level == wanted[2]], lambda row: row.category),
        _largest_first([row for row in rows if row.level == Level.REGION], lambda row: row.region.name),
        chart_of(year, months),
    )


def parts_of(rows: Sequence[Spending], name: Any) -> list[Part]:
    """Rows with bars, in the order given."""
    longest = max((row.price for row in rows), default=0)
    least = sample_min()
    return [Part(row, name(row), permille(row.price, longest), shares_of(row, least)) for row in rows]


def month_name(row: Spending) -> str:
    """The month in words."""
    return date_format(row.month, "F Y") if row.month else ""


def _largest_first(rows: Sequence[Spending], name: Any) -> list[Part]:
    return parts_of(sorted(rows, key=lambda row: (-row.price, name(row))), name)


def chart_of(year: int, months: Sequence[Spending]) -> Columns:
    """Twelve columns of a year; what was bound in another calendar year stands in the table alone."""
    values = {row.month.month: row.price for row in months if row.month and row.month.year == year}
    return columns([(name, values.get(number, 0)) for number, name in enumerate(MONTHS, 1)])


def units_of(edition: Edition | None, year: int, region: Region | None = None) -> QuerySet[Spending]:
    """The units that bought something, the largest first."""
    found = Spending.objects.filter(edition=edition, year=year, level=Level.UNIT)
    found = found if region is None else found.filter(region=region)
    return found.select_related("unit", "region").order_by("-price", "pk")


def file_rows(
    edition: Edition | None, year: int, region: Region | None = None, unit_id: int | None = None
) -> Iterator[list[Any]]:
    """Every row of a year, of all regions, of one, or of one unit, as the columns of a file."""
    found = Spending.objects.filter(edition=edition, year=year)
    if region is not None:
        found = found.filter(region=region)
    if unit_id is not None:
        found = found.filter(unit=unit_id)
    rows = found.select_related("region", "unit").order_by(
        "level", "region__klpd_code", "unit__name", "month", "pk"
    )
    least = sample_min()
    for row in rows.iterator(chunk_size=2_000):
        yield [
            row.get_level_display(),
            row.level,
            row.year,
            row.region.name if row.region else "",
            row.unit.name if row.unit else "",
            f"{row.month:%Y-%m}" if row.month else "",
            row.category,
            row.orders,
            row.vendors,
            row.price,
            row.total or None,
            row.umk,
            row.pdn,
            row.umk_pdn,
            *((shares := shares_of(row, least)).umk, shares.pdn, shares.umk_pdn, shares.hhi),
        ]


def sample_min() -> int:
    """From so many orders on a figure may judge somebody in public (dated parameter)."""
    return int(parameter("statistics.sample_min", on=clock.today()).value)


def regions_of(edition: Edition | None) -> list[Region]:
    """The regions that bought something in any year. One query."""
    bought = Spending.objects.filter(edition=edition, level=Level.REGION).values("region_id")
    return list(Region.objects.filter(pk__in=bought).order_by("klpd_code"))
