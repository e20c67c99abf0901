"""A request for money at every step from NPD to SP2D, and a TU that is still to be accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.accounts.roles import Role
from procurement.treasury import actions
from procurement.treasury.models import PaymentRequest
from tests.journeys.furnishing.debts import owed, package_for
from tests.treasury.test_requests import ALL_STEPS, Desk

if TYPE_CHECKING:
    from tests.journeys.scene import Known, Scene

LARGE = ((0, 1_000), (1, 1_400), (2, 1_500))
"""Goods and quantity of orders above what may be paid from the imprest: LS."""


def furnish(scene: Scene) -> None:
    """LS requests as NPD, SPM and recorded SP2D; UP as SPP, GU verified, TU paid out."""
    desk = Desk(
        scene.office.package.organisation, {role: scene.office.actor(role) for role in scene.office.officers}
    )
    at = package_for(scene, pagu=200_000_000, name="Belanja alat tulis dan konsumsi satu semester")
    orders = [owed(scene, at, goods=goods, quantity=quantity) for goods, quantity in LARGE]
    for case, steps in zip(orders, ((), ALL_STEPS[:3], ALL_STEPS[:4]), strict=True):
        asked = actions.request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number])
        desk.step(asked, *steps)
    actions.request_up(actor=desk[Role.TREASURER])
    desk.step(actions.request_gu(actor=desk[Role.TREASURER]), "verify")
    top_up = actions.request_tu(
        actor=desk[Role.PPTK], amount=5_000_000, purpose="Konsumsi rapat koordinasi mendadak"
    )
    desk.step(top_up, *ALL_STEPS)


def known(scene: Scene) -> Known:
    """The requests, the first of them with orders."""
    return {"perbendaharaan/": [{"pk": each.pk} for each in PaymentRequest.objects.order_by("pk")]}
