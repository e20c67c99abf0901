"""What waits, for whom, and since when it is late: living orders by unit, step, holder and PPK."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Min, Q, Sum

from marketplace.core import clock
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import in_words
from procurement.purchasing.queries.holders import PAYING, due_of, held_by
from procurement.purchasing.workflow import PURCHASE, UNDER_WAY
from procurement.settlement.queries import money_told
from procurement.statistics.models import Edition, Waiting

_ALIKE: Final = """
SELECT purchase.organisation_id, purchase.ppk_id, purchase.state, purchase.last_round_by, purchase.on_hold,
       purchase.endorsement_needed, purchase.endorser_id, purchase.pp_user_id IS NOT NULL, deliveries.told,
       count(*), sum(purchase.total), count(*) FILTER (WHERE coalesce(purchase.due_at, deliveries.due_at) < %(now)s),
       min(coalesce(purchase.due_at, deliveries.due_at))
  FROM purchasing_purchase AS purchase
  LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT delivery.stage || CASE WHEN delivery.bast_ppk_at IS NULL THEN '' ELSE '+' END) AS told,
             min(delivery.due_at) AS due_at
        FROM purchasing_delivery AS delivery
       WHERE delivery.purchase_id = purchase.id AND delivery.stage = ANY(%(under_way)s)
  ) AS deliveries ON true
 WHERE purchase.state <> ALL(%(elsewhere)s)
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
"""Orders not yet paid that wait for the same holder, as far as `purchasing.queries.holders` looks at them."""


def add_up(edition: Edition) -> None:
    """Write what waits at the moment of an edition: two queries, one insertion."""
    ended = [state.code for state in PURCHASE.states if state.terminal]
    asked_for: dict[str, Any] = {
        "now": clock.now(),
        "under_way": list(UNDER_WAY),
        "elsewhere": [*ended, *PAYING],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, asked_for)
        alike = [(*row[:3], _holder(*row[2:9]), *row[9:]) for row in cursor.fetchall()]
    together: dict[tuple[int, int | None, str, str], Waiting] = {}
    for unit, ppk, step, holder, orders, total, late, oldest in [*alike, *_being_paid()]:
        key = (unit, ppk, step, holder)
        row = together.setdefault(
            key,
            Waiting(
                edition=edition,
                unit_id=unit,
                ppk_id=ppk,
                step=key[2],
                holder=key[3],
                orders=0,
                total=0,
                late=0,
            ),
        )
        row.orders, row.total, row.late = row.orders + orders, row.total + int(total), row.late + late
        row.oldest_due = _earlier(row.oldest_due, oldest)
    Waiting.objects.bulk_create(together.values(), batch_size=1_000)


def _being_paid() -> Iterator[tuple[Any, ...]]:
    """Orders between the approval of their payment and the last tax, by what the money itself says."""
    found = Purchase.objects.filter(state__in=PAYING).order_by().annotate(money_told=money_told())
    alike = found.values_list("organisation_id", "ppk_id", "state", "region_id", "money_told").annotate(
        orders=Count("pk"),
        sum=Sum("total"),
        late=Count("pk", filter=Q(due_at__lt=clock.now())),
        oldest=Min("due_at"),
    )
    for unit, ppk, step, region, told, orders, total, late, oldest in alike:
        one: Any = Purchase(state=step, region_id=region, due_at=oldest)
        one.money_told = told
        if (due := due_of(one)) != oldest:  # a hold is the auditor's, with a deadline of its own
            late = orders if due is not None and due < clock.now() else 0
        yield unit, ppk, step, in_words(held_by(one)), orders, total, late, due


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _holder(
    step: str,
    last_round_by: str,
    on_hold: bool,
    endorsement_needed: bool,
    endorser: int | None,
    has_pp: bool,
    deliveries: Sequence[str] | None,
) -> str:
    """In words, whom an order that stands so waits for; the one rule is that of the orders themselves."""
    alike: Any = Purchase(
        state=step,
        last_round_by=last_round_by,
        on_hold=on_hold,
        endorsement_needed=endorsement_needed,
        endorser_id=endorser,
        pp_user_id=1 if has_pp else None,
    )
    alike.deliveries_told = [
        {
            "position": 1,
            "title": "",
            "stage": told.rstrip("+"),
            "due_at": None,
            "bast_ppk_at": clock.now() if told.endswith("+") else None,
        }
        for told in deliveries or ()
    ]
    return in_words(held_by(alike))
