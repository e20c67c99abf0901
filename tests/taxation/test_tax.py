"""The tax decision table: every worked row of the handbook §4.9, both sides of each boundary, and its laws."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from marketplace.core.transitions import Refused
from procurement.taxation.apportion import over_lines
from procurement.taxation.evaluate import Group, Supply, TaxPlan, before_ppn, evaluate
from procurement.taxation.table import BrokenRule, refuse_overlaps, rule_from, shipped_rules
from tests.taxation.test_vectors import SUPPLIES

RULES = shipped_rules()
DAY = date(2026, 10, 22)


def supply(kind: str, price: int, *, pkp: bool, **facts: Any) -> Supply:
    group = {key: facts.pop(key) for key in ("commodity", "luxury", "qualification") if key in facts}
    return Supply((Group(kind, price, **group),), facts.pop("on", DAY), pkp, **facts)  # type: ignore[arg-type]


# (id, supply, PPN, who remits it, PPh code, PPh, gross, cash): handbook §4.9 and the variants of §12
WORKED = [
    ("T1", supply("goods", 10_000_000, pkp=True), 1_100_000, "BENDAHARA", "PPH22", 150_000, 11_100_000, 9_850_000),
    (
        "T2",
        supply("goods", 10_000_000, pkp=True, collector="PLATFORM"),
        1_100_000, "PLATFORM", "PPH22_PL", 50_000, 11_100_000, 9_950_000,
    ),
    ("T3", supply("goods", 10_000_000, pkp=False), 0, None, "PPH22", 150_000, 10_000_000, 9_850_000),
    (
        "T4",
        supply("goods", 10_000_000, pkp=False, suket=True),
        0, None, "FINAL_UMKM", 50_000, 10_000_000, 9_950_000,
    ),
    ("T6", supply("goods", 1_800_000, pkp=True), 198_000, "VENDOR", None, 0, 1_998_000, 1_998_000),
    ("T6b", supply("goods", 2_000_000, pkp=True), 220_000, "VENDOR", None, 0, 2_220_000, 2_220_000),
    ("T6c", supply("goods", 2_000_001, pkp=True), 220_000, "BENDAHARA", "PPH22", 30_000, 2_220_001, 1_970_001),
    (
        "T7",
        supply("goods", 20_000_000, pkp=True, mechanism="KKPD"),
        2_200_000, "VENDOR", None, 0, 22_200_000, 22_200_000,
    ),
    ("T8", supply("service", 30_000_000, pkp=True), 3_300_000, "BENDAHARA", "PPH23", 600_000, 33_300_000, 29_400_000),
    ("T10", supply("catering", 3_500_000, pkp=False), 0, None, "PPH23", 70_000, 3_500_000, 3_430_000),
    ("T10b", supply("catering", 3_500_000, pkp=False, suket=True), 0, None, "FINAL_UMKM", 17_500, 3_500_000, 3_482_500),
    (
        "T10c",
        supply("catering", 3_500_000, pkp=False, collector="PLATFORM"),
        0, None, "PPH22_PL", 17_500, 3_500_000, 3_482_500,
    ),
    ("T14", supply("goods", 3_703_701, pkp=True), 407_407, "BENDAHARA", "PPH22", 55_555, 4_111_108, 3_648_146),
    ("§12", supply("goods", 18_800_000, pkp=True), 2_068_000, "BENDAHARA", "PPH22", 282_000, 20_868_000, 18_518_000),
    (
        "V1",
        supply("goods", 18_800_000, pkp=True, collector="PLATFORM"),
        2_068_000, "PLATFORM", "PPH22_PL", 94_000, 20_868_000, 18_706_000,
    ),
    (
        "V2",
        supply("goods", 18_800_000, pkp=True, mechanism="KKPD"),
        2_068_000, "VENDOR", None, 0, 20_868_000, 20_868_000,
    ),
    (
        "V3",
        supply("goods", 18_800_000, pkp=False, suket=True),
        0, None, "FINAL_UMKM", 94_000, 18_800_000, 18_706_000,
    ),
    (
        "V7",
        supply("goods", 18_800_000, pkp=True, mechanism="LS"),
        2_068_000, "BENDAHARA", "PPH22", 282_000, 20_868_000, 18_518_000,
    ),
]  # fmt: skip


def ppn(plan: TaxPlan) -> int:
    return sum(line.amount for line in plan.lines if line.code == "PPN")


def income_tax(plan: TaxPlan) -> tuple[str | None, int]:
    found = [(line.code, line.amount) for line in plan.lines if not line.on_top]
    assert len(found) <= 1
    return found[0] if found else (None, 0)


@pytest.mark.parametrize("row", WORKED, ids=[row[0] for row in WORKED])
def test_worked_rows_of_the_handbook(row: tuple[Any, ...]) -> None:
    _id, given_supply, ppn_amount, ppn_by, pph_code, pph, gross, cash = row
    plan = evaluate(given_supply, RULES)
    assert (ppn(plan), income_tax(plan), plan.gross, plan.cash) == (ppn_amount, (pph_code, pph), gross, cash)
    assert [line.remitter for line in plan.lines if line.code == "PPN"] == ([ppn_by] if ppn_by else [])


def test_a_line_keeps_exact_base_rate_rule_and_version() -> None:
    (tax, _pph) = evaluate(supply("goods", 10_000_000, pkp=True), RULES).lines
    assert (tax.base, tax.base_kind, tax.rate) == ("27500000/3", "NILAI_LAIN", "12/100")
    assert (tax.rule_id, tax.rule_version, tax.rounding) == ("PPN-BENDAHARA", 2, "FLOOR_RUPIAH")


def test_food_tax_comes_on_top_and_goes_to_the_vendor() -> None:
    plan = evaluate(supply("catering", 3_500_000, pkp=False, pbjt_registered=True), RULES)
    assert (plan.gross, plan.cash, plan.withheld) == (3_850_000, 3_780_000, 70_000)


@pytest.mark.parametrize(
    ("facts", "code", "amount"),
    [
        ({"npwp_valid": False}, "PPH22", 90_000),
        ({"npwp_valid": False, "suket": True}, "PPH22", 90_000),
        ({"suket": True, "statement_500m": True, "individual": True}, None, 0),
        ({"suket": True, "statement_500m": True}, "FINAL_UMKM", 15_000),
        ({"statement_500m": True, "individual": True}, "PPH22", 45_000),
        ({"skb": True}, None, 0),
        ({"commodity": "FUEL"}, None, 0),
        ({"school_fund": True}, None, 0),
        ({"collector": "PLATFORM", "mechanism": "LS"}, "PPH22", 45_000),
    ],
)
def test_income_tax_on_goods_of_three_million(facts: dict[str, Any], code: str | None, amount: int) -> None:
    assert income_tax(evaluate(supply("goods", 3_000_000, pkp=False, **facts), RULES)) == (code, amount)


@pytest.mark.parametrize(
    ("kind", "facts", "code", "amount"),
    [
        ("service", {"npwp_valid": False}, "PPH23", 400_000),
        ("rent", {}, "PPH23", 200_000),
        ("land_rent", {}, "PPH42_SEWA", 1_000_000),
        ("construction", {"qualification": "SMALL"}, "PPH42_KONSTRUKSI", 175_000),
        ("construction", {"qualification": "MEDIUM"}, "PPH42_KONSTRUKSI", 265_000),
        ("construction", {"qualification": "LARGE", "suket": True}, "PPH42_KONSTRUKSI", 265_000),
        ("construction", {"qualification": "NONE"}, "PPH42_KONSTRUKSI", 400_000),
    ],
)
def test_income_tax_on_other_kinds_of_ten_million(
    kind: str, facts: dict[str, Any], code: str, amount: int
) -> None:
    assert income_tax(evaluate(supply(kind, 10_000_000, pkp=False, **facts), RULES)) == (code, amount)


def test_a_purchase_cut_in_pieces_loses_the_small_value_exception() -> None:
    whole = evaluate(supply("goods", 1_800_000, pkp=True, split=True), RULES)
    assert income_tax(whole) == ("PPH22", 27_000)
    assert [line.remitter for line in whole.lines if line.code == "PPN"] == ["BENDAHARA"]


def test_rates_follow_the_day_of_the_supply() -> None:
    before = evaluate(supply("goods", 10_000_000, pkp=True, on=date(2024, 12, 31)), RULES).lines[0]
    after = evaluate(supply("goods", 10_000_000, pkp=True, on=date(2025, 1, 1)), RULES).lines[0]
    assert (before.rate, before.rule_version, before.amount) == ("11/100", 1, 1_100_000)
    assert (after.rate, after.rule_version, after.amount) == ("12/100", 2, 1_100_000)


def test_luxury_goods_bear_the_full_twelve_percent() -> None:
    assert ppn(evaluate(supply("goods", 10_000_000, pkp=True, luxury=True), RULES)) == 1_200_000


@pytest.mark.parametrize("kind_and_day", [("construction", DAY), ("goods", date(1999, 1, 1))])
def test_a_silent_table_refuses(kind_and_day: tuple[str, date]) -> None:
    kind, day = kind_and_day
    with pytest.raises(Refused) as refusal:
        evaluate(supply(kind, 10_000_000, pkp=False, on=day), RULES)
    assert refusal.value.code == "tax.no-rule"


def test_an_empty_supply_refuses() -> None:
    with pytest.raises(Refused, match="kosong"):
        evaluate(Supply((), DAY, pkp=True), RULES)


def test_mixed_orders_round_once_per_tax_and_document() -> None:
    mixed = Supply((Group("goods", 1_000_005), Group("service", 1_000_004)), DAY, pkp=True)
    plan = evaluate(mixed, RULES)
    assert {line.code: line.amount for line in plan.lines} == {
        "PPN": 220_000,
        "PPH22": 15_000,
        "PPH23": 20_000,
    }


def test_reason_is_one_sentence() -> None:
    reason = evaluate(supply("goods", 10_000_000, pkp=False, suket=True), RULES).reason
    assert reason == (
        "Tanpa PPN karena penyedia bukan PKP; PPh final UMKM 0,5% karena penyedia menunjukkan Suket PP 55."
    )


def test_tax_inclusive_prices_close() -> None:
    assert (before_ppn(111), before_ppn(100)) == (100, 90)
    assert all(
        before_ppn(total) == int(Fraction(total * 100, 111) + Fraction(1, 2)) for total in range(1, 5000)
    )


def test_overlapping_versions_and_broken_rows_are_refused() -> None:
    with pytest.raises(BrokenRule, match="overlap"):
        refuse_overlaps([RULES[0], replace(RULES[0], version=9)])
    row = {"id": "X", "version": 1, "family": "PPN", "order": 1, "when": {"colour": "red"}, "reason": "",
           "legal_basis": "x", "valid_from": "2025-01-01"}  # fmt: skip
    with pytest.raises(BrokenRule, match="colour"):
        rule_from(row)
    with pytest.raises(BrokenRule, match="belong together"):
        rule_from({**row, "when": {}, "rate": "1/10"})


@settings(deadline=None)
@given(SUPPLIES)
def test_plans_survive_storage_and_spread_over_lines(given_supply: Supply) -> None:
    plan = evaluate(given_supply, RULES)
    assert TaxPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    shares = over_lines(plan, [(group.kind, group.price) for group in given_supply.groups])
    totals: dict[str, int] = {}
    for line in plan.lines:
        totals[line.code] = totals.get(line.code, 0) + line.amount
    for code, total in totals.items():
        assert sum(share.get(code, 0) for share in shares) == total
