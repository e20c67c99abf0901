"""What the clock does to orders nobody answered: they lapse, and money and stock are free again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.workflow.door import passing
from marketplace.workflow.due import CLOCK, each_due, must_be_due
from procurement.purchasing.actions.answers import drop
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import AWAITING


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
