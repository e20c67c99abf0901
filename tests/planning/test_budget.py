"""The encumbrance of budget lines: handbook §12 figure by figure, refusals, and the database's own guarantees."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.planning import budget
from procurement.planning.models import PLACES, BudgetLine, BudgetMovement
from tests import people
from tests.planning import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return plans.prepared().lines.get()


def amounts(line: BudgetLine) -> tuple[int, ...]:
    line.refresh_from_db()
    return tuple(getattr(line, place) for place in PLACES)


def shift(step, line: BudgetLine, amount: int, reference: str = "EO-1") -> None:
    with doing(actor=people.actor(Role.PP)) as deed:
        step(deed, line.pk, amount, reference=reference)


def test_the_handbooks_order_moves_the_money_as_printed_there(line) -> None:
    steps = [
        (budget.reserve, 21_645_000, (3_355_000, 21_645_000, 0, 0, 0)),
        (budget.release, 777_000, (4_132_000, 20_868_000, 0, 0, 0)),
        (budget.commit, 20_868_000, (4_132_000, 0, 20_868_000, 0, 0)),
        (budget.make_payable, 20_868_000, (4_132_000, 0, 0, 20_868_000, 0)),
        (budget.spend, 20_868_000, (4_132_000, 0, 0, 0, 20_868_000)),
    ]
    assert amounts(line) == (25_000_000, 0, 0, 0, 0)
    for step, amount, expected in steps:
        shift(step, line, amount)
        assert amounts(line) == expected
        assert sum(expected) == line.pagu
    kinds = BudgetMovement.objects.filter(line=line).values_list("kind", "amount")
    assert list(kinds) == [
        ("RESERVE", 21_645_000),
        ("RELEASE", 777_000),
        ("COMMIT", 20_868_000),
        ("MAKE_PAYABLE", 20_868_000),
        ("SPEND", 20_868_000),
    ]


def test_a_terminated_order_gives_its_commitment_back(line) -> None:
    shift(budget.reserve, line, 20_868_000)
    shift(budget.commit, line, 20_868_000)
    shift(budget.uncommit, line, 20_868_000)
    assert amounts(line) == (25_000_000, 0, 0, 0, 0)


def test_every_movement_leaves_an_entry_with_figures_before_and_after(line) -> None:
    shift(budget.reserve, line, 1_000_000, "EO-77")
    entry = Entry.objects.get(act="budget.reserve")
    movement = BudgetMovement.objects.get()
    assert (entry.aggregate_type, entry.aggregate_id) == ("budget_line", str(line.pk))
    assert entry.region_id == line.package.region_id
    assert entry.deed == movement.deed
    assert entry.facts["amount_rupiah"] == 1_000_000
    assert entry.facts["reference"] == movement.reference == "EO-77"
    assert entry.facts["before"]["available"] == 25_000_000
    assert entry.facts["after"] == movement.after
    assert movement.after["available"] == 24_000_000


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (budget.reserve, "tersedia"),
        (budget.release, "dicadangkan"),
        (budget.commit, "dicadangkan"),
        (budget.uncommit, "terikat"),
        (budget.make_payable, "terikat"),
        (budget.spend, "terutang"),
    ],
)
def test_no_place_gives_more_than_it_holds(line, step, word: str) -> None:
    before, entries = amounts(line), Entry.objects.count()
    with pytest.raises(Refused) as refused:
        shift(step, line, 25_000_001)
    assert refused.value.code == "budget_short"
    assert "Rp25.000.001" in refused.value.sentence
    assert word in refused.value.sentence
    assert refused.value.rule
    assert refused.value.fix
    assert amounts(line) == before
    assert Entry.objects.count() == entries
    assert not BudgetMovement.objects.exists()


def test_a_refusal_names_what_is_there(line) -> None:
    shift(budget.reserve, line, 24_000_000)
    with pytest.raises(Refused, match=r"Butuh Rp1\.000\.001.*tinggal Rp1\.000\.000\."):
        shift(budget.reserve, line, 1_000_001)


@pytest.mark.parametrize("amount", [0, -1])
def test_only_positive_amounts_move(line, amount: int) -> None:
    with pytest.raises(Refused) as refused:
        shift(budget.reserve, line, amount)
    assert refused.value.code == "budget_amount"
    assert amounts(line) == (25_000_000, 0, 0, 0, 0)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("withdrawn", ["line", "package"])
def test_withdrawn_money_is_not_reserved_but_running_orders_go_on(line, withdrawn: str) -> None:
    shift(budget.reserve, line, 5_000_000)
    target = line if withdrawn == "line" else line.package
    type(target).objects.filter(pk=target.pk).update(active=False)
    with pytest.raises(Refused) as refused:
        shift(budget.reserve, line, 1)
    assert refused.value.code == "line_closed"
    shift(budget.commit, line, 5_000_000)
    assert amounts(line) == (20_000_000, 0, 5_000_000, 0, 0)


def test_a_failure_later_in_the_deed_takes_the_reservation_back(line) -> None:
    with pytest.raises(ZeroDivisionError), doing(actor=people.actor(Role.PP)) as deed:
        budget.reserve(deed, line.pk, 1_000_000, reference="EO-1")
        raise ZeroDivisionError
    assert amounts(line) == (25_000_000, 0, 0, 0, 0)
    assert not Entry.objects.exists()


# -- what the database refuses by itself --


@pytest.mark.parametrize("place", PLACES)
def test_the_database_refuses_a_negative_place(line, place: str) -> None:
    other = "available" if place != "available" else "spent"
    with pytest.raises(IntegrityError, match="budget_line_never_negative"), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(**{place: -1, other: 25_000_001})


def test_the_database_refuses_figures_that_do_not_add_up(line) -> None:
    with pytest.raises(IntegrityError, match="budget_line_adds_up"), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(available=24_999_999)


@pytest.mark.parametrize(
    "statement", ["UPDATE planning_budgetmovement SET amount = 1", "DELETE FROM planning_budgetmovement"]
)
def test_movements_are_never_changed_or_removed(line, statement: str) -> None:
    shift(budget.reserve, line, 5)
    with pytest.raises((IntegrityError, InternalError), match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert BudgetMovement.objects.get().amount == 5
