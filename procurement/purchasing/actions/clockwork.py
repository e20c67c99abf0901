"""What the clock does to orders nobody answered: they lapse, and money and stock are free again."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from procurement.purchasing.actions.answers import drop
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import AWAITING

BATCH: Final = 200


def lapse(*, purchase_id: int) -> None:
    """Let one order lapse whose deadline has passed. Raises Refused `not_due`, or of the door when answered."""
    with passing(Purchase, purchase_id, "lapse", actor=Actor.system("Penjaga tenggat")) as passage:
        purchase = passage.thing
        if purchase.due_at is None or purchase.due_at > passage.at:
            raise Refused("not_due", _("Tenggat pesanan ini belum lewat."))
        drop(passage, _("tidak ada jawaban sampai tenggat (%(state)s)") % {"state": purchase.state_now.label})


def lapse_due() -> int:
    """Let every order lapse that is due, a batch of rows at a time; returns how many. Run by the clockwork.

    Only due rows are read (index `purchase_due`). One that was answered meanwhile is left alone.
    """
    now, lapsed, after = clock.now(), 0, 0
    while True:
        due = list(
            Purchase.objects.filter(state__in=AWAITING, due_at__lt=now, pk__gt=after)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        for purchase_id in due:
            lapsed += _lapsed(purchase_id)
        if len(due) < BATCH:
            return lapsed
        after = due[-1]


def _lapsed(purchase_id: int) -> bool:
    try:
        lapse(purchase_id=purchase_id)
    except Refused:
        return False
    return True
