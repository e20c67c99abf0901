"""Follow-up in figures: the percentage by BPK status, and how old what is open has become. Whole rupiah."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, F, QuerySet, Sum

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.regulation.queries import Rule, parameter
from procurement.oversight.models import Recommendation
from procurement.oversight.queries.access import recommendations_for
from procurement.oversight.workflow import PUBLISHED, SETTLED, STATUS_OF, BpkStatus

DENOMINATOR: Final = "oversight.follow_up_denominator"
WITHOUT_UNACTIONABLE: Final = "tanpa_status_4"


@dataclass(slots=True)
class Tally:
    """Recommendations of one unit, or of all, counted by status; amounts in rupiah."""

    label: str
    counts: dict[BpkStatus, int] = field(default_factory=lambda: dict.fromkeys(BpkStatus, 0))
    due: int = 0
    recovered: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def by_status(self) -> list[int]:
        """The counts in the order of the statuses."""
        return [self.counts[each] for each in BpkStatus]

    @property
    def left(self) -> int:
        """Rupiah still to be brought back."""
        return self.due - self.recovered

    def add(self, state: str, count: int, due: int, recovered: int) -> None:
        """Count some more that stand in one state."""
        self.counts[STATUS_OF[state]] += count
        self.due += due
        self.recovered += recovered

    def percent_bp(self, denominator: str) -> int | None:
        """Basis points of those that fit, of `denominator`; None when there is nothing to divide by."""
        return fitting_bp(self.counts, denominator)


def fitting_bp(counts: dict[BpkStatus, int], denominator: str) -> int | None:
    """Status 1 over all (or over all but status 4), in basis points, rounded down. Source: handbook §10.1."""
    whole = sum(counts.values())
    if denominator == WITHOUT_UNACTIONABLE:
        whole -= counts[BpkStatus.UNACTIONABLE]
    return counts[BpkStatus.FITTING] * 10_000 // whole if whole else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, with its percentage by the rule in force."""

    tally: Tally
    percent_bp: int | None


@dataclass(frozen=True, slots=True)
class Ageing:
    """How many open recommendations are so old, since their report was received, and what is still due."""

    label: str
    count: int
    due: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The page's figures: the whole, its units, the age of what is open, and the rule of the denominator."""

    whole: Line
    units: Sequence[Line]
    ageing: Sequence[Ageing]
    rule: Rule


def follow_up(actor: Actor) -> FollowUp:
    """The follow-up an actor may see: two queries, whatever the rows."""
    rule = parameter(DENOMINATOR, region_id=actor.region_id)
    seen = recommendations_for(actor).filter(state__in=PUBLISHED).select_related(None).order_by()
    whole, units = _tallies(seen)
    return FollowUp(
        whole=Line(whole, whole.percent_bp(rule.value)),
        units=[Line(each, each.percent_bp(rule.value)) for each in units],
        ageing=_ageing(seen, parameter("oversight.ageing_bands", region_id=actor.region_id).value),
        rule=rule,
    )


def _tallies(seen: QuerySet[Recommendation]) -> tuple[Tally, list[Tally]]:
    rows = (
        seen.values("unit_id", "unit__name", "state")
        .annotate(count=Count("pk"), due=Sum("amount_due"), got=Sum("recovered"))
        .order_by("unit__name", "unit_id")
    )
    whole, units = Tally(""), dict[int, Tally]()
    for row in rows:
        unit = units.setdefault(row["unit_id"], Tally(row["unit__name"]))
        for tally in (whole, unit):
            tally.add(row["state"], row["count"], row["due"], row["got"])
    return whole, list(units.values())


def _ageing(seen: QuerySet[Recommendation], bands: Sequence[int]) -> list[Ageing]:
    open_ones = seen.exclude(state__in=SETTLED).values("received_on")
    rows = open_ones.annotate(count=Count("pk"), due=Sum(F("amount_due") - F("recovered")))
    today, found = clock.today(), [[0, 0] for _band in range(len(bands) + 1)]
    for row in rows:
        received = row["received_on"]
        assert received is not None, "the database lets none be published without it"
        place = band_of((today - received).days, bands)
        found[place][0] += row["count"]
        found[place][1] += row["due"]
    return [Ageing(label, *sums) for label, sums in zip(_labels(bands), found, strict=True)]


def band_of(days: int, bands: Sequence[int]) -> int:
    """In which band an age lies: the first whose end it does not pass."""
    return sum(days > end for end in bands)


def _labels(bands: Sequence[int]) -> Iterable[str]:
    start = 0
    for end in bands:
        yield f"{start}–{end} hari"
        start = end + 1
    yield f"lebih dari {bands[-1]} hari"
