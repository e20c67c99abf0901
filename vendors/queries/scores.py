"""Scores of vendors and units, worked out from observations by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskPanel
from marketplace.regulation.queries import parameter
from vendors.models import Observation, Vendor
from vendors.scoring import MEASURES, UNIT, VENDOR, Score

UNIT_VOICES = frozenset({Role.PA, Role.KPA, Role.PPK})
"""Who speaks for an agency unit."""

_SCORES = """
SELECT subject_id, measure, count(*) AS sample, sum(value * w) / sum(w) AS average
FROM (
    SELECT subject_id, measure, value,
           power(0.5, greatest(%(today)s::date - (at AT TIME ZONE 'Asia/Jakarta')::date, 0)::float / %(half)s) AS w
    FROM vendors_observation
    WHERE side = %(side)s AND subject_id = ANY(%(subjects)s) AND excluded_at IS NULL
) AS weighed
GROUP BY subject_id, measure
"""
_OWN = f"""
SELECT owner.id, told.measure, told.sample, told.average
FROM vendors_vendor AS owner
LEFT JOIN LATERAL ({_SCORES.replace("%(subjects)s", "ARRAY[owner.id]")}) AS told ON true
WHERE owner.organisation_id = %(organisation)s AND owner.state = 'VERIFIED'
"""
"""The scores of an organisation's verified business; a row without a measure while there are none."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All measures of one subject with their samples, and the formula's version."""

    scores: list[Score]
    needed: int
    version: str

    @property
    def sample(self) -> int:
        """The largest number of observations behind a measure."""
        return max((score.sample for score in self.scores), default=0)

    @property
    def overall(self) -> int | None:
        """The plain average of the measures that have a number; None while none has."""
        told = [score.points for score in self.scores if score.points is not None]
        return round(sum(told) / len(told)) if told else None


def scorecards(side: str, subjects: Sequence[int], *, on: date | None = None) -> dict[int, Scorecard]:
    """The scorecards of several subjects of one side: one query."""
    today = on or clock.today()
    found: dict[int, dict[str, tuple[int, float | None]]] = {subject: {} for subject in subjects}
    for subject, measure, sample, average in _worked_out(_SCORES, side, today, subjects=list(subjects)):
        found[subject][measure] = (sample, average)
    return {subject: _scorecard(side, told, today) for subject, told in found.items()}


def vendor_scorecards(vendor_ids: Sequence[int]) -> dict[int, Scorecard]:
    """The scorecards of several vendors: one query."""
    return scorecards(VENDOR, vendor_ids)


def _worked_out(statement: str, side: str, today: date, **asked: Any) -> list[Any]:
    half = int(parameter("score.half_life_days", on=today).value)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"side": side, "today": today, "half": half, **asked})
        return cursor.fetchall()


def _scorecard(side: str, found: Mapping[str, tuple[int, float | None]], today: date) -> Scorecard:
    needed = int(parameter("score.min_sample", on=today).value)
    codes = [code for code, told in MEASURES.items() if told[0] == side]
    scores = [_score(code, found.get(code, (0, None)), needed) for code in codes]
    return Scorecard(scores, needed, str(parameter("score.version", on=today).value))


def _score(code: str, found: tuple[int, float | None], needed: int) -> Score:
    sample, average = found
    return Score(code, sample, round(average) if average is not None and sample >= needed else None)


def scorecard_panel(vendor: Vendor) -> Scorecard:
    """The scorecard of a vendor, for its stall, its desk and comparisons."""
    return scorecards(VENDOR, [vendor.pk])[vendor.pk]


def replies_of(vendor: Vendor) -> list[Observation]:
    """What a vendor replied in public, the newest first."""
    found = Observation.objects.filter(side=VENDOR, subject_id=vendor.pk, reply__isnull=False)
    return list(found.select_related("reply").order_by("-at")[:20])


def desk_panel(actor: Actor) -> DeskPanel | None:
    """A vendor's own scorecard on its desk: one query."""
    if actor.role is not Role.VENDOR:
        return None
    today = clock.today()
    rows = _worked_out(_OWN, VENDOR, today, organisation=actor.organisation_id or 0)
    card = _scorecard(VENDOR, {row[1]: row[2:] for row in rows if row[1]}, today)
    return DeskPanel("vendors/scores/desk.html", card) if rows else None


def observations_for(actor: Actor) -> QuerySet[Observation]:
    """The observations an actor answers for, the newest first: its own business's, or its unit's."""
    found = Observation.objects.select_related("reply").order_by("-at", "-pk")
    if actor.role is Role.VENDOR:
        vendor = Vendor.objects.filter(organisation_id=actor.organisation_id or 0).values("pk")
        return found.filter(side=VENDOR, subject_id__in=vendor)
    if actor.role in UNIT_VOICES:
        return found.filter(side=UNIT, subject_id=actor.organisation_id or 0)
    return found.none()


def contested() -> QuerySet[Observation]:
    """Observations whose subject asks that they should not count, the oldest first."""
    return Observation.objects.filter(contested_at__isnull=False, decided_at__isnull=True).order_by(
        "contested_at"
    )
