"""What an order's taxes are: as agreed when it was submitted, and finally on the day it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Sum

from marketplace.core import clock
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.taxes import AT_PAYMENT, order_facts
from procurement.taxation.queries import TaxPlan, supplies, tax_plan


def plan_as_agreed(purchase: Purchase) -> TaxPlan:
    """The taxes on what the BAST accepted, by the law and the vendor's facts of the day the order was submitted."""
    return _plan(purchase, purchase.tax_facts, purchase.mechanism, clock.day_of(purchase.submitted_at))


def plan_at_payment(purchase: Purchase, *, mechanism: str) -> TaxPlan:
    """The final taxes: what is added to the price as agreed, what is withheld as the vendor stands today."""
    today = clock.today()
    now = order_facts(purchase.vendor, purchase.budget_line.sumber_dana, today, purchase.region_id)
    facts = {**purchase.tax_facts, **{name: now[name] for name in AT_PAYMENT}}
    return _plan(purchase, facts, mechanism, today)


def accepted_shipping(purchase: Purchase) -> int:
    """Rupiah of shipping of the deliveries that were accepted: one that never came is not paid for. One query."""
    accepted = purchase.deliveries.filter(stage="ACCEPTED")
    return int(accepted.aggregate(shipping=Sum("shipping"))["shipping"] or 0)


def _plan(purchase: Purchase, facts: Mapping[str, Any], mechanism: str, on: date) -> TaxPlan:
    parts = [(line.tax_class, line.accepted_worth) for line in purchase.lines.all()]
    priced = supplies([part for part in parts if part[1]], accepted_shipping(purchase))
    return tax_plan(priced, facts, mechanism, on, purchase.region_id)
