"""The tax preview of an order: purchasing says what is sold, by whom, and how it is paid; taxation decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from marketplace.regulation.queries import parameter
from procurement.taxation.queries import supplies, tax_plan
from vendors.models import TaxClass, Vendor


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


AT_PAYMENT: Final = ("suket", "npwp_valid", "statement_500m", "skb", "qualification", "school_fund")
"""Facts on which the withheld taxes rest: judged on the day of the payment."""


def vendor_facts(vendor: Vendor, on: date) -> dict[str, Any]:
    """What the decision table asks about a vendor on a Jakarta day, as plain JSON values."""
    return {
        "pkp": vendor.pkp,
        "suket": vendor.suket_on(on),
        "npwp_valid": bool(vendor.npwp_hash),
        "pbjt_registered": vendor.pbjt_registered,
        "individual": vendor.legal_form == Vendor.LegalForm.PERSON,
        "statement_500m": vendor.statement_on(on),
        "skb": vendor.skb_on(on),
        "qualification": vendor.qualification_on(on),
    }


def order_facts(vendor: Vendor, source: str, on: date, region_id: int) -> dict[str, Any]:
    """The vendor's facts, and whether the money comes from a school fund."""
    return {**vendor_facts(vendor, on), "school_fund": paid_from_school_fund(source, on, region_id)}


def paid_from_school_fund(source: str, on: date, region_id: int) -> bool:
    """Whether a source of funds is one of those whose purchases bear no PPh 22 (BOS, BOP): a dated list of words."""
    words = {word.upper() for word in re.split(r"[^A-Za-z]+", source) if word}
    funds = parameter("tax.school_funds", on=on, region_id=region_id).value
    return any(str(fund).upper() in words for fund in funds)


def preview(
    priced: Iterable[tuple[TaxClass, int]],
    *,
    shipping: int,
    facts: Mapping[str, Any],
    mechanism: str,
    on: date,
    region_id: int,
) -> Preview:
    """The taxes of (tax class, rupiah before tax) pairs. Raises Refused when the table is silent."""
    plan = tax_plan(supplies(priced, shipping), facts, mechanism, on, region_id)
    local_tax = plan.gross - plan.price - plan.ppn
    return Preview(plan.price, plan.ppn, local_tax, plan.gross, plan.to_json())
