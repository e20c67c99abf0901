"""Acceptance by silence: nobody answered past the dated deadline, so what was counted sound counts as accepted."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import Rule, parameter, working_days_after
from marketplace.workflow.due import CLOCK, each_due
from procurement.fulfilment.actions.acceptance import fix, take_over
from procurement.purchasing.actions import stepping
from procurement.purchasing.models import Delivery


def deem_accepted(*, delivery_id: int) -> None:
    """Count a delivery as accepted that its buyer, or after the PPK's signature its vendor, left unanswered.

    By the clock alone. Sound units are accepted, their worth is owed at once, the BAST says under which rule.
    Raises Refused `not_due`, `not_deemed` where the region does without it, and those of the door;
    Delivery.DoesNotExist.
    """
    purchase_id = Delivery.objects.values_list("purchase", flat=True).get(pk=delivery_id)
    with stepping(purchase_id, "deem_accepted", actor=CLOCK, delivery_id=delivery_id) as (passage, delivery):
        purchase = passage.thing
        rule = _rule(delivery, passage.at)
        if delivery.bast_ppk_at is None:
            fix(purchase, delivery)
        delivery.deemed = True
        # the moment that counts as both signatures: payment is due from here
        purchase.bast_ppk_at = delivery.bast_ppk_at or passage.at
        purchase.bast_vendor_at = passage.at
        take_over(passage, delivery, rule=rule)
        passage.facts.update(rule=rule.legal_basis, silent="vendor" if delivery.bast_ppk_at else "buyer")


def _rule(delivery: Delivery, at: datetime) -> Rule:
    """The rule under which the delivery counts as accepted `at` that moment."""
    region_id = delivery.purchase.region_id
    if delivery.due_at is None or delivery.due_at > at:
        raise Refused("not_due", _("Tenggat pengiriman ini belum lewat."))
    day = clock.day_of(delivery.due_at)
    if not parameter("acceptance.deemed", on=day, region_id=region_id).value:
        raise Refused("not_deemed", _("Di wilayah ini diam tidak dianggap menerima."))
    rule = parameter("acceptance.deemed_after", on=day, region_id=region_id)
    if working_days_after(delivery.due_at, int(rule.value)) > at:
        raise Refused("not_due", _("Masa tunggu sesudah tenggat belum habis."))
    return rule


def deem_due() -> int:
    """Take every delivery that counts as accepted by now; returns how many. Reads due rows alone."""
    waiting = Delivery.objects.filter(stage__in=["ARRIVED", "INSPECTED"], something_good=True)
    return each_due(waiting, lambda delivery_id: deem_accepted(delivery_id=delivery_id))
