"""The rules over many orders: each sees what it is for, and stays silent beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.redflags.cardinal import INDICATORS, TENDERER, Result
from procurement.redflags.competing import _finding, _score
from procurement.redflags.evaluating import findings
from procurement.redflags.finding import Finding
from procurement.redflags.models import RedFlag
from procurement.redflags.presenting import shown_values
from procurement.redflags.rules import RULES, budget_of
from procurement.redflags.titles import THRESHOLDS
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)

Found = Callable[..., list[Finding]]


def test_every_code_of_the_handbook_has_a_rule_with_law_figures_and_a_budget() -> None:
    region = people.region().pk
    assert list(RULES) == [f"ID{number:02}" for number in range(1, 17)]
    for rule in RULES.values():
        assert rule.sql and rule.legal_basis and rule.title and rule.explanation
        assert set(rule.values(region)) == set(rule.parameters)
    assert all(budget_of(code, region) for code in [*RULES, *INDICATORS])


def test_every_figure_of_a_rule_is_told_in_its_unit_under_a_name_of_its_own() -> None:
    region = people.region().pk
    for rule in RULES.values():
        for name, code in rule.parameters.items():
            law = parameter(code, region_id=region)
            if isinstance(law.value, dict):
                continue
            (told,) = shown_values(RedFlag(rule=rule.code, values={name: law.value}))
            assert told.name != name and ("Rp" in told.words) == (law.unit == "rupiah"), (rule.code, name)
            assert ("%" in told.words) == (law.unit == "basis poin"), (rule.code, name)


def test_every_threshold_on_the_page_of_rules_is_called_by_a_name_and_no_name_is_idle() -> None:
    read = {code.rpartition(".")[2] for rule in RULES.values() for code in rule.parameters.values()}
    assert set(THRESHOLDS) == {*read, "options"}


def test_a_fence_of_cardinal_is_no_amount_of_money() -> None:
    result = Result(TENDERER, "1", "R048", 6.0, {"codes": ["31"], "processes": 20, "fence": 5.0})
    (made,) = _finding(result, INDICATORS["R048"](), {}, people.region().pk)
    shown = [each.words for each in shown_values(RedFlag(rule="R048", values=made.values))]
    assert "5" in shown and "Rp5" not in shown


def test_the_lowest_value_scores_highest_where_a_low_one_is_odd() -> None:
    def score(code: str, value: float) -> int:
        return _score(Result(TENDERER, "1", code, value, {"fence": 0.02}))

    assert score("R024", 0.02) == 100 < score("R024", 0.01) < score("R024", 0.0001) <= score("R024", 0.0)
    assert score("R058", 0.02) == 100 < score("R058", 0.04)


@pytest.mark.parametrize("code", [*RULES, *INDICATORS])
def test_nothing_is_found_where_nothing_is(code: str, found: Found) -> None:
    assert found(code) == []


def test_an_ordinary_order_raises_nothing() -> None:
    told = factories.story("ACCEPTED")
    now = clock.now()
    seen = list(findings(told.purchase.region_id, told.purchase.submitted_at, now))
    assert [(each.rule, each.part) for each in seen] == []
