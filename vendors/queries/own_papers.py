"""What of a vendor's own papers wants attention, for its desk."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskPanel
from marketplace.regulation.queries import parameter
from vendors.models import Permit


def desk_panel(actor: Actor) -> DeskPanel | None:
    """Permits that end soon or have ended, on a vendor's desk: one query."""
    if actor.role is not Role.VENDOR or actor.organisation_id is None:
        return None
    soon = max(parameter("permit.notice_days", region_id=actor.region_id).value)
    ending = Permit.objects.filter(
        vendor__organisation_id=actor.organisation_id,
        state__in=["VERIFIED", "EXPIRED", "REJECTED"],
        valid_to__lte=clock.today() + timedelta(days=soon),
    ).order_by("valid_to", "pk")[:10]
    found = list(ending)
    return DeskPanel("vendors/desk_permits.html", found) if found else None
