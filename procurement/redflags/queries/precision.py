"""How well each rule does: what it raised, what was closed, and how much of that was unfounded."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from marketplace.regulation.queries import parameter
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import budget_of
from procurement.redflags.workflow import OPEN

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """One rule's flags in a region. Shares are basis points; `budget_bp` is what may be cleared as unfounded,
    judged from `least` closed flags on.
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
        """Whether the rule raises more false alarms than it may, once enough flags are closed to say so."""
        share = self.unfounded_bp if self.closed >= self.least else None
        return share is not None and self.budget_bp is not None and share > self.budget_bp


def figures(region_id: int) -> dict[str, Figures]:
    """The figures of every rule that raised a flag in a region: one query. Superseded versions do not count."""
    rows = (
        RedFlag.objects.filter(region_id=region_id)
        .exclude(state="SUPERSEDED")
        .order_by()
        .values_list("rule")
        .annotate(
            open=Count("pk", filter=Q(state__in=OPEN)),
            closed=Count("pk", filter=Q(state="CLEARED")),
            unfounded=Count("pk", filter=Q(state="CLEARED", verdict=RedFlag.Verdict.UNFOUNDED)),
        )
    )
    least = int(parameter("flag.budget_min_closed", region_id=region_id).value)
    return {
        rule: Figures(opened, closed, unfounded, budget_of(rule, region_id), least)
        for rule, opened, closed, unfounded in rows
    }
