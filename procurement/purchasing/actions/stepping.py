"""Steps of one delivery inside its order's passage: the delivery moves, the order's state is what all roll up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage, deadline_of, passing
from procurement.purchasing.models import Delivery, Purchase
from procurement.purchasing.workflow import DELIVERY, rolled_up


def set_stage(delivery: Delivery, stage: str, *, at: datetime) -> None:
    """Put a delivery at a stage with the deadline of that stage, and save it. The order's row is locked."""
    delivery.stage, delivery.since = stage, at
    delivery.due_at = deadline_of(delivery, stage, at)
    delivery.keep_progress()


@contextmanager
def stepping(
    purchase_id: int,
    name: str,
    *,
    actor: Actor,
    delivery_id: int | None = None,
    revision: int | None = None,
) -> Iterator[tuple[Passage[Purchase], Delivery]]:
    """Take one delivery of an order through the step `name`; the block changes both, then they are saved.

    A step with several targets leads to the first unless the block says otherwise with `delivery.lead_to(stage)`.
    Without `delivery_id` the only delivery that may take the step is meant. Raises Refused `which_delivery` when
    several may, and those of the door.
    """
    chosen: list[Delivery] = []

    def facts(purchase: Purchase) -> Mapping[str, Any]:
        chosen.append(_choose(purchase, name, actor, delivery_id))
        return {"deliveries": [chosen[0].standing]}

    with passing(Purchase, purchase_id, name, actor=actor, revision=revision, facts=facts) as passage:
        delivery = chosen[0]
        delivery.purchase = passage.thing
        passage.facts["delivery"] = delivery.position
        yield passage, delivery
        step = DELIVERY.move(name)
        if (stage := delivery.leads_to or step.target) not in step.targets:
            raise ValueError(f"{name} does not lead a delivery to {stage}")
        if delivery.keeps_deadline:
            delivery.keep_progress()
        else:
            set_stage(delivery, stage, at=passage.at)
        arrive(passage)


def arrive(passage: Passage[Purchase]) -> None:
    """Lead the passage to what the order's deliveries roll up to now; they were saved before. One query.

    When all of them were dropped, the passage keeps the end its action named.
    """
    purchase = passage.thing
    stages = list(Delivery.objects.filter(purchase=purchase).values_list("stage", flat=True))
    if set(stages) != {"DROPPED"}:
        passage.arrive(rolled_up(stages))


def _choose(purchase: Purchase, name: str, actor: Actor, delivery_id: int | None) -> Delivery:
    deliveries = list(purchase.deliveries.all())
    if delivery_id is not None:
        found = [each for each in deliveries if each.pk == delivery_id]
        if not found:
            raise Refused("no_delivery", _("Pengiriman itu bukan bagian dari pesanan ini."))
        return found[0]
    able = [each for each in deliveries if DELIVERY.move(name).sources >= {each.stage}]
    if len(able) > 1:
        raise Refused(
            "which_delivery",
            _("Pesanan ini mempunyai beberapa pengiriman; pilih salah satu."),
            fix=_("Buka halaman pesanan dan pilih pengiriman yang dimaksud."),
        )
    return (able or deliveries)[0]
