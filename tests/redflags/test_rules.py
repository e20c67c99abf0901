"""The rules over many orders: each sees what it is for, and stays silent beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.core import clock
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.evaluating import findings
from procurement.redflags.finding import Finding
from procurement.redflags.rules import RULES, budget_of
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


@pytest.mark.parametrize("code", [*RULES, *INDICATORS])
def test_nothing_is_found_where_nothing_is(code: str, found: Found) -> None:
    assert found(code) == []


def test_an_ordinary_order_raises_nothing() -> None:
    told = factories.story("ACCEPTED")
    now = clock.now()
    seen = list(findings(told.purchase.region_id, told.purchase.submitted_at, now))
    assert [(each.rule, each.part) for each in seen] == []
