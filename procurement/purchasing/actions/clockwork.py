"""What the clock does to orders nobody answered: they lapse, and money and stock are free again."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.regulation.queries import working_days_after
from marketplace.workflow.door import passing
from marketplace.workflow.due import CLOCK, each_due, must_be_due
from procurement.purchasing.actions.answers import drop
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import AWAITING, DELIVERY


def lapse(*, purchase_id: int) -> None:
    """Let one order lapse whose deadline has passed. Raises Refused `not_due`, or of the door when answered."""
    with passing(Purchase, purchase_id, "lapse", actor=CLOCK) as passage:
        must_be_due(passage.thing, passage.at)
        drop(
            passage,
            _("tidak ada jawaban sampai tenggat (%(state)s)") % {"state": passage.thing.state_now.label},
        )


def lapse_due() -> int:
    """Let every order lapse that is due (index `purchase_due`); returns how many. Run by the clockwork."""
    return each_due(Purchase.objects.filter(state__in=AWAITING), lambda pk: lapse(purchase_id=pk))


def carry_deliveries(purchase: Purchase, day: date) -> None:
    """Give deliveries whose stage is timed one working day more for the new holiday `day`; agreed days stay.

    Called under the lock of the order, in the transaction that records it.
    """
    midnight = clock.midnight(day)
    timed = [stage.code for stage in DELIVERY.states if stage.timer is not None]
    for delivery in purchase.deliveries.filter(stage__in=timed, due_at__gte=midnight).order_by("pk"):
        assert delivery.due_at is not None  # chosen by it
        delivery.due_at = working_days_after(delivery.due_at, 1)
        delivery.save(update_fields=["due_at"])
