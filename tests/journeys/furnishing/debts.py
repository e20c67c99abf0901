"""Approved orders of the scene's unit in a package of their own, for the rooms in which money is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.accounts.roles import Role
from procurement.planning.models import Package
from procurement.purchasing.actions import endorse
from tests.planning import plans
from tests.purchasing import factories
from tests.purchasing.factories import Office
from tests.settlement.orders import Case
from tests.settlement.test_billing import approved

if TYPE_CHECKING:
    from tests.journeys.scene import Scene


def package_for(scene: Scene, *, pagu: int, name: str) -> Office:
    """Another package of the unit that its own officers buy from."""
    officers = scene.office.officers
    made = plans.package(
        at=scene.office.package.organisation,
        pagu=pagu,
        name=name,
        state="PREPARED",
        hps_total=pagu,
        kind_code=Package.Kind.GOODS,
        **plans.hands(officers[Role.PPK], officers[Role.PP]),
    )
    return Office(made, officers)


def owed(scene: Scene, at: Office, *, goods: int, quantity: int) -> Case:
    """An order of one of the shop's goods whose payment is approved."""
    told = factories.story(at=at, wanted=[(scene.listings[goods], quantity)])
    if told.purchase.endorsement_needed:  # a large one stands out
        endorse(actor=at.actor(Role.PA), purchase_id=told.purchase.pk, reason=factories.REASON)
    for step in factories.PATHS["ACCEPTED"]:
        told.take(step)
    case = Case(
        told.purchase,
        vendor=told.vendor,
        verifier=at.actor(Role.PPK_SKPD),
        approver=at.actor(Role.PA),
        treasurer=at.actor(Role.TREASURER),
        receiver=at.actor(Role.RECEIVER),
        ppk=at.actor(Role.PPK),
        appointments={**at.officers, Role.VENDOR: told.appointment(Role.VENDOR)},
    )
    approved(case)
    return case
