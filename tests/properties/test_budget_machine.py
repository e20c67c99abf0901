"""Any sequence of budget movements, asked of a plain model and of the real database, ends the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.planning import budget
from procurement.planning.models import PLACES, BudgetLine, BudgetMovement
from tests import people
from tests.planning import plans

PAGU = 1_000_000
AMOUNTS = st.one_of(st.sampled_from([-1, 0, 1, 2, 3, PAGU]), st.integers(1, PAGU + 1))


class BudgetMachine(RuleBasedStateMachine):
    """The model: five numbers and a table of steps written down here once more, on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.actor = people.actor(Role.PP)
        self.line = plans.package(pagu=PAGU).lines.get()
        self.model = dict.fromkeys(PLACES, 0) | {"available": PAGU}
        self.done = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def _try(self, step: Callable[..., Any], source: str, target: str, amount: int) -> None:
        possible = 0 < amount <= self.model[source]
        try:
            with doing(actor=self.actor) as deed:
                step(deed, self.line.pk, amount, reference="EO")
        except Refused:
            assert not possible
        else:
            assert possible
            self.model[source] -= amount
            self.model[target] += amount
            self.done += 1

    @rule(amount=AMOUNTS)
    def reserve(self, amount: int) -> None:
        self._try(budget.reserve, "available", "reserved", amount)

    @rule(amount=AMOUNTS)
    def release(self, amount: int) -> None:
        self._try(budget.release, "reserved", "available", amount)

    @rule(amount=AMOUNTS)
    def commit(self, amount: int) -> None:
        self._try(budget.commit, "reserved", "committed", amount)

    @rule(amount=AMOUNTS)
    def uncommit(self, amount: int) -> None:
        self._try(budget.uncommit, "committed", "available", amount)

    @rule(amount=AMOUNTS)
    def make_payable(self, amount: int) -> None:
        self._try(budget.make_payable, "committed", "payable", amount)

    @rule(amount=AMOUNTS)
    def spend(self, amount: int) -> None:
        self._try(budget.spend, "payable", "spent", amount)

    @invariant()
    def the_database_agrees(self) -> None:
        line = BudgetLine.objects.get(pk=self.line.pk)
        assert {place: getattr(line, place) for place in PLACES} == self.model
        assert sum(self.model.values()) == line.pagu == PAGU
        assert BudgetMovement.objects.filter(line=line).count() == self.done
        assert (
            Entry.objects.filter(aggregate_type="budget_line", aggregate_id=str(line.pk)).count() == self.done
        )


class TestBudget(TestCase):
    def test_any_sequence_of_movements(self) -> None:
        run_state_machine_as_test(
            BudgetMachine,
            settings=settings(
                max_examples=15,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
