"""Regions, organisations and appointed people for tests, made straight in the database."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.test import Client

from marketplace.accounts.access import SESSION_KEY
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import BUYING, Role
from marketplace.regulation.models import Region

_number = count(1)

KIND_OF_ROLE = {
    Role.VENDOR: Organisation.Kind.VENDOR,
    Role.AUDITOR: Organisation.Kind.AUDITOR_BODY,
    Role.HEAD: Organisation.Kind.AGENCY_UNIT,
    Role.OPERATOR: Organisation.Kind.OPERATOR,
    Role.CURATOR: Organisation.Kind.OPERATOR,
    Role.ASSISTANT: Organisation.Kind.OPERATOR,
    **dict.fromkeys(BUYING, Organisation.Kind.AGENCY_UNIT),
}


def region(code: str = "D197", name: str = "Provinsi DKI Jakarta") -> Region:
    """The region of that LKPP code, made when it is not there."""
    return Region.objects.get_or_create(
        klpd_code=code, defaults={"name": name, "kind": Region.Kind.PROVINCE}
    )[0]


def organisation(
    kind: str = Organisation.Kind.AGENCY_UNIT, *, name: str = "Dinas Contoh", in_region: Region | None = None
) -> Organisation:
    """A new organisation of that kind."""
    number = next(_number)
    return Organisation.objects.create(
        region=in_region or region(), kind=kind, name=f"{name} {number}", code=f"{900_000 + number}"
    )


def user(name: str = "Orang") -> User:
    """A new person who can sign in with the password `rahasia-sekali`."""
    number = next(_number)
    return User.objects.create_user(f"orang{number}@contoh.test", "rahasia-sekali", name=f"{name} {number}")


def appointment(
    role: Role, at: Organisation | None = None, *, person: User | None = None, since: date = date(2025, 1, 1)
) -> Appointment:
    """A new appointment in force since `since`; a new person and a fitting organisation unless given."""
    return Appointment.objects.create(
        user=person or user(role.value.title()),
        organisation=at or organisation(KIND_OF_ROLE[role]),
        role=role,
        decree_number=f"SK-{next(_number)}/2025",
        decree_date=since,
        valid_from=since,
        certificate_number="SERT-1" if role in {Role.PPK, Role.PP} else "",
    )


def actor(role: Role, at: Organisation | None = None, *, person: User | None = None) -> Actor:
    """The actor of a new appointment."""
    return Actor.of(appointment(role, at, person=person))


def signed_in(who: Appointment) -> Client:
    """A browser session of that appointment's person, acting under it."""
    client = Client()
    client.force_login(who.user)
    session = client.session
    session[SESSION_KEY] = who.pk
    session.save()
    return client
