"""What government bought from one vendor, by budget year and unit: public money, told order by order elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import DROPPED
from procurement.statistics.charts import permille
from vendors.models import Vendor

COLUMNS: Final = {
    "penyedia": _("Penyedia"),
    "nib": _("NIB"),
    "tahun": _("Tahun anggaran"),
    "daerah": _("Daerah"),
    "satuan_kerja": _("Satuan kerja"),
    "pesanan": _("Pesanan"),
    "belanja": _("Belanja sebelum pajak"),
    "dengan_pajak": _("Nilai dengan pajak"),
    "pdn": _("Produk dalam negeri"),
}


@dataclass(frozen=True, slots=True)
class Sale:
    """What one unit bought from the vendor in one budget year, in rupiah; `length` is that of its bar."""

    year: int
    region: str
    unit_id: int
    unit: str
    orders: int
    price: int
    total: int
    pdn: int
    length: int


def sales_of(vendor: Vendor) -> list[Sale]:
    """Bound orders of a vendor by year and unit, the newest year first, in it the largest: one query."""
    rows = list(
        Purchase.objects.filter(vendor=vendor, confirmed_at__isnull=False)
        .exclude(state__in=DROPPED)
        .order_by()
        .values_list("package__year", "region__name", "organisation_id", "organisation__name")
        .annotate(count=Count("pk"), worth=Sum("price_total"), taxed=Sum("total"), domestic=Sum("pdn_value"))
    )
    longest = max((row[5] for row in rows), default=0)
    rows.sort(key=lambda row: (-row[0], -row[5], row[3], row[2]))
    return [
        Sale(year, region, unit_id, unit, orders, price, total, pdn, permille(price, longest))
        for year, region, unit_id, unit, orders, price, total, pdn in rows
    ]


def file_rows(vendor: Vendor, sales: Sequence[Sale]) -> Iterator[list[Any]]:
    """Sales as the columns of a file."""
    for sale in sales:
        yield [
            vendor.organisation.name,
            vendor.nib,
            sale.year,
            sale.region,
            sale.unit,
            sale.orders,
            sale.price,
            sale.total,
            sale.pdn,
        ]
