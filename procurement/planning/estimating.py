"""The estimate (HPS) as it stands: lines, shipping and the PPN a taxable vendor would add. Whole rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from marketplace.core import clock
from procurement.planning.models import HpsLine, Package
from procurement.taxation.queries import supplies, tax_plan
from vendors.models import ORDINARY, TaxClass

TAXABLE_VENDOR: Final = {"pkp": True, "suket": False, "npwp_valid": True, "pbjt_registered": False}
"""The estimate must hold whoever sells, so it is worked out for a vendor that adds PPN."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """subtotal + shipping = price; price + ppn = total, all in whole rupiah."""

    lines: tuple[HpsLine, ...]
    subtotal: int
    shipping: int
    ppn: int
    total: int


def estimate_of(package: Package) -> Estimate | None:
    """The estimate from the package's lines; None while it has none. Raises Refused when taxation is silent."""
    found = tuple(package.hps_lines.prefetch_related("references__listing"))
    if not found:
        return None
    priced = supplies([(_tax_class(line), line.total) for line in found], package.hps_shipping)
    plan = tax_plan(priced, TAXABLE_VENDOR, "LS", clock.today(), package.region_id)
    return Estimate(
        found,
        sum(line.total for line in found),
        package.hps_shipping,
        plan.gross - plan.price,
        plan.gross,
    )


def _tax_class(line: HpsLine) -> TaxClass:
    """Taxed as its kind usually is, which is never too little: nothing is taken for exempt.

    Only luxury goods bear more; they are taken for such where a price was seen at one.
    """
    seen = (each.listing for each in line.references.all() if each.listing)
    luxury = next((each.tax_class for each in seen if each.luxury and each.kind == line.kind), None)
    return luxury or ORDINARY[line.kind]
