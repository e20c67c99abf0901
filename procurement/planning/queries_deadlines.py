"""Packages as things with deadlines: who holds one, for reminders and for the page of deadlines."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.planning.models import Package
from procurement.planning.queries import packages_for
from procurement.planning.workflow import PACKAGE

_HOLDERS: Final = {
    state.code: tuple(
        Role(role)
        for each in PACKAGE.moves
        if each.primary and state.code in each.sources
        for role in sorted(each.roles)
    )
    for state in PACKAGE.states
}
"""By state: whose primary move it waits for."""


def standing(package: Package) -> Standing:
    """Who holds a package and what it is called. No query."""
    return Standing(
        holders=tuple(_office(package, role) for role in _HOLDERS[package.state]),
        label=_("Paket RUP %(code)s, %(name)s") % {"code": package.kd_rup, "name": package.name},
        url=package.get_absolute_url(),
        organisation_id=package.organisation_id,
    )


def _office(package: Package, role: Role) -> Office:
    if role is Role.PPK and package.ppk_user_id is not None:
        return Office(role, Recipient(user_id=package.ppk_user_id))
    return Office(role, Recipient(organisation_id=package.organisation_id, role=str(role)))


SOURCE = Source(Package, standing, packages_for)
