"""The appointment by which a person acts for a vendor as its owner: no decree gives it, the registration does."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.workflow.door import Deed


def ownership(organisation: Organisation, user_id: int, basis: str) -> Appointment:
    """The owner's appointment from today on, unsaved. `basis` stands where others have the number of their decree."""
    return Appointment(
        user_id=user_id,
        organisation=organisation,
        role=Role.VENDOR,
        decree_number=basis,
        decree_date=clock.today(),
        valid_from=clock.today(),
    )


def tell_ownerships(deed: Deed, owners: Iterable[Appointment]) -> None:
    """Write an entry about each of the saved appointments."""
    deed.record_many(
        (
            "appointment.own",
            owner,
            {
                "user": owner.user_id,
                "given_role": owner.role,
                "unit_id": owner.organisation_id,
                "decree": owner.decree_number,
                "decree_date": owner.decree_date.isoformat(),
                "valid_from": owner.valid_from.isoformat(),
            },
        )
        for owner in owners
    )
