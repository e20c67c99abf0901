"""Every rule on a small year of orders with labelled patterns: it finds what was planted, and hardly anything else."""

from __future__ import annotations

import pytest

from marketplace.core import clock
from procurement.redflags import actions
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.evaluating import findings
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import RULES
from tests import people
from tests.redflags.labelled.contests import planted_contests
from tests.redflags.labelled.market import AFTER, YEAR, opened
from tests.redflags.labelled.measuring import Score, measured, table
from tests.redflags.labelled.planting import PATTERNS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

UNSURE = {
    "ID01": "a PPK of so few orders rarely has the ten in ninety days from which on the rule judges",
    "ID05": "in so few orders hardly any product has eight comparisons from three vendors",
}
"""What a market of this size is too small for, and why."""
PRECISE = {
    *("ID02", "ID03", "ID04", "ID07", "ID08", "ID09", "ID10", "ID12", "ID13", "ID14", "ID15"),
    *("R003", "R018", "R025", "R030", "R036", "R038", "R058"),
}
"""Rules that need no comparison, or ask for more than chance brings: of ten flags seven are worth the time."""


def test_rules_find_what_was_planted_and_raise_it_once() -> None:
    people.region()
    market = opened(vendors=90, listings=270, units=12)
    market.honest(900)
    for plant in PATTERNS:
        plant(market, 3 if plant.__name__ in {"crowded", "rushed", "own_business"} else 6)
    planted_contests(market, 6)
    market.settle()
    since = clock.midnight(AFTER.date().replace(year=YEAR, month=1, day=1))

    with clock.frozen(AFTER):
        actions.index_contacts()
        found = list(findings(market.region.pk, since, AFTER))
        kept = actions.raise_flags(region_id=market.region.pk, found=found)
        again = actions.raise_flags(
            region_id=market.region.pk, found=findings(market.region.pk, since, AFTER)
        )

    scores = {each.rule: each for each in measured(found, market.labels)}
    assert set(scores) == {*RULES, *INDICATORS}
    assert [each for each in scores.values() if each.rule not in UNSURE and not _finds(each)] == [], table(
        scores.values()
    )
    assert [each for rule, each in scores.items() if rule in PRECISE and (each.precision or 0) < 0.7] == [], (
        table(scores.values())
    )
    assert all(each.sentence and each.inputs for each in found)
    assert kept.new == RedFlag.objects.count() == again.known
    assert again.new == again.changed == 0


def _finds(score: Score) -> bool:
    """At least four in five planted episodes."""
    return score.planted > 0 and (score.recall or 0) >= 0.8
