"""The tax preview of an order: purchasing says what is sold, by whom, and how it is paid; taxation decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from procurement.taxation.queries import tax_plan
from vendors.models import Listing, Vendor

TAX_KIND: Final[dict[str, str]] = {
    Listing.Kind.GOODS: "goods",
    Listing.Kind.SERVICE: "service",
    Listing.Kind.CATERING: "catering",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What the taxes on an order come to, in whole rupiah: price + ppn + local_tax = gross."""

    price: int
    ppn: int
    local_tax: int
    gross: int
    details: dict[str, Any]

    @property
    def rules(self) -> list[str]:
        """Which rules in which version decided."""
        return [f"{line['rule_id']} v{line['rule_version']}" for line in self.details["lines"]]


def vendor_facts(vendor: Vendor, on: date) -> dict[str, Any]:
    """What the decision table asks about a vendor on a Jakarta day."""
    valid_to = vendor.suket_pp55_valid_to
    return {
        "pkp": vendor.pkp,
        "suket": bool(vendor.suket_pp55) and (valid_to is None or valid_to >= on),
        "npwp_valid": bool(vendor.npwp_hash),
        "pbjt_registered": vendor.pbjt_registered,
    }


def supplies(priced: Iterable[tuple[str, int]], shipping: int) -> list[tuple[str, int]]:
    """(tax kind, rupiah) per kind; delivery by the vendor belongs to the price of the goods (handbook §4.9)."""
    sums: Counter[str] = Counter()
    for kind, amount in priced:
        sums[TAX_KIND[kind]] += amount
    if shipping:
        carrier = next(kind for kind in ("goods", "catering", "service") if kind in sums)
        sums[carrier] += shipping
    return sorted(sums.items())


def preview(
    priced: Iterable[tuple[str, int]],
    *,
    shipping: int,
    facts: Mapping[str, Any],
    mechanism: str,
    on: date,
    region_id: int,
) -> Preview:
    """The taxes of (listing kind, rupiah before tax) pairs. Raises Refused when the table is silent."""
    plan = tax_plan(supplies(priced, shipping), facts, mechanism, on, region_id)
    local_tax = plan.gross - plan.price - plan.ppn
    return Preview(plan.price, plan.ppn, local_tax, plan.gross, plan.to_json())
