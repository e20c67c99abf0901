"""Synthetic agency units with all their officers, in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from procurement.practice.cast import DIRECTOR, MAIL_DOMAIN, OFFICERS


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency unit and the appointment of each of its officers."""

    organisation: Organisation
    officers: Mapping[Role, Appointment]


def bring_units(region: Region, count: int) -> list[Unit]:
    """Make `count` units with one officer a role. The accounts have no password: nobody signs in as them."""
    first = Organisation.objects.filter(region=region, code__startswith="buatan-").count()
    start, locked = date(clock.today().year, 1, 2), make_password(None)
    with doing(actor=DIRECTOR) as deed:
        organisations = Organisation.objects.bulk_create(
            Organisation(
                region=region,
                kind=Organisation.Kind.AGENCY_UNIT,
                code=f"buatan-{number}",
                name=f"Satuan Kerja Buatan {number}",
            )
            for number in range(first + 1, first + count + 1)
        )
        pairs = [(unit, person) for unit in organisations for person in OFFICERS]
        users = User.objects.bulk_create(
            User(
                email=f"{person.box}.{unit.code}@{MAIL_DOMAIN}",
                name=f"{person.name} {unit.code}",
                password=locked,
            )
            for unit, person in pairs
        )
        appointments = Appointment.objects.bulk_create(
            Appointment(
                user=user,
                organisation=unit,
                role=person.role,
                decree_number=f"SK/{unit.code}/{person.box}",
                decree_date=start,
                valid_from=start,
                certificate_number="PBJ-BUATAN" if person.role in {Role.PPK, Role.PP} else "",
            )
            for (unit, person), user in zip(pairs, users, strict=True)
        )
        deed.record_many(
            (
                "appointment.give",
                appointment,
                {
                    "user": appointment.user_id,
                    "given_role": appointment.role,
                    "unit": appointment.organisation.name,
                    "unit_id": appointment.organisation_id,
                    "decree": appointment.decree_number,
                    "decree_date": start.isoformat(),
                    "valid_from": start.isoformat(),
                    "valid_to": None,
                    "acting": "",
                },
            )
            for appointment in appointments
        )
    held: dict[int, dict[Role, Appointment]] = {unit.pk: {} for unit in organisations}
    for appointment in appointments:
        held[appointment.organisation_id][Role(appointment.role)] = appointment
    return [Unit(unit, held[unit.pk]) for unit in organisations]
