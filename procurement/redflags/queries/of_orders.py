"""What rooms above ask of the flags of orders: counts, a list, the orders with open flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import RULES
from procurement.redflags.workflow import OPEN


@dataclass(frozen=True, slots=True)
class OrderFlags:
    """How many flags an order has, how many of them are open, and the highest score among the open ones."""

    flags: int
    open: int
    score: int


def rule_titles() -> dict[str, str]:
    """Code → title of every rule and indicator, for choosing. No query."""
    rules = {code: rule.title for code, rule in RULES.items()}
    return {**rules, **{code: indicator.title for code, indicator in INDICATORS.items()}}


def counts_for_orders(purchase_ids: Iterable[int]) -> dict[int, OrderFlags]:
    """The figures of every order that has flags, by order: one query. For auditors; officers are not told."""
    rows = (
        RedFlag.objects.filter(purchase_id__in=list(purchase_ids))
        .exclude(state="SUPERSEDED")
        .order_by()
        .values_list("purchase_id")
        .annotate(
            flags=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN)),
            score=Max("score", filter=Q(state__in=OPEN)),
        )
    )
    return {pk: OrderFlags(flags, open_ones, score or 0) for pk, flags, open_ones, score in rows}


def flags_of_order(purchase_id: int) -> QuerySet[RedFlag]:
    """The standing flags of an order, the gravest first. For auditors."""
    return (
        RedFlag.objects.filter(purchase_id=purchase_id).exclude(state="SUPERSEDED").order_by("-score", "pk")
    )


def flagged_orders(region_id: int, *, codes: Iterable[str] = ()) -> QuerySet[RedFlag, int]:
    """The ids of a region's orders with open flags, of the rules `codes` when given: for `pk__in`."""
    found = RedFlag.objects.filter(region_id=region_id, state__in=OPEN, purchase__isnull=False)
    listed = list(codes)
    if listed:
        found = found.filter(rule__in=listed)
    return found.order_by().values_list("purchase_id", flat=True).distinct()
