"""Real parallel transactions on orders: one wins, the others are told why, nothing is counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.planning.models import BudgetMovement
from procurement.purchasing.actions import approve, confirm, lapse, submit_basket
from procurement.purchasing.models import Purchase
from tests.purchasing import factories

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def all_at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Run every act in a thread and a transaction of its own; `done` or the code of the refusal, in order."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            start.wait(60)
            act()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def entries_of(purchase: Purchase) -> list[str]:
    found = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk))
    return list(found.order_by("event_no").values_list("act", flat=True))


def test_two_approvals_of_one_order():
    story = factories.story()
    actor = story.actor(Role.PPK)

    outcomes = all_at_once([lambda: approve(actor=actor, purchase_id=story.purchase.pk)] * 2)

    assert sorted(outcomes) == ["done", "wrong_state"]
    assert story.fresh().state == "AWAITING_VENDOR"
    assert story.purchase.revision == 1
    assert entries_of(story.purchase) == ["purchase.submit", "purchase.approve"]


def test_a_double_tap_on_confirm_binds_the_money_once():
    story = factories.story("AWAITING_VENDOR")
    actor = story.vendor

    outcomes = all_at_once([lambda: confirm(actor=actor, purchase_id=story.purchase.pk)] * 4)

    assert Counter(outcomes) == {"done": 1, "wrong_state": 3}
    story.office.line.refresh_from_db()
    assert (story.office.line.reserved, story.office.line.committed) == (0, story.purchase.total)
    assert BudgetMovement.objects.filter(kind="COMMIT").count() == 1
    assert Paper.objects.filter(kind="surat_pesanan").count() == 1
    record = story.purchase.lines.get().stockrecord
    assert (record.num_in_stock, record.num_allocated) == (480, 0)


def test_approval_against_the_clock():
    """The deadline passes as the PPK decides: the order is approved or lapsed, never both, never half."""
    story = factories.story()
    actor, pk = story.actor(Role.PPK), story.purchase.pk
    assert story.purchase.due_at is not None

    with clock.frozen(story.purchase.due_at + timedelta(seconds=1)):
        outcomes = all_at_once([lambda: approve(actor=actor, purchase_id=pk), lambda: lapse(purchase_id=pk)])

    state = story.fresh().state
    story.office.line.refresh_from_db()
    record = story.purchase.lines.get().stockrecord
    if state == "EXPIRED":
        assert outcomes == ["wrong_state", "done"]
        assert (story.office.line.reserved, record.num_allocated) == (0, 0)
    else:
        assert state == "AWAITING_VENDOR"
        # the clock came second and found a new deadline, or a state it does not end yet
        assert outcomes == ["done", "not_due"]
        assert (story.office.line.reserved, record.num_allocated) == (story.purchase.total, 20)


def test_twenty_orders_for_the_last_five_pieces():
    last = factories.paper(in_stock=5)
    offices = [factories.office() for _each in range(20)]
    acts = []
    for unit in offices:
        buyer = unit.actor(Role.PP)
        factories.fill_basket(buyer, [(last, 1)])

        def order(unit=unit, buyer=buyer):
            submit_basket(
                actor=buyer,
                package_id=unit.package.pk,
                budget_line_id=unit.line.pk,
                destinations=[factories.delivery()],
                no_negotiation_reason=factories.REASON,
            )

        acts.append(order)

    outcomes = all_at_once(acts)

    assert Counter(outcomes) == {"done": 5, "out_of_stock": 15}
    last.stockrecord.refresh_from_db()
    assert (last.stockrecord.num_in_stock, last.stockrecord.num_allocated) == (5, 5)
    assert Purchase.objects.count() == 5
    assert Entry.objects.filter(act="purchase.submit").count() == 5
    for unit in offices:
        unit.line.refresh_from_db()
    assert sum(unit.line.reserved > 0 for unit in offices) == 5


def test_two_submissions_of_one_basket():
    unit = factories.office()
    buyer = unit.actor(Role.PP)
    factories.fill_basket(buyer, [(factories.paper(), 10)])

    def order():
        submit_basket(
            actor=buyer,
            package_id=unit.package.pk,
            budget_line_id=unit.line.pk,
            destinations=[factories.delivery()],
            no_negotiation_reason=factories.REASON,
        )

    outcomes = all_at_once([order, order])

    assert outcomes.count("done") == 1
    assert set(outcomes) - {"done"} <= {"basket_closed", "basket_empty"}
    assert Purchase.objects.count() == 1
