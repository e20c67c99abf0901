"""The one pattern for what the clock does: all that is due in batches, through failures, by an index."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.due import each_due
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import AWAITING
from tests.purchasing import factories

pytestmark = pytest.mark.django_db


def test_every_due_order_is_tried_once_in_small_batches_whatever_fails():
    office = factories.office()
    stories = [factories.story(at=office) for _each in range(3)]
    tried: list[int] = []

    def act(key: int) -> None:
        tried.append(key)
        if key == stories[0].purchase.pk:
            raise ValueError("broken")
        if key == stories[1].purchase.pk:
            raise Refused("answered", "Sudah dijawab.")

    due = Purchase.objects.filter(state__in=AWAITING)
    assert each_due(due, act, batch=1) == 0
    assert tried == []
    with clock.frozen((stories[-1].purchase.due_at or clock.now()) + timedelta(seconds=1)):
        assert each_due(due, act, batch=1) == 1
    assert sorted(tried) == sorted(story.purchase.pk for story in stories)


@pytest.mark.parametrize("states", [AWAITING, ("TAX_SETTLED",)])
def test_due_orders_are_found_by_their_index(states):
    due = Purchase.objects.filter(state__in=states, due_at__lt=clock.now()).order_by("due_at", "pk")
    with connection.cursor() as cursor:
        # of a nearly empty table any index and a sort cost no more: only the index for it has the order already
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "purchase_due" in due.values_list("due_at", "pk").explain()
