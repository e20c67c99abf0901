"""Fifty orders reach for one budget line at the same moment, in fifty transactions of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.planning import budget
from procurement.planning.models import BudgetLine, BudgetMovement
from tests import people
from tests.planning import plans

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PARALLEL = 50
EACH = 1_000_000


def reserve_once(actor: Actor, line_id: int, number: int, start: Barrier) -> str:
    try:
        connection.ensure_connection()
        start.wait(60)
        with doing(actor=actor) as deed:
            budget.reserve(deed, line_id, EACH, reference=f"EO-{number}")
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
    return "reserved"


def test_fifty_parallel_reservations_never_overspend_the_line() -> None:
    line = plans.prepared(pagu=30 * EACH, hps=EACH).lines.get()
    actor, start = people.actor(Role.PP), Barrier(PARALLEL)
    with ThreadPoolExecutor(PARALLEL) as pool:
        outcomes = list(pool.map(lambda n: reserve_once(actor, line.pk, n, start), range(PARALLEL)))
    line = BudgetLine.objects.get(pk=line.pk)
    assert sorted(outcomes) == ["budget_short"] * 20 + ["reserved"] * 30
    assert (line.available, line.reserved) == (0, 30 * EACH)
    assert BudgetMovement.objects.count() == 30
    events = (
        Entry.objects.filter(act="budget.reserve").order_by("event_no").values_list("event_no", flat=True)
    )
    assert list(events) == list(range(1, 31))
