"""Whatever arrives in whatever order: never more is accepted than was ordered, and what came in time costs no fine."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procurement.fulfilment.counting import Arrival, accepted_quantities, lateness

DAY = date(2026, 10, 20)
ORDERED = {1: 20, 2: 7}

arrivals = st.lists(
    st.builds(
        Arrival,
        line_id=st.sampled_from(sorted(ORDERED)),
        good=st.integers(0, 30),
        price=st.integers(1, 10**9),
        on=st.integers(-10, 60).map(lambda days: DAY + timedelta(days=days)),
    ),
    max_size=8,
)


@given(arrivals)
def test_at_most_what_was_ordered_is_accepted(came):
    accepted = accepted_quantities(ORDERED, came)
    for line_id, most in ORDERED.items():
        arrived = sum(each.good for each in came if each.line_id == line_id)
        assert accepted[line_id] == min(most, arrived)


@given(arrivals, st.integers(0, 50))
def test_the_fine_is_the_exact_sum_rounded_down_once(came, per_mille):
    late = lateness(came, needed_by=DAY, per_mille_a_day=per_mille)
    exact = sum(each.good * each.price * (each.on - DAY).days for each in came if each.on > DAY) * per_mille
    assert late.penalty * 1000 <= exact < (late.penalty + 1) * 1000
    in_time = [each for each in came if each.on <= DAY]
    assert lateness(in_time, needed_by=DAY, per_mille_a_day=per_mille).penalty == 0
    assert late.days == max((max((each.on - DAY).days, 0) for each in came if each.good), default=0)
