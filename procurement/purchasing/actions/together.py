"""Approving small orders without a warning together with others: the same deed, one order at a time."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from procurement.purchasing.actions.answers import approve
from procurement.purchasing.queries.together import not_together, ticked_purchase

TOGETHER: Final = "bersama"
"""What the log says of the way an order was approved."""


def approve_together(*, actor: Actor, number: str, revision: int) -> None:
    """Approve one of several ticked orders; `revision` is the one the person saw on the page that checked them.

    Whatever could make it one to look at by itself changes its revision, which the door compares under the lock.
    Raises Refused `not_found`, `too_large_together`, `has_warning` and those of `approve`.
    """
    purchase = ticked_purchase(actor, number)
    if refusal := not_together(purchase):
        raise refusal
    approve(actor=actor.by_way_of(TOGETHER), purchase_id=purchase.pk, revision=revision)
