"""Refunds, disputes, money that is late, too much or too little, forgeries: any order and repetition ends the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procurement.settlement.models import Journal, PaymentAttempt, ProviderEvent
from tests.properties.money_story import (
    GROSS,
    SWITCHED_ON,
    Plot,
    Scene,
    assert_true_books,
    end_of,
    in_order,
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)

PLOTS = st.builds(
    Plot,
    received=st.sampled_from([GROSS, GROSS, GROSS + 50_000, GROSS - 700_000]),
    expired=st.booleans(),
    outside=st.sampled_from([0, 40_000, 900_000]),
    dispute=st.sampled_from(["", "won", "lost"]),
    disputed=st.sampled_from([500_000, 80_000_000]),
    ending=st.sampled_from([(), ("succeeded",), ("failed",), ("succeeded", "failed")]),
)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[Plot, list[tuple[str, int]], list[str], bool]:
    """A plot, an order to tell it in with repetitions, what is forged before, whether its end is told backwards."""
    plot = draw(PLOTS)
    order = list(draw(st.permutations([(kind, 0) for kind in plot.kinds])))
    again = draw(st.lists(st.tuples(st.sampled_from(plot.kinds), st.integers(0, 1)), max_size=4))
    for each in again:
        order.insert(draw(st.integers(0, len(order))), each)
    forged = draw(st.lists(st.sampled_from(plot.kinds), max_size=1))
    return plot, order, forged, draw(st.booleans())


UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A telling takes a second or two: shrinking one would take longer than reading it."""


@given(tellings())
@settings(
    max_examples=12,
    deadline=None,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_telling_of_a_plot_ends_in_the_same_books(
    transactional_db: None, telling: tuple[Plot, list[tuple[str, int]], list[str], bool]
) -> None:
    check(telling)


@pytest.mark.soak
@pytest.mark.timeout(900)
@given(tellings())
@settings(
    max_examples=150,
    deadline=None,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_telling_of_many_plots_ends_in_the_same_books(
    transactional_db: None, telling: tuple[Plot, list[tuple[str, int]], list[str], bool]
) -> None:
    check(telling)


def check(telling: tuple[Plot, list[tuple[str, int]], list[str], bool]) -> None:
    plot, order, forged, backwards = telling
    shuffled = told(plot, order, forged, (lambda said: said[::-1]) if backwards else list)
    assert_true_books(shuffled)
    straight = in_order(plot)
    assert_true_books(straight)
    assert end_of(shuffled) == end_of(straight)


def test_forgeries_change_nothing_but_the_event_store(transactional_db: None) -> None:
    with SWITCHED_ON:
        scene = Scene(Plot())
        before = (end_of(scene), Journal.objects.count(), PaymentAttempt.objects.values_list("state"))
        for kind in Plot(outside=1, dispute="lost", disputed=1).kinds:
            scene.forge(kind)
        after = (end_of(scene), Journal.objects.count(), PaymentAttempt.objects.values_list("state"))
    assert list(before[2]) == list(after[2]) and before[:2] == after[:2]
    assert not ProviderEvent.objects.filter(verdict="VERIFIED").exists()
