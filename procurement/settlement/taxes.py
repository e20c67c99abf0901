"""From rows to the tax table's pure inputs, and back: what an order's taxes are on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.taxes import supplies, vendor_facts
from procurement.settlement.models import TaxRule
from procurement.settlement.tax.evaluate import Group, Kind, Mechanism, Supply, TaxPlan, evaluate
from procurement.settlement.tax.table import Rule


def rules_in_force(on: date) -> tuple[Rule, ...]:
    """The decision table as it is law on a day: one query."""
    rows = TaxRule.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)
    return tuple(_rule(row) for row in rows)


def tax_plan(
    priced: Iterable[tuple[str, int]], facts: Mapping[str, Any], mechanism: str, on: date, region_id: int
) -> TaxPlan:
    """The taxes of (tax kind, rupiah excluding PPN) pairs by one vendor on a day: `settings.TAX_PREVIEW`.

    `facts` are the vendor's: pkp, suket, npwp_valid, pbjt_registered. The collector is a dated parameter of the
    region. Raises Refused `tax.no-rule` or `tax.no-price`.
    """
    supply = Supply(
        groups=tuple(Group(cast(Kind, kind), price) for kind, price in priced),
        on=on,
        mechanism=cast(Mechanism, mechanism),
        collector=parameter("tax.collector", on=on, region_id=region_id).value,
        **facts,
    )
    return evaluate(supply, rules_in_force(on))


def plan_as_agreed(purchase: Purchase) -> TaxPlan:
    """The taxes on what the BAST accepted, by the law and the vendor's facts of the day the order was submitted."""
    return _plan(purchase, purchase.tax_facts, purchase.mechanism, clock.day_of(purchase.submitted_at))


def plan_at_payment(purchase: Purchase, *, mechanism: str) -> TaxPlan:
    """The final taxes: what is added to the price as agreed, what is withheld as the vendor stands today."""
    today = clock.today()
    now = vendor_facts(purchase.vendor, today)
    facts = {**purchase.tax_facts, "suket": now["suket"], "npwp_valid": now["npwp_valid"]}
    return _plan(purchase, facts, mechanism, today)


def _plan(purchase: Purchase, facts: Mapping[str, Any], mechanism: str, on: date) -> TaxPlan:
    parts = [(line.kind, (line.accepted or 0) * line.agreed_price) for line in purchase.lines.all()]
    priced = supplies([part for part in parts if part[1]], purchase.shipping)
    return tax_plan(priced, facts, mechanism, on, purchase.region_id)


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
