"""Tax questions as other programs ask them: every situation of handbook §4.3-§4.9, figures computed by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.transitions import Refused
from procurement.taxation.evaluate import Group, Supply, TaxPlan, evaluate, evaluate_inclusive
from procurement.taxation.table import shipped_rules
from procurement.taxation.vectors import BadVector, answer, exact, result_of, supply_from

RULES = shipped_rules()
DAY = date(2026, 10, 22)
M = 1_000_000


def ask(**vector: Any) -> dict[str, Any]:
    return answer({"date": DAY.isoformat(), **vector}, RULES, today=DAY)


HERE = Path(__file__).parent
GOODS = {"kind": "goods", "price": 10 * M}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


SITUATIONS, CHANGES = rows("situations.jsonl"), rows("changes.jsonl")


@pytest.mark.parametrize("row", SITUATIONS, ids=[row["id"] for row in SITUATIONS])
def test_situations_of_the_handbook(row: dict[str, Any]) -> None:
    told = answer(row, RULES, today=DAY)
    assert {key: told[key] for key in row["expected"]} == row["expected"]
    assert all(line["legal_basis"] for line in told["lines"])


@pytest.mark.parametrize("change", CHANGES, ids=[each["id"] for each in CHANGES])
def test_both_sides_of_every_change_of_law(change: dict[str, Any]) -> None:
    """Before and after the last day of an old law another rule or version decides, with the figures given."""
    last = date.fromisoformat(change["last_day"])
    old, new = (ask(**{**change, "date": day.isoformat()}) for day in (last, last + timedelta(days=1)))
    assert (old[change["field"]], new[change["field"]]) == (change["before"], change["after"])
    said = [{(line["rule_id"], line["rule_version"]) for line in told["lines"]} for told in (old, new)]
    assert said[0] != said[1]


def test_before_the_first_law_of_the_table_nothing_is_invented() -> None:
    with pytest.raises(Refused) as refusal:
        ask(**GOODS, date="2020-03-31")
    assert refusal.value.code == "tax.no-rule"
    assert ask(**{**GOODS, "date": "2020-04-01"})["pph"] == 150_000


def test_every_rule_is_dated_and_says_why() -> None:
    for rule in RULES:
        assert rule.legal_basis and rule.valid_from >= date(2020, 4, 1)
        assert rule.reason or rule.id == "PBJT-TIDAK"


def test_a_line_is_told_exactly() -> None:
    (ppn, pph) = ask(**GOODS, pkp=True)["lines"]
    assert (ppn["base"], ppn["rate"], ppn["base_kind"], ppn["remitter"]) == (
        "27500000/3", "0.12", "NILAI_LAIN", "BENDAHARA",
    )  # fmt: skip
    assert (pph["base"], pph["rate"], pph["rule_id"], pph["rule_version"]) == (
        "10000000", "0.015", "PPH22-BARANG", 1,
    )  # fmt: skip


@settings(deadline=None)
@given(st.fractions(max_denominator=10_000))
def test_exact_texts_are_read_back(value: Fraction) -> None:
    assert Fraction(exact(value)) == value


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        ({"price": 1}, "kind"),
        ({"kind": "goods"}, "price"),
        ({"kind": "goods", "price": 0}, "lebih dari nol"),
        ({"kind": "goods", "price": -5}, "lebih dari nol"),
        ({"kind": "goods", "price": 1.5}, "rupiah bulat"),
        ({"kind": "goods", "price": True}, "rupiah bulat"),
        ({"kind": "goods", "price": "satu"}, "bukan nilai rupiah"),
        ({"kind": "goods", "price": 10**16}, "terlalu besar"),
        ({"kind": "gods", "price": 1}, "goods, service"),
        ({"kind": "goods", "price": 1, "mech": "TUNAI"}, "UP, LS, KKPD"),
        ({"kind": "goods", "price": 1, "pkp": "mungkin"}, "true atau false"),
        ({"kind": "goods", "price": 1, "date": "2026-02-30"}, "bukan tanggal"),
        ({"kind": "construction", "price": 1, "construction_class": "raksasa"}, "SMALL"),
        ({"groups": []}, "groups"),
        ({"groups": [1]}, "groups"),
    ],
)
def test_a_bad_question_says_how_to_mend_it(vector: dict[str, Any], said: str) -> None:
    with pytest.raises(BadVector) as fault:
        supply_from(vector, today=DAY)
    assert said in str(fault.value)


def test_left_out_fields_have_defaults() -> None:
    supply, inclusive = supply_from({"kind": "barang", "price": "Rp 2.500.000"}, today=DAY)
    assert (supply.on, supply.mechanism, supply.collector, supply.npwp_valid, inclusive) == (
        DAY, "UP", "BENDAHARA", True, False,
    )  # fmt: skip
    assert supply.price == 2_500_000 and not supply.pkp and not supply.suket


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────
GROUPS = st.lists(
    st.builds(
        Group,
        kind=st.sampled_from(
            ["goods", "service", "catering", "rent", "land_rent", "construction", "non_object"]
        ),
        price=st.integers(1, 10**12),
        commodity=st.sampled_from(["", "FUEL", "RICE", "PHONE", "AIR_TRANSPORT", "PUBLIC_TRANSPORT"]),
        luxury=st.booleans(),
        qualification=st.sampled_from(["SMALL", "MEDIUM", "LARGE", "NONE"]),
    ),
    min_size=1,
    max_size=6,
).map(tuple)
SUPPLIES = st.builds(
    Supply,
    groups=GROUPS,
    on=st.dates(date(2020, 4, 1), date(2030, 12, 31)),
    pkp=st.booleans(),
    suket=st.booleans(),
    npwp_valid=st.booleans(),
    statement_500m=st.booleans(),
    individual=st.booleans(),
    pbjt_registered=st.booleans(),
    skb=st.booleans(),
    school_fund=st.booleans(),
    mechanism=st.sampled_from(["UP", "LS", "KKPD"]),
    collector=st.sampled_from(["BENDAHARA", "PLATFORM"]),
    split=st.booleans(),
)


def closes(plan: TaxPlan) -> bool:
    on_top = sum(line.amount for line in plan.lines if line.on_top)
    return plan.price + on_top == plan.gross == plan.cash + plan.withheld


@settings(deadline=None)
@given(SUPPLIES)
def test_every_day_since_the_first_law_has_an_answer_that_closes(supply: Supply) -> None:
    plan = evaluate(supply, RULES)
    assert closes(plan) and plan.cash > 0 and plan.reason.endswith(".")
    assert len({(line.rule_id, line.code) for line in plan.lines}) == len(plan.lines)  # floored once per rule
    for line in plan.lines:
        assert 0 <= Fraction(line.base) * Fraction(line.rate) - line.amount < 1


@settings(deadline=None)
@given(SUPPLIES)
def test_inclusive_prices_close_to_the_rupiah(supply: Supply) -> None:
    plan = evaluate_inclusive(supply, RULES)
    assert closes(plan)
    assert plan.price + plan.ppn == supply.price
    for line in plan.lines:
        if line.code == "PPN":
            assert abs(Fraction(line.base) * Fraction(line.rate) - line.amount) < 1


@settings(deadline=None)
@given(SUPPLIES, st.integers(1, 3650))
def test_a_rule_once_over_never_comes_back(supply: Supply, days: int) -> None:
    later = supply.on + timedelta(days=days)
    for rule in RULES:
        if rule.valid_to is not None and rule.valid_to < supply.on:
            assert not rule.valid_on(later)
        if rule.valid_on(supply.on):
            newer = [each for each in RULES if each.id == rule.id and each.valid_on(later)]
            assert all(each.valid_from >= rule.valid_from for each in newer)


@settings(deadline=None)
@given(SUPPLIES, st.integers(1, 10**9))
def test_a_dearer_supply_never_bears_less_ppn(supply: Supply, more: int) -> None:
    dearer = Supply(
        **{
            **{name: getattr(supply, name) for name in Supply.__dataclass_fields__},
            "groups": (Group("goods", supply.price + more),),
        }
    )
    plain = Supply(
        **{
            **{name: getattr(supply, name) for name in Supply.__dataclass_fields__},
            "groups": (Group("goods", supply.price),),
        }
    )
    assert evaluate(dearer, RULES).ppn >= evaluate(plain, RULES).ppn


@settings(deadline=None)
@given(SUPPLIES)
def test_what_is_told_adds_up_like_the_plan(supply: Supply) -> None:
    plan = evaluate(supply, RULES)
    told = result_of(plan)
    assert told["ppn"] + told["pph"] <= sum(line["amount"] for line in told["lines"])
    assert told["gross"] == plan.gross and told["cash"] == plan.cash
    assert (told["ppn_by"] is None) == (not any(line["code"] == "PPN" for line in told["lines"]))
