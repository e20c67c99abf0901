"""The eleven indicators: against the inputs and outputs Cardinal itself is tested with, and by hand-made cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from procurement.redflags import cardinal
from procurement.redflags.cardinal import INDICATORS, Comparing, chance, grouped, results
from procurement.redflags.cardinal.quantiles import quantile
from procurement.redflags.cardinal.r025 import RarelyWins

GOLDEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "cardinal"

OPTIONS: dict[str, dict[str, Any]] = {
    "procurement_method_details-x-5-y-10": {"of_details": {"x": 5, "y": 10}},
    "procurement_methods-open+selective": {"methods": frozenset({"open", "selective"})},
    "threshold-10": {"threshold": 10},
    "minimum_contracting_processes-1": {"least_processes": 1},
    "tenderer": {},
    "": {},
}
"""What follows the code in the name of a pair of files, as our options."""


def _fixtures() -> list[Any]:
    found = sorted(GOLDEN.glob("*.jsonl"))
    if not found:
        reason = pytest.mark.skip(reason="Cardinal's inputs are not at ../shared/data/cardinal")
        return [pytest.param(GOLDEN, marks=reason, id="absent")]
    return [pytest.param(path, id=path.stem) for path in found]


@pytest.mark.parametrize("path", _fixtures())
def test_results_are_those_cardinal_expects(path: Path) -> None:
    code, _dash, named = path.stem.partition("-")
    releases = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    comparing = Comparing(except_methods=frozenset({"NPC"}))
    indicator = INDICATORS[code](**OPTIONS[named], comparing=comparing)

    found = grouped(results(releases, [indicator], excluded_details=frozenset({"EXC"})))

    assert found == json.loads(path.with_suffix(".expected").read_text())


def test_every_indicator_has_a_pair_of_files() -> None:
    if not GOLDEN.exists():
        pytest.skip("Cardinal's inputs are not at ../shared/data/cardinal")
    assert {path.stem[:4] for path in GOLDEN.glob("*.jsonl")} == set(INDICATORS)


def _bid(tenderer: str, amount: float | None = None, status: str = "valid", **more: Any) -> dict[str, Any]:
    value = {} if amount is None else {"value": {"amount": amount, "currency": "IDR"}}
    return {"status": status, "tenderers": [{"id": tenderer}], **value, **more}


def _process(ocid: str, bids: list[dict[str, Any]], winner: str | None = None, **more: Any) -> dict[str, Any]:
    awards = [] if winner is None else [{"status": "active", "suppliers": [{"id": winner}]}]
    return {"ocid": ocid, "bids": {"details": bids}, "awards": awards, **more}


def _found(code: str, *releases: Any, **options: Any) -> dict[str, dict[str, dict[str, float]]]:
    return grouped(results(releases, [INDICATORS[code](**options)]))


PERIOD = {"startDate": "2026-03-01T00:00:00Z", "endDate": "2026-03-15T00:00:00+07:00"}


def test_a_period_is_counted_in_whole_days_across_zones() -> None:
    tender = {"tenderPeriod": PERIOD, "procurementMethod": "selective"}
    assert _found("R003", {"ocid": "a", "tender": tender}, threshold=14) == {"OCID": {"a": {"R003": 1.0}}}
    assert _found("R003", {"ocid": "a", "tender": tender}, threshold=13) == {}
    naive = {"tenderPeriod": {"startDate": "2026-03-01", "endDate": "2026-03-02"}}
    assert _found("R003", {"ocid": "a", "tender": naive}) == {}


def test_one_tenderer_is_flagged_in_a_competitive_method_alone() -> None:
    assert _found("R018", {"ocid": "a", "tender": {"numberOfTenderers": 1, "procurementMethod": "open"}})
    assert not _found(
        "R018", {"ocid": "a", "tender": {"numberOfTenderers": 1, "procurementMethod": "direct"}}
    )
    assert not _found(
        "R018", {"ocid": "a", "tender": {"numberOfTenderers": True, "procurementMethod": "open"}}
    )


def test_a_winner_close_to_the_second_stands_out_of_many_others() -> None:
    usual = [_process(f"p{n}", [_bid("w", 100), _bid("l", 110 + n % 3)], "w") for n in range(12)]
    close = _process("close", [_bid("a", 1000), _bid("b", 1001)], "a")
    assert _found("R024", *usual, close) == {
        "OCID": {"close": {"R024": 0.001}},
        "Tenderer": {"a": {"R024": 0.0}, "b": {"R024": 0.0}},
    }
    not_lowest = _process("close", [_bid("a", 1001), _bid("b", 1000)], "a")
    assert _found("R024", *usual, not_lowest) == {}


def test_a_heavy_discount_flags_the_winner() -> None:
    usual = [_process(f"p{n}", [_bid("w", 100), _bid("l", 110 + n % 3)], "w") for n in range(12)]
    deep = _process("deep", [_bid("a", 100), _bid("b", 180)], "a")
    assert _found("R058", *usual, deep) == {"OCID": {"deep": {"R058": 0.8}}, "Tenderer": {"a": {"R058": 0.0}}}


def test_who_bids_often_and_hardly_wins_is_flagged() -> None:
    lost = [_process(f"l{n}", [_bid("loser"), _bid(f"w{n}")], f"w{n}") for n in range(9)]
    won = _process("w", [_bid("loser")], "loser")
    assert _found("R025", *lost, won, threshold=0.2) == {"Tenderer": {"loser": {"R025": 0.1}}}
    assert _found("R025", *lost, won, threshold=0.05) == {}


def test_who_never_won_by_chance_is_not_flagged_where_chance_is_asked() -> None:
    def lost(bidder: str, times: int, others: int) -> list[dict[str, Any]]:
        return [
            _process(f"{bidder}{n}", [_bid(bidder), *(_bid(f"w{n}{m}") for m in range(others))], f"w{n}0")
            for n in range(times)
        ]

    # three of four lose each time: fifteen losses come by chance one time in seventy, sixty hardly ever
    releases = [*lost("unlucky", 15, 3), *lost("loser", 60, 3)]
    both = _found("R025", *releases, threshold=0.05, percentile=0)["Tenderer"]
    asked = _found("R025", *releases, threshold=0.05, percentile=0, chance=0.0001)["Tenderer"]
    assert {"unlucky", "loser"} <= set(both) and {"unlucky", "loser"} & set(asked) == {"loser"}
    indicator = RarelyWins(threshold=0.05, percentile=0, chance=0.0001)
    (told,) = (each for each in results(releases, [indicator]) if each.identifier == "loser")
    assert "kira-kira 15 kali" in indicator.sentence(told)


def test_a_disqualified_lowest_bid_is_flagged_by_ground_and_loss_where_that_is_asked() -> None:
    def process(ground: str, lowest: float) -> dict[str, Any]:
        return _process("a", [_bid("d", lowest, "disqualified", ground=ground), _bid("v", 50)], "v")

    assert _found("R036", process("administrative", 40)) and _found("R036", process("technical", 49))
    assert not _found("R036", process("administrative", 40), judged=True)
    assert _found("R036", process("technical", 40), judged=True, least_loss=10)
    assert _found("R036", process("price", 40), judged=True, least_loss=10)
    assert not _found("R036", process("technical", 41), judged=True, least_loss=10)


def test_a_few_lost_papers_are_no_flag_where_chance_is_asked() -> None:
    def buyer(name: str, out: int, of: int) -> list[dict[str, Any]]:
        return [
            _process(
                f"{name}{n}",
                [_bid(f"{name}x{n}"), _bid(f"{name}y{n}", None, "disqualified" if n < out else "valid")],
                buyer={"id": name},
            )
            for n in range(of)
        ]

    usual = [each for n in range(10) for each in buyer(f"fair{n}", int(n < 4), 11)]
    releases = [*usual, *buyer("unlucky", 3, 13), *buyer("odd", 10, 10)]
    assert set(_found("R038", *releases)["Buyer"]) == {"unlucky", "odd"}
    assert set(_found("R038", *releases, chance=0.0001)["Buyer"]) == {"odd"}
    assert "Buyer" not in _found("R038", *usual, chance=0.0001)


def test_a_discount_a_little_beyond_the_fence_is_no_heavy_one_where_a_least_is_asked() -> None:
    usual = [_process(f"p{n}", [_bid("w", 100), _bid("l", 110 + n % 3)], "w") for n in range(12)]
    near, deep = (
        _process(name, [_bid("a", 100), _bid("b", price)], "a")
        for name, price in (("near", 118), ("deep", 180))
    )
    assert set(_found("R058", *usual, near, deep)["OCID"]) == {"near", "deep"}
    assert set(_found("R058", *usual, near, deep, least=0.25)["OCID"]) == {"deep"}


@pytest.mark.parametrize(
    ("count", "expected", "most", "least"), [(0, 2.0, 0.13534, 1.0), (3, 1.0, 0.98101, 0.08030)]
)
def test_chance_is_poissons(count: int, expected: float, most: float, least: float) -> None:
    assert chance.at_most(count, expected) == pytest.approx(most, abs=1e-5)
    assert chance.at_least(count, expected) == pytest.approx(least, abs=1e-5)


def test_the_same_price_of_different_vendors_is_flagged_and_of_one_vendor_is_not() -> None:
    same = _process("a", [_bid("x", 5), _bid("y", 5, "disqualified"), _bid("z", 6)])
    assert _found("R028", same) == {
        "OCID": {"a": {"R028": 1.0}},
        "Tenderer": {"x": {"R028": 1.0}, "y": {"R028": 1.0}},
    }
    assert _found("R028", _process("a", [_bid("x", 5), _bid("x", 5)])) == {}


def test_a_late_winner_is_judged_by_the_moment_not_by_the_text() -> None:
    tender = {"tenderPeriod": {"endDate": "2026-03-15T17:00:00+07:00"}}
    in_time = _process("a", [_bid("w", date="2026-03-15T09:59:00Z")], "w", tender=tender)
    late = _process("b", [_bid("w", date="2026-03-15T10:01:00Z")], "w", tender=tender)
    assert _found("R030", in_time, late) == {"OCID": {"b": {"R030": 1.0}}, "Tenderer": {"w": {"R030": 1.0}}}


def test_disqualifications_are_counted_by_vendor_not_by_bid() -> None:
    bids = [_bid("d", 1, "disqualified"), _bid("d", 2, "disqualified"), _bid("v", 3)]
    assert _found("R035", _process("a", bids, "v"))["OCID"] == {"a": {"R035": 1.0}}
    assert _found("R035", _process("a", bids, "v"), threshold=2) == {}
    assert _found("R036", _process("a", bids, "v")) == {"OCID": {"a": {"R036": 1.0}}}


def test_a_buyer_that_disqualifies_more_than_others_is_flagged() -> None:
    fair = [
        _process(f"f{n}{m}", [_bid(f"a{n}"), _bid(f"b{n}")], buyer={"id": f"fair{n}"})
        for n in range(5)
        for m in range(2)
    ]
    odd = [
        _process(f"o{m}", [_bid("x"), _bid("y", None, "disqualified")], buyer={"id": "odd"}) for m in range(2)
    ]
    assert _found("R038", *fair, *odd)["Buyer"] == {"odd": {"R038": 0.5}}


def test_a_supplier_of_everything_is_flagged_beside_suppliers_of_one_thing() -> None:
    def award(ocid: str, vendor: str, code: str) -> dict[str, Any]:
        items = [{"classification": {"id": code}}]
        return {"ocid": ocid, "awards": [{"status": "active", "suppliers": [{"id": vendor}], "items": items}]}

    plain = [award(f"{v}{n}", f"v{v}", f"{v}1") for v in range(1, 6) for n in range(2)]
    all_sorts = [award(f"e{n}", "e", f"{n}1000") for n in range(1, 8)]
    assert _found("R048", *plain, *all_sorts, least_processes=2) == {"Tenderer": {"e": {"R048": 7.0}}}


def test_cancelled_processes_and_foreign_currencies_count_for_nothing() -> None:
    bids = [_bid("x", 5), _bid("y", 5)]
    assert _found("R028", _process("a", bids, tender={"status": "cancelled"})) == {}
    dollars = {**_bid("d", 1, "disqualified"), "value": {"amount": 1, "currency": "USD"}}
    assert _found("R036", _process("a", [_bid("v", 5), dollars], "v")) == {}


def test_no_indicator_finds_anything_in_nothing() -> None:
    odd: list[Any] = [{"ocid": "a"}, {"ocid": 5}, {"ocid": "b", "awards": "x", "bids": [], "tender": None}]
    assert results(odd, [each() for each in INDICATORS.values()]) == []


def test_every_result_can_be_told_in_words_with_its_figures() -> None:
    tender = {
        "tenderPeriod": {"startDate": "2026-03-10T00:00:00Z", "endDate": "2026-03-15T00:00:00Z"},
        "procurementMethod": "selective",
        "numberOfTenderers": 1,
    }
    bids = [
        _bid("w", 10, date="2026-03-16T00:00:00Z"),
        _bid("d", 10, "disqualified"),
        _bid("e", 5, "disqualified"),
    ]
    release = _process("a", bids, "w", tender=tender, buyer={"id": "b"})
    indicators = [each() for each in INDICATORS.values()]
    by_code = {each.code: each for each in indicators}
    told = {
        each.code: by_code[each.code].sentence(each)
        for each in results([release], indicators)
        if each.group == cardinal.PROCESS
    }
    assert told["R003"] == "Penawaran diterima selama 5 hari penuh; batasnya 15."
    assert "2 penyedia berbeda" in told["R028"]
    assert "2 penyedia digugurkan" in told["R035"]
    assert "Rp5 digugurkan" in told["R036"]
    assert set(told) == {"R003", "R018", "R028", "R030", "R035", "R036"}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([1], 0.25, 1), ([1, 2, 3, 4], 0.5, 2.5), ([1, 2, 3, 4], 0.25, 1 + 5 / 12), ([4, 3, 2, 1], 0.0, 1)],
)
def test_quantiles_follow_definition_eight(values: list[float], share: float, expected: float) -> None:
    assert quantile(values, share) == pytest.approx(expected)
