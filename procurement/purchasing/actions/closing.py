"""Closing a settled order: by its PPK with a rating of the vendor, or by the clock when nobody does."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from procurement.purchasing.actions.clockwork import BATCH
from procurement.purchasing.models import Purchase

BEST = 5


def close(*, actor: Actor, purchase_id: int, rating: int, revision: int | None = None) -> None:
    """Close a settled order as its PPK, rating the vendor 1 to 5. Raises Refused `rating`."""
    if not 1 <= rating <= BEST:
        raise Refused("rating", _("Nilai penyedia antara 1 dan 5."), fix=_("Pilih salah satu nilai."))
    with passing(Purchase, purchase_id, "close", actor=actor, revision=revision) as passage:
        passage.thing.rating, passage.thing.ended_at = rating, passage.at
        passage.facts.update(number=passage.thing.number, rating=rating)


def close_due() -> int:
    """Close settled orders whose closing time has passed, without a rating; returns how many."""
    closed = 0
    due = Purchase.objects.filter(state="TAX_SETTLED", due_at__lt=clock.now()).order_by("due_at", "pk")
    for purchase_id in list(due.values_list("pk", flat=True)[:BATCH]):
        closed += _closed(purchase_id)
    return closed


def _closed(purchase_id: int) -> bool:
    try:
        with passing(Purchase, purchase_id, "close", actor=Actor.system("Penjaga tenggat")) as passage:
            if passage.thing.due_at is None or passage.thing.due_at > passage.at:
                raise Refused("not_due", _("Tenggat pesanan ini belum lewat."))
            passage.thing.ended_at = passage.at
            passage.facts.update(number=passage.thing.number, rating=None)
    except Refused:
        return False
    return True
