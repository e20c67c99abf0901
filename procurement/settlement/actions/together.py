"""Approving or starting payments together with others: the same deed, one order at a time."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.actors import Actor
from procurement.purchasing.queries import beyond_bulk, ticked_purchase
from procurement.settlement.actions.billing import approve_payment
from procurement.settlement.actions.gateway import start_payment

TOGETHER: Final = "bersama"


def approve_payment_together(*, actor: Actor, number: str, revision: int) -> None:
    """Approve one of several ticked payments; `revision` is the one the person saw on the page that checked them.

    Raises Refused `not_found`, `too_large_together` and those of `approve_payment`.
    """
    purchase = ticked_purchase(actor, number)
    if refusal := beyond_bulk(purchase.accepted_total or purchase.total, purchase.region_id):
        raise refusal
    approve_payment(actor=actor.by_way_of(TOGETHER), purchase_id=purchase.pk, revision=revision)


def start_payment_together(*, actor: Actor, number: str, revision: int) -> None:
    """Start paying one of several ticked orders; `revision` is the one the person saw on the page that checked them.

    Raises Refused `not_found` and those of `start_payment`: a second press finds the payment in progress.
    """
    purchase = ticked_purchase(actor, number)
    start_payment(actor=actor.by_way_of(TOGETHER), purchase_id=purchase.pk, revision=revision)
