"""The tax preview of an order: purchasing says what is sold, by whom, and how it is paid; taxation decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procurement.taxation.queries import supplies, tax_plan
from vendors.models import Vendor


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
        "individual": vendor.legal_form == Vendor.LegalForm.PERSON,
    }


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
