"""How large an enterprise is by PP 7/2021 Article 35: by its capital when it starts, by its yearly sales afterwards.

The thresholds are dated parameters; the rule is the same for every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import Rule, parameter
from vendors.models import Vendor

_STEPS = (("micro", Vendor.Size.MICRO), ("small", Vendor.Size.SMALL), ("medium", Vendor.Size.MEDIUM))


@dataclass(frozen=True, slots=True)
class SizeFound:
    """A size with the figure that decided it and the rule it rests on."""

    size: Vendor.Size
    basis: Vendor.SizeBasis
    rule: Rule


def size_of(
    *, capital: int | None, yearly_sales: int | None, cooperative: bool = False, on: date | None = None
) -> SizeFound:
    """The size of an enterprise on a day.

    Args:
        capital: rupiah, without land and business premises; counts only while there are no sales to tell of.
        yearly_sales: rupiah of the last full year.
        cooperative: a cooperative is its own kind whatever its figures, but must tell them.

    Raises:
        Refused: `size_unknown` without figures, `too_large` above medium: this market is for UMKM.
    """
    if yearly_sales is None and capital is None:
        raise Refused(
            "size_unknown",
            "Ukuran usaha belum dapat ditentukan.",
            rule="PP 7/2021 Pasal 35",
            fix="Isi omzet setahun, atau modal bila usaha baru dimulai.",
        )
    basis, figure = (
        (Vendor.SizeBasis.SALES, yearly_sales)
        if yearly_sales is not None
        else (Vendor.SizeBasis.CAPITAL, capital)
    )
    code = "umkm.sales_max" if basis == Vendor.SizeBasis.SALES else "umkm.capital_max"
    for step, size in _STEPS:
        rule = parameter(f"{code}.{step}", on=on)
        if figure is not None and figure <= int(rule.value):
            return SizeFound(Vendor.Size.COOPERATIVE if cooperative else size, basis, rule)
    raise Refused(
        "too_large",
        "Menurut angka ini usaha Anda lebih besar dari usaha menengah.",
        rule=rule.legal_basis,
        fix="e-Order hanya untuk UMKM dan koperasi. Periksa kembali angkanya.",
    )


def restate_by(vendor: Vendor) -> date | None:
    """The day by which the figures must be stated anew; None while there are none."""
    if vendor.size_stated_on is None:
        return None
    months = int(
        parameter("umkm.size_recheck_months", on=vendor.size_stated_on, region_id=vendor.region_id).value
    )
    year, month = divmod(vendor.size_stated_on.month - 1 + months, 12)
    return date(vendor.size_stated_on.year + year, month + 1, min(vendor.size_stated_on.day, 28))


def must_restate(vendor: Vendor) -> bool:
    """Whether the stated figures are older than the rule allows."""
    due = restate_by(vendor)
    return due is not None and due <= clock.today()
