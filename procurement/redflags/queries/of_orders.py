"""What rooms above ask of rules and of the flags of an order."""

from __future__ import annotations

from django.db.models import QuerySet

from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import RULES


def rule_titles() -> dict[str, str]:
    """Code → title of every rule and indicator, for choosing. No query."""
    rules = {code: rule.title for code, rule in RULES.items()}
    return {**rules, **{code: indicator.title for code, indicator in INDICATORS.items()}}


def flags_of_order(purchase_id: int, among: QuerySet[RedFlag] | None = None) -> QuerySet[RedFlag]:
    """The standing flags of an order, the gravest first: all of them, for auditors, or those `among` what one sees."""
    found = RedFlag.objects.all() if among is None else among
    return found.filter(purchase_id=purchase_id).exclude(state="SUPERSEDED").order_by("-score", "pk")
