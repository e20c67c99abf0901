"""From rows to the tax table's pure inputs, and back: what an order's taxes are on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.purchasing.models import Purchase
from procurement.settlement.models import TaxRule
from procurement.settlement.tax.evaluate import Group, Kind, Mechanism, Supply, TaxPlan, evaluate
from procurement.settlement.tax.table import Rule
from vendors.models import Vendor

KIND_OF_LISTING: dict[str, Kind] = {"BARANG": "goods", "JASA": "service", "KATERING": "catering"}
"""How the catalogue's kinds are called in tax law."""


def rules_in_force(on: date) -> tuple[Rule, ...]:
    """The decision table as it is law on a day: one query."""
    rows = TaxRule.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)
    return tuple(_rule(row) for row in rows)


def tax_plan(
    supplies: Iterable[tuple[str, int]], facts: Mapping[str, Any], mechanism: str, on: date, region_id: int
) -> TaxPlan:
    """The taxes of (tax kind, rupiah excluding PPN) pairs by one vendor on a day.

    `facts` are the vendor's: pkp, suket, npwp_valid, pbjt_registered. The collector is a dated parameter of the
    region. Raises Refused `tax.no-rule` or `tax.no-price`.
    """
    supply = Supply(
        groups=tuple(Group(cast(Kind, kind), price) for kind, price in supplies),
        on=on,
        mechanism=cast(Mechanism, mechanism),
        collector=parameter("tax.collector", on=on, region_id=region_id).value,
        **facts,
    )
    return evaluate(supply, rules_in_force(on))


def plan_of_accepted(purchase: Purchase, *, mechanism: str, on: date | None = None) -> TaxPlan:
    """The taxes on what the BAST accepted. Expects `vendor` to be loaded; reads the lines."""
    day = on or clock.today()
    prices: dict[str, int] = {}
    for line in purchase.lines.all():
        kind = KIND_OF_LISTING[line.kind]
        prices[kind] = prices.get(kind, 0) + (line.accepted or 0) * line.agreed_price
    if purchase.shipping:  # delivery by the vendor belongs to the price of the goods (handbook §4.9)
        carrier = next((kind for kind in ("goods", "catering", "service") if prices.get(kind)), "goods")
        prices[carrier] = prices.get(carrier, 0) + purchase.shipping
    supplies = [(kind, price) for kind, price in sorted(prices.items()) if price]
    return tax_plan(supplies, _facts_of(purchase.vendor, day), mechanism, day, purchase.region_id)


def _facts_of(vendor: Vendor, day: date) -> dict[str, Any]:
    return {
        "pkp": vendor.pkp,
        "suket": _suket_in_force(vendor, day),
        "npwp_valid": bool(vendor.npwp_hash),
        "pbjt_registered": vendor.pbjt_registered,
    }


def _suket_in_force(vendor: Vendor, day: date) -> bool:
    return bool(vendor.suket_pp55) and (
        vendor.suket_pp55_valid_to is None or vendor.suket_pp55_valid_to >= day
    )


def _rule(row: TaxRule) -> Rule:
    return Rule(
        id=row.rule_id,
        version=row.version,
        family=row.family,  # type: ignore[arg-type]  # CHECK constraint
        order=row.order,
        when=row.when,
        reason=row.reason,
        legal_basis=row.legal_basis,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        code=row.code or None,
        rate=row.rate or None,
        base_kind=row.base_kind,  # type: ignore[arg-type]  # written by load_tax_rules alone
        base_factor=row.base_factor,
        remitter=row.remitter or None,  # type: ignore[arg-type]
        to_verify=row.to_verify,
    )
