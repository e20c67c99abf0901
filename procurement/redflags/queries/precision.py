"""How well each rule does: what it raised, what was closed, how much of that was unfounded, and which are on notice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from marketplace.regulation.queries import parameter
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import RULES, budget_of
from procurement.redflags.workflow import OPEN

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """One rule's flags in a region. Shares are basis points; `budget_bp` is what may be cleared as unfounded,
    judged from `least` closed flags on. Closed ones count that were judged as the rule judges today.
    """

    open: int = 0
    closed: int = 0
    unfounded: int = 0
    budget_bp: int | None = None
    least: int = 1

    @property
    def unfounded_bp(self) -> int | None:
        """The share of closed flags that were unfounded; None before the first is closed."""
        return self.unfounded * WHOLE // self.closed if self.closed else None

    @property
    def precision_bp(self) -> int | None:
        """The share of closed flags that were right."""
        return WHOLE - self.unfounded_bp if self.unfounded_bp is not None else None

    @property
    def over_budget(self) -> bool:
        """Whether the rule is on notice: more false alarms than it may, once enough flags are closed to say so."""
        share = self.unfounded_bp if self.closed >= self.least else None
        return share is not None and self.budget_bp is not None and share > self.budget_bp


def figures(region_id: int) -> dict[str, Figures]:
    """The figures of every rule that raised a flag in a region: one query. Superseded versions do not count.

    A new version of the rule, or another threshold in force, begins anew: what was closed before says nothing of it.
    """
    return _figures(RedFlag.objects.exclude(state="SUPERSEDED"), region_id)


def on_notice(region_id: int) -> dict[str, Figures]:
    """The rules that raise more false alarms than they may: one query over closed flags; open ones are not counted."""
    told = _figures(RedFlag.objects.filter(state="CLEARED"), region_id)
    return {code: each for code, each in told.items() if each.over_budget}


def _figures(flags: QuerySet[RedFlag], region_id: int) -> dict[str, Figures]:
    closed = Q(state="CLEARED") & reduce(or_, (_judged_as_today(code, region_id) for code in _codes()))
    rows = (
        flags.filter(region_id=region_id)
        .order_by()
        .values_list("rule")
        .annotate(
            open=Count("pk", filter=Q(state__in=OPEN)),
            closed=Count("pk", filter=closed),
            unfounded=Count("pk", filter=closed & Q(verdict=RedFlag.Verdict.UNFOUNDED)),
        )
    )
    least = int(parameter("flag.budget_min_closed", region_id=region_id).value)
    return {
        rule: Figures(opened, shut, unfounded, budget_of(rule, region_id), least)
        for rule, opened, shut, unfounded in rows
    }


def _codes() -> list[str]:
    return [*RULES, *INDICATORS]


def _judged_as_today(code: str, region_id: int) -> Q:
    if code in RULES:
        rule = RULES[code]
        values: dict[str, Any] = {
            name: value for name, value in rule.values(region_id).items() if not isinstance(value, dict)
        }
        version = rule.version
    else:
        values = dict(parameter(f"flag.{code}.options", region_id=region_id).value)
        version = INDICATORS[code].version
    return Q(rule=code, rule_version=version, values__contains=values)
