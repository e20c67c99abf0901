"""The rules of red flags at their boundaries: pure, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.purchasing.flags import rules
from procurement.purchasing.flags.consequences import Raised, Verdict
from procurement.purchasing.flags.facts import (
    APPROVAL,
    Beside,
    Better,
    Finding,
    Goods,
    Looked,
    Share,
)
from procurement.purchasing.flags.prices import Change, median_before
from procurement.purchasing.flags.splitting import fragmented, split
from procurement.purchasing.flags.thresholds import Thresholds

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Thresholds(
    limits=(10_000_000, 50_000_000, 200_000_000),
    tax_limit=2_000_000,
    window_days=30,
    package_orders=3,
    group_digits=3,
    band_bp=9_500,
    repeated_orders=5,
    repeated_share_bp=5_000,
    repeated_days=90,
    repeated_least=10,
    fast_minutes=10,
    fast_above=10_000_000,
    negotiate_above=50_000_000,
    new_hours=24,
    raised_bp=12_000,
    price_days=30,
    most_sections=5,
    activities_of={"3": ("17", "46", "47"), "6": ("56",)},
)


def order(**told: Any) -> Looked:
    """Rp49,9 million of paper, nothing beside it."""
    return Looked(
        **{
            "unit_id": 1,
            "ppk_user_id": 7,
            "vendor_id": 3,
            "vendor": "CV Maju Bersama",
            "package_id": 5,
            "kd_rup": "12345678",
            "rekening": "5.1.02.01.01.0024",
            "groups": frozenset({"321"}),
            "price": 44_950_000,
            "total": 49_900_000,
            "at": NOW,
            **told,
        }
    )


def beside(**told: Any) -> Beside:
    """A like order of the same unit three days before."""
    return Beside(
        **{
            "pk": 11,
            "number": "EO-2026-000011",
            "unit_id": 1,
            "ppk_user_id": 7,
            "vendor_id": 3,
            "package_id": 6,
            "rekening": "5.1.02.01.01.0024",
            "groups": frozenset({"321"}),
            "price": 44_950_000,
            "total": 49_900_000,
            "at": NOW - 3 * DAY,
            **told,
        }
    )


def goods(**told: Any) -> Goods:
    """Paper at Rp52.000."""
    return Goods(
        **{
            "listing_id": 9,
            "title": "Kertas HVS A4",
            "kind": "BARANG",
            "kbki": "3212913",
            "price": 52_000,
            **told,
        }
    )


# ── ID08 ──


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ({}, True),
        ({"vendor_id": 4}, True),
        ({"ppk_user_id": 8}, True),  # two PPs and PPKs of one unit
        ({"unit_id": 2}, True),  # one PPK in two units
        ({"unit_id": 2, "ppk_user_id": 8}, False),
        ({"unit_id": 2, "ppk_user_id": None}, False),
        ({"rekening": "5.1.02.02"}, True),  # still the same KBKI group
        ({"groups": frozenset()}, True),  # still the same account
        ({"rekening": "5.1.02.02", "groups": frozenset({"334"})}, False),
        ({"at": NOW - 30 * DAY}, True),
        ({"at": NOW - 30 * DAY - timedelta(seconds=1)}, False),
    ],
)
def test_two_orders_of_49_9_million_belong_together_or_not(other, together):
    found = split(order(others=(beside(**other),)), LIMITS)
    assert (found is not None) is together
    if found is not None:
        assert found.rung == "50000000"
        assert found.evidence["sum"] == 99_800_000
        assert [each["id"] for each in found.evidence["orders"]] == [11]
        assert "Rp99.800.000" in found.sentence


@pytest.mark.parametrize(
    ("own", "other", "rung"),
    [
        (50_000_000, 1, "50000000"),
        (49_999_999, 1, None),  # together exactly the limit: not above it
        (50_000_001, 49_900_000, None),
        (9_000_000, 1_000_001, "10000000"),
        (9_000_000, 1_000_000, None),
        (190_000_000, 10_000_001, "200000000"),
    ],
)
def test_each_within_the_limit_and_the_sum_above_it(own, other, rung):
    # prices above the tax limit, so that only the limits of the amount speak
    looked = order(total=own, price=own, others=(beside(total=other, price=2_000_001),))
    found = split(looked, LIMITS)
    assert (found.rung if found else None) == rung


@pytest.mark.parametrize(("other", "found"), [(1, True), (0, False)])
def test_the_tax_limit_is_judged_before_tax(other, found):
    looked = order(
        total=2_220_000,
        price=2_000_000,
        others=(beside(total=other, price=other, groups=frozenset({"321"})),),
    )
    judged = split(looked, LIMITS)
    assert (judged is not None and judged.rung == "2000000") is found


def test_the_gravest_limit_is_told():
    five = tuple(beside(pk=pk, number=f"EO-2026-{pk:06d}", total=49_900_000) for pk in range(4))
    found = split(order(others=five), LIMITS)
    assert found is not None
    assert (found.rung, found.evidence["sum"]) == ("200000000", 249_500_000)


def test_orders_of_one_basket_count_though_not_yet_written():
    sibling = beside(pk=None, number="", vendor_id=4, at=NOW)
    assert split(order(others=(sibling,)), LIMITS) is not None


def test_a_rolling_window_is_not_two_windows():
    """Looked at again at approval: orders before and after count only if one window of 30 days holds them."""
    third = 40_000_000
    before = beside(pk=1, total=third, at=NOW - 20 * DAY)
    after = beside(pk=2, total=third, at=NOW + 20 * DAY)
    looked = order(total=third, submitted_at=NOW, moment=APPROVAL, others=(before, after))
    found = split(looked, LIMITS)
    assert found is not None
    assert found.evidence["sum"] == 2 * third


def test_one_package_in_three_orders_whenever_they_came():
    parts = [beside(pk=pk, package_id=5, at=NOW - 200 * DAY) for pk in (1, 2)]
    assert fragmented(order(others=tuple(parts[:1])), LIMITS) is None
    found = fragmented(order(others=tuple(parts)), LIMITS)
    assert found is not None
    assert found.rung == "package"
    assert found.evidence["count"] == 3


AMOUNTS = st.integers(1, 210_000_000)
OTHERS = st.lists(
    st.builds(
        lambda total, days, vendor, unit, rekening, group: beside(
            total=total,
            price=total,
            at=NOW - days * DAY,
            vendor_id=vendor,
            unit_id=unit,
            rekening=rekening,
            groups=frozenset({group}),
        ),
        AMOUNTS,
        st.integers(0, 40),
        st.integers(3, 5),
        st.integers(1, 2),
        st.sampled_from(["5.1.02.01.01.0024", "5.1.02.02"]),
        st.sampled_from(["321", "334"]),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(AMOUNTS, OTHERS, OTHERS)
def test_adding_orders_never_takes_a_finding_away(own, some, more):
    looked = order(total=own, price=own)
    few = split(replace(looked, others=tuple(some)), LIMITS)
    many = split(replace(looked, others=(*some, *more)), LIMITS)
    if few is not None:
        assert many is not None
        assert int(many.rung) >= int(few.rung)


@given(AMOUNTS, OTHERS, st.randoms(use_true_random=False))
def test_the_order_in_which_orders_are_read_does_not_matter(own, others, chance):
    looked = order(total=own, price=own)
    shuffled = list(others)
    chance.shuffle(shuffled)
    one, two = (split(replace(looked, others=tuple(each)), LIMITS) for each in (others, shuffled))
    assert (one and (one.rung, one.evidence["sum"])) == (two and (two.rung, two.evidence["sum"]))


@given(st.permutations([49_900_000, 30_000_000, 1_500_000, 12_000_000]))
def test_whoever_comes_last_finds_the_same_sum(amounts):
    *first, last = amounts
    others = tuple(beside(pk=pk, total=each, price=each) for pk, each in enumerate(first))
    found = split(order(total=last, price=last, others=others), LIMITS)
    assert found is not None
    assert (found.rung, found.evidence["sum"]) == ("50000000", sum(amounts))


# ── the others ──


@pytest.mark.parametrize(
    ("amount", "rung"),
    [
        (47_500_000, None),
        (47_500_001, "50000000"),
        (50_000_000, "50000000"),
        (50_000_001, None),
        (9_500_001, "10000000"),
        (199_999_999, "200000000"),
    ],
)
def test_just_under_a_limit(amount, rung):
    found = rules.just_under(order(total=amount, price=amount), LIMITS)
    assert (found.rung if found else None) == rung


@pytest.mark.parametrize(("price", "found"), [(1_900_000, False), (1_900_001, True), (2_000_000, True)])
def test_just_under_the_tax_limit_before_tax(price, found):
    assert (rules.just_under(order(total=2_220_000, price=price), LIMITS) is not None) is found


@pytest.mark.parametrize(
    ("share", "rung"),
    [
        (Share(4, 0, 9, 900_000_000), "orders"),
        (Share(3, 0, 9, 900_000_000), None),
        (Share(4, 0, 8, 900_000_000), None),  # too few orders of this PPK to say anything
        (Share(1, 50_100_000, 9, 150_100_000), "share"),
        (Share(1, 50_000_000, 9, 150_100_000), None),
    ],
)
def test_the_same_ppk_and_vendor_again_and_again(share, rung):
    found = rules.repeated(order(share=share), LIMITS)
    assert (found.rung if found else None) == rung


@pytest.mark.parametrize(
    ("seconds", "total", "found"),
    [(599, 10_000_001, True), (600, 10_000_001, False), (599, 10_000_000, False), (-5, 20_000_000, False)],
)
def test_from_basket_to_order_within_minutes(seconds, total, found):
    looked = order(total=total, since=NOW - timedelta(seconds=seconds))
    assert (rules.hurried(looked, LIMITS) is not None) is found
    assert rules.hurried(order(since=None), LIMITS) is None


@pytest.mark.parametrize(
    ("total", "negotiated", "found"),
    [(50_000_001, False, True), (50_000_000, False, False), (90_000_000, True, False)],
)
def test_large_without_negotiation(total, negotiated, found):
    assert (rules.unnegotiated(order(total=total, negotiated=negotiated), LIMITS) is not None) is found


@pytest.mark.parametrize(("hours", "found"), [(23, True), (24, False), (-1, False)])
def test_a_new_product_bought_at_once(hours, found):
    looked = order(goods=(goods(live_since=NOW - timedelta(hours=hours)), goods()))
    assert (rules.brand_new(looked, LIMITS) is not None) is found


@pytest.mark.parametrize(
    ("price", "usual", "found"),
    [(60_000, 50_000, True), (59_999, 50_000, False), (60_000, None, False), (50_000, 60_000, False)],
)
def test_the_price_rose_before_the_order(price, usual, found):
    assert (rules.raised(order(goods=(goods(price=price, usual_price=usual),)), LIMITS) is not None) is found


def test_the_price_fell_after_the_order():
    dear = (goods(price=60_000, price_now=50_000),)
    assert rules.fell_back(order(goods=dear), LIMITS) is None
    assert rules.fell_back(order(goods=dear, moment=APPROVAL), LIMITS) is not None
    gone = (goods(price=60_000, price_now=None),)
    assert rules.fell_back(order(goods=gone, moment=APPROVAL), LIMITS) is None


@pytest.mark.parametrize(
    ("activities", "kbki", "found"),
    [({"56210"}, "3212913", True), ({"56210", "47611"}, "3212913", False), (set(), "3212913", False)],
)
def test_the_vendors_business_covers_the_goods(activities, kbki, found):
    looked = order(activities=frozenset(activities), goods=(goods(kbki=kbki),))
    assert (rules.unfit(looked, LIMITS) is not None) is found


def test_a_code_nobody_mapped_or_gave_says_nothing():
    looked = order(activities=frozenset({"56210"}), goods=(goods(kbki=""), goods(kbki="9991")))
    assert rules.unfit(looked, LIMITS) is None


@pytest.mark.parametrize(("sections", "found"), [("0123", False), ("01234", True)])
def test_a_shop_of_everything(sections, found):
    assert (rules.everything_shop(order(sections=frozenset(sections)), LIMITS) is not None) is found


def test_domestic_products_come_first():
    better = Better(1, "Kertas TKDN", "UD Kertas", 53_000, 2)
    assert rules.less_domestic(order(goods=(goods(rank=4),)), LIMITS) is None
    found = rules.less_domestic(order(goods=(goods(rank=4, better=better),)), LIMITS)
    assert found is not None
    assert found.evidence["lines"] == [{"listing": 9, "rank": 4, "better": 1, "better_rank": 2}]
    assert rules.imported(order(goods=(goods(rank=4, better=better),)), LIMITS) is None
    assert rules.imported(order(goods=(goods(rank=5),)), LIMITS) is not None


# ── the usual price, and what counts ──


def test_the_usual_price_is_that_of_most_of_the_time():
    start = NOW - 30 * DAY
    changes = [
        Change("", 50_000, NOW - 100 * DAY),
        Change("", 70_000, NOW - 10 * DAY),
        Change("31.71", 45_000, NOW - 90 * DAY),
        Change("31.71", 0, NOW - 12 * DAY),
    ]
    assert median_before(changes, [], start, NOW) == 50_000
    assert median_before(changes, ["31", "31.71"], start, NOW) == 45_000
    assert median_before([Change("", 50_000, NOW)], [], start, NOW) is None
    rose_today = [Change("", 50_000, NOW - DAY), Change("", 70_000, NOW - timedelta(hours=1))]
    assert median_before(rose_today, [], start, NOW) == 50_000


def test_the_strongest_consequence_counts():
    def raised(consequence: str) -> Raised:
        return Raised(Finding("ID08", "package", "…"), consequence, "Pasal 20")

    assert Verdict().strongest == "EXPLAIN"
    assert Verdict((raised("JUSTIFY"), raised("HOLD"), raised("SECOND"))).strongest == "HOLD"
    both = Verdict((raised("SECOND"), raised("HOLD")))
    assert both.needs_second
    assert both.held
    assert not Verdict((raised("JUSTIFY"),)).needs_second
