"""Red flags in every state, and two vendors with the same telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.accounts.roles import Role
from procurement.redflags import actions
from procurement.redflags.models import RedFlag
from tests.redflags import flags
from vendors.models import Vendor

if TYPE_CHECKING:
    from tests.journeys.scene import Known, Scene


def furnish(scene: Scene) -> None:
    """One flag new, one asked, one answered, one escalated, one closed, each about an order of its own."""
    orders = [
        told.purchase
        for state in ("ORDERED", "SHIPPED", "DELIVERED", "INSPECTED", "ACCEPTED")
        for told in scene.orders[state][:1]
    ]
    auditor = flags.auditor_of(orders[0])
    flags.raised(orders[0])
    flags.asked(orders[1], auditor)
    answered = flags.asked(orders[2], auditor)
    ppk = scene.orders["DELIVERED"][0].actor(Role.PPK)
    actions.answer(actor=ppk, red_flag_id=answered.pk, answer=flags.ANSWER)
    escalated = flags.asked(orders[3], auditor)
    actions.escalate(actor=auditor, red_flag_id=escalated.pk, reason=flags.REASON)
    closed = flags.asked(orders[4], auditor)
    actions.clear(actor=auditor, red_flag_id=closed.pk, verdict="UNFOUNDED", reason=flags.REASON)
    first, second = Vendor.objects.filter(region=scene.shop.region).order_by("pk")[:2]
    Vendor.objects.filter(pk__in=[first.pk, second.pk]).update(phone_hash="a" * 64)


def known(scene: Scene) -> Known:
    """The flags, the new one first."""
    return {"tanda-bahaya/": [{"pk": each.pk} for each in RedFlag.objects.order_by("pk")]}
