"""Two people end one order in two ways at the same moment: exactly one is heard, money and stock move once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import working_days_after
from procurement.fulfilment.actions import deem_accepted
from procurement.planning.models import BudgetLine
from tests.purchasing import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all acts at the same moment; "done" or the code of the refusal, in the order given."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def take(story: factories.Story, name: str) -> Callable[[], object]:
    """The move as its own person takes it, from a copy of the story of its own."""
    copy = factories.Story(story.purchase, story.office)
    role, act, defaults = factories.STEPS[name]
    actor, pk = copy.actor(role), copy.purchase.pk
    told = {key: value(copy) if callable(value) else value for key, value in defaults.items()}
    return lambda: act(actor=actor, purchase_id=pk, **told)


@pytest.mark.parametrize(
    ("state", "moves", "money"),
    [
        ("AWAITING_PPK", ("approve", "cancel", "refuse"), None),
        ("AWAITING_VENDOR", ("confirm", "cancel", "decline"), None),
        ("ORDERED", ("ship", "terminate", "stop"), None),
        ("SHIPPED", ("receive", "receive", "receive"), "committed"),
        ("INSPECTED", ("sign_bast", "sign_bast"), "committed"),
    ],
)
def test_one_of_them_is_heard(state: str, moves: tuple[str, ...], money: str | None) -> None:
    story = factories.story(state)
    entries = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(story.purchase.pk)).count()

    answers = at_once(*(take(story, name) for name in moves))

    # "approve, then cancel" is a lawful order of things; what never happens is two ends or two of the same.
    ends = [name for name, answer in zip(moves, answers, strict=True) if answer == "done"]
    assert 1 <= len(ends) <= 2 and len(set(ends)) == len(ends)
    order = story.fresh()
    later = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(order.pk)).count()
    assert later == entries + len(ends)
    line = BudgetLine.objects.get(pk=order.budget_line_id)
    held = {place: getattr(line, place) for place in ("reserved", "committed", "payable")}
    living = not order.state_now.terminal
    assert sum(held.values()) == (order.total if living else 0)
    assert money is None or held[money] == order.total


def test_the_ppk_signs_at_the_moment_the_clock_deems() -> None:
    """One of them is heard; the money is owed once, or still bound and waiting for the vendor."""
    story = factories.story("INSPECTED")
    delivery = story.purchase.deliveries.get()
    assert delivery.due_at is not None
    with clock.frozen(working_days_after(delivery.due_at, 3) + timedelta(seconds=1)):
        sign = take(story, "sign_bast")
        answers = at_once(sign, lambda: deem_accepted(delivery_id=delivery.pk))

    assert sorted(answers, key=lambda answer: answer == "done")[-1] == "done"
    assert answers.count("done") == 1
    order = story.fresh()
    line = BudgetLine.objects.get(pk=order.budget_line_id)
    deemed = answers[1] == "done"
    assert order.state == ("ACCEPTED" if deemed else "INSPECTED")
    assert (line.committed, line.payable) == ((0, order.total) if deemed else (order.total, 0))
