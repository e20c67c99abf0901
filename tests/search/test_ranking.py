"""The order of equals: turned by day and question, no vendor fills a page, everybody is first some day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from search.finding import TextFinder
from search.question import Question
from search.ranking import REPEATED, by_place, nearness, taking_turns
from tests.vendors import stalls

DAY = date(2026, 11, 26)


def test_equals_are_first_about_equally_often():
    hits = [(listing, 60) for listing in range(1, 6)]

    first = Counter(
        taking_turns(hits, key="kertas", day=DAY + timedelta(days=number))[0][0] for number in range(1000)
    )

    assert set(first) == {1, 2, 3, 4, 5}
    assert min(first.values()) >= 150
    assert taking_turns(hits, key="kertas", day=DAY) == taking_turns(hits[::-1], key="kertas", day=DAY)


def test_more_points_come_before_any_turn():
    hits = [(1, 61), (2, 60), (3, 60)]

    assert all(taking_turns(hits, key=key, day=DAY)[0] == (1, 61) for key in "abcdefgh")


def test_a_vendors_further_offers_make_room_for_others():
    hits = [(1, 60), (2, 60), (3, 60), (4, 58), (5, 50)]
    vendors = {1: 7, 2: 7, 3: 7, 4: 8, 5: 9}

    settled = taking_turns(hits, vendors=vendors, key="kertas", day=DAY)

    assert [vendors[listing] for listing, _points in settled][:2] == [7, 8]
    assert sorted(points for listing, points in settled if vendors[listing] == 7) == [
        60 - 2 * REPEATED,
        60 - REPEATED,
        60,
    ]


@pytest.mark.parametrize("points", range(44))
def test_the_title_counts_most(points):
    title, head, elsewhere = by_place(points)
    assert points == title >= head >= elsewhere >= 0


def test_nearness_grows_with_the_levels_in_common():
    assert nearness(5) == (2, 3, 5)


@pytest.mark.django_db(transaction=True)
def test_the_first_page_is_not_one_vendors():
    many, few = stalls.vendor("Toko Banyak"), stalls.vendor("Toko Sedikit")
    for number in range(6):
        stalls.listing(many, f"Kertas HVS {number}", way="alat-tulis-kantor/kertas", description="")
    stalls.listing(few, "Kertas HVS putih", way="alat-tulis-kantor/kertas", description="")

    answer = TextFinder().find(Question(text="kertas hvs"), regions=None, explained=True)

    assert "Toko Sedikit" in [card.vendor_name for card in answer.hits[:2]]
    assert all(sum(points for _part, points in card.why) == card.points for card in answer.hits)
