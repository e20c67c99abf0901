"""The steps a person may take on each delivery of an order, as a page offers them; work has words of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Move, Refused
from marketplace.workflow.door import legal_moves
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.workflow import DELIVERY, STEPS

WORK: Final[dict[str, str | Promise]] = {
    "ship": _("Laporkan pekerjaan selesai"),
    "receive": _("Catat hasil pekerjaan"),
    "replace": _("Minta perbaikan"),
    "reject_goods": _("Tolak pekerjaan"),
}
"""What the steps of a milestone of a service are called, where goods have another word."""


def worded(move: Move, delivery: Delivery | None) -> Move:
    """The move as its button and page call it for this delivery."""
    if delivery is None or not delivery.is_work or move.name not in WORK:
        return move
    return replace(move, label=str(WORK[move.name]))


def buttons_of(actor: Actor, purchase: Purchase, delivery: Delivery) -> list[dict[str, Any]]:
    """The steps `actor` may take now on one delivery, with the address of each step's page. No further query."""
    found: list[dict[str, Any]] = []
    for move in (each for each in legal_moves(actor, purchase) if each.name in STEPS):
        try:
            DELIVERY.decide(delivery.stage, move.name, actor.role, delivery.standing)
            url = reverse(f"purchase-{move.name}", args=[purchase.number])
        except (Refused, NoReverseMatch):
            continue
        found.append({"move": worded(move, delivery), "url": f"{url}?kiriman={delivery.position}"})
    return found
