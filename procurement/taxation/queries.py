"""Reads of taxation: the table in force on a day, and the taxes of a payment by it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from marketplace.core import clock
from marketplace.regulation.queries import NoRule, parameter
from procurement.taxation.apportion import KINDS_OF
from procurement.taxation.evaluate import (
    Collector,
    Group,
    Kind,
    Mechanism,
    Supply,
    TaxLine,
    TaxPlan,
    evaluate,
    evaluate_inclusive,
    with_delivery,
)
from procurement.taxation.models import TaxRule
from procurement.taxation.table import Rule
from procurement.taxation.vectors import BadVector, supply_from
from vendors.models import TaxClass

__all__ = [
    "KINDS_OF",
    "BadVector",
    "TaxLine",
    "TaxPlan",
    "all_rules",
    "forget_tax_rules",
    "freed_by",
    "rules_in_force",
    "simulated",
    "supplies",
    "tax_plan",
]

KEPT_SECONDS = 30.0
_kept: tuple[float, tuple[Rule, ...]] = (float("-inf"), ())


def rules_in_force(on: date) -> tuple[Rule, ...]:
    """The decision table as it is law on a day."""
    return tuple(rule for rule in all_rules() if rule.valid_on(on))


def all_rules() -> tuple[Rule, ...]:
    """Every version of every rule; empty when no table was loaded.

    They are kept in memory for some seconds, as the dated parameters are: an order of ten vendors asks ten times,
    and law changes by the day.
    """
    global _kept
    read_at, rules = _kept
    if time.monotonic() - read_at > KEPT_SECONDS:
        rules = tuple(_rule(row) for row in TaxRule.objects.all())
        if rules:  # an empty table is one that is about to be loaded
            _kept = (time.monotonic(), rules)
    return rules


def forget_tax_rules() -> None:
    """Drop what is kept in memory; called after the table was changed in this process."""
    global _kept
    _kept = (float("-inf"), ())


def tax_plan(
    groups: Iterable[Group], facts: Mapping[str, Any], mechanism: str, on: date, region_id: int
) -> TaxPlan:
    """The taxes of what one vendor supplies on a day; prices are rupiah excluding PPN.

    `facts` are those of `Supply` about the vendor, and two that belong to parts of a payment: `skb`, the codes of the
    income taxes a letter frees it from, and `qualification` for construction (none when it is not told). The collector
    is a dated parameter of the region. Raises Refused `tax.no-rule` or `tax.no-price`.
    """
    told = dict(facts)
    freed, qualification = freed_by(told.pop("skb", ())), told.pop("qualification", "NONE")
    supply = Supply(
        groups=tuple(
            replace(
                group,
                skb=group.kind in freed,
                qualification=qualification if group.kind == "construction" else "",
            )
            for group in groups
        ),
        on=on,
        mechanism=cast(Mechanism, mechanism),
        collector=parameter("tax.collector", on=on, region_id=region_id).value,
        **told,
    )
    return evaluate(supply, rules_in_force(on))


def freed_by(letters: Iterable[str]) -> frozenset[str]:
    """The kinds of supply that letters (SKB) for those income taxes free."""
    return frozenset().union(*(KINDS_OF[code] for code in letters))


def simulated(question: Mapping[str, Any], region_id: int | None = None) -> TaxPlan:
    """The taxes of a question as `simulate_tax` reads it, by the loaded table and the region's collector.

    Nothing is stored. Raises BadVector for a field that cannot be read, Refused as `evaluate` does.
    """
    today = clock.today()
    supply, inclusive = supply_from(question, today=today)
    if not question.get("collector"):
        supply = replace(supply, collector=_collector(supply.on, region_id))
    rules = rules_in_force(supply.on)
    return evaluate_inclusive(supply, rules) if inclusive else evaluate(supply, rules)


def _collector(on: date, region_id: int | None) -> Collector:
    try:
        return cast(Collector, parameter("tax.collector", on=on, region_id=region_id).value)
    except NoRule:  # a day before the first rule: the tax table is asked, and says what it does not know
        return "BENDAHARA"


def supplies(priced: Iterable[tuple[TaxClass, int]], shipping: int) -> tuple[Group, ...]:
    """What is taxed alike, of (tax class, rupiah before tax) pairs: one group a class, in the order of the classes,
    with the vendor's delivery, which counts as ordinary goods first.
    """
    sums: Counter[TaxClass] = Counter()
    for tax_class, amount in priced:
        sums[tax_class] += amount
    groups = [
        Group(cast(Kind, each.kind), price, each.commodity, each.luxury)
        for each, price in sorted(sums.items())
    ]
    return with_delivery(groups, shipping)


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
        rounding=row.rounding,  # type: ignore[arg-type]  # CHECK constraint
        to_verify=row.to_verify,
    )
