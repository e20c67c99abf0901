"""Our own competitions as OCDS: what the indicators read is what people did in the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.core import clock
from procurement.redflags.cardinal import INDICATORS, grouped, results
from procurement.redflags.contests import contest_releases, order_releases
from procurement.redflags.evaluating import findings
from tests.competition import contests
from tests.competition.test_deciding import GOOD, concluded, decide, judge
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)


def span() -> tuple[datetime, datetime]:
    """Around now."""
    return clock.now() - timedelta(days=40), clock.now() + timedelta(days=40)


def releases(region_id: int) -> list[dict[str, Any]]:
    """The competitions of the region as releases."""
    return list(contest_releases(region_id, *span()))


def test_a_decided_competition_tells_offers_verdicts_and_award() -> None:
    contest = concluded(34_000, 32_000, 33_000)
    decide(contest)
    (told,) = releases(contest.thing.region_id)
    bids = told["bids"]["details"]
    assert told["ocid"] == f"competition:{contest.thing.pk}"
    assert told["tender"]["numberOfTenderers"] == len(bids) == 3
    assert told["buyer"]["id"] == str(contest.thing.organisation_id)
    assert {each["value"]["amount"] for each in bids} == set(
        contest.thing.offers.values_list("price_total", flat=True)
    )
    (award,) = told["awards"]
    assert award["suppliers"] == [{"id": str(contest.stalls[1][0].pk)}]
    assert {each["status"] for each in bids} == {"valid"}, "who was not judged lost by price alone"
    assert not any(vendor.name in str(told) for vendor, _listing in contest.stalls)


@pytest.mark.parametrize(
    ("failing", "ground"),
    [("administrative", "administrative"), ("technical", "technical"), ("price", "price")],
)
def test_a_disqualified_offer_tells_by_what_it_fell(failing: str, ground: str) -> None:
    contest = contests.opened(34_000, 32_000, 33_000)
    judge(contest, replace(GOOD, **{failing: False, f"{failing}_note": "tidak sesuai permintaan"}))  # type: ignore[arg-type]
    judge(contest)
    (told,) = releases(contest.thing.region_id)
    assert [each["ground"] for each in told["bids"]["details"] if each["status"] == "disqualified"] == [
        ground
    ]
    assert [each["ground"] for each in told["bids"]["details"] if each["status"] == "valid"] == [None, None]


def test_a_single_offer_is_flagged_with_its_unit() -> None:
    contest = contests.opened(34_000)
    since, until = span()
    found = list(findings(contest.thing.region_id, since, until, codes={"R018"}))
    assert [(each.rule, each.subject, each.organisation_id) for each in found] == [
        ("R018", f"competition:{contest.thing.pk}", contest.thing.organisation_id)
    ]
    assert found[0].sentence == "Hanya satu penyedia yang menawar."


def test_the_same_price_of_two_vendors_is_flagged_with_both() -> None:
    contest = contests.opened(34_000, 34_000)
    since, until = span()
    (found,) = findings(contest.thing.region_id, since, until, codes={"R028"})
    assert set(found.inputs["vendors"]) == {vendor.pk for vendor, _listing in contest.stalls}


def test_a_competition_by_line_becomes_a_release_for_each_line() -> None:
    contest = contests.opened(34_000, 32_000, lines=contests.needs(lines=2), itemized=True)
    told = releases(contest.thing.region_id)
    lines = list(contest.thing.lines.order_by("pk").values_list("pk", flat=True))
    assert [each["ocid"] for each in told] == [f"competition:{contest.thing.pk}/{line}" for line in lines]
    assert all(len(each["bids"]["details"]) == 2 for each in told)


def test_orders_come_as_awards_with_their_codes_alone() -> None:
    purchase = factories.story("ORDERED").purchase
    factories.story("AWAITING_PPK")
    told = list(order_releases(purchase.region_id, *span()))
    assert [each["ocid"] for each in told] == [f"purchase:{purchase.pk}"]
    options: dict[str, Any] = {"least_processes": 1, "threshold": 1, "digits": 1}
    found = grouped(results(told, [INDICATORS["R048"](**options)]))
    assert found == {"Tenderer": {str(purchase.vendor_id): {"R048": 1.0}}}
