"""Reads of people and their appointments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Model, Q, QuerySet

from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.core import clock


def appointments_in_force(*, on: date | None = None) -> QuerySet[Appointment]:
    """Appointments valid `on` a Jakarta day (default today), of active people in active organisations."""
    day = on or clock.today()
    return Appointment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        valid_from__lte=day,
        user__is_active=True,
        organisation__is_active=True,
    ).select_related("user", "organisation", "organisation__region")


def name_officers(thing: Model, duties: Iterable[str]) -> None:
    """Read the officers a thing names by one query: joined to it, they cost more than all else of a page."""
    named = {duty: pk for duty in duties if (pk := getattr(thing, f"{duty}_id")) is not None}
    officers = Appointment.objects.select_related("user").in_bulk(set(named.values()))
    for duty, pk in named.items():
        setattr(thing, duty, officers[pk])


def appointments_of(user: User | int) -> QuerySet[Appointment]:
    """The user's appointments in force today, oldest first."""
    return appointments_in_force().filter(user=user).order_by("pk")


def officers_of(organisation_id: int, *roles: Role) -> QuerySet[Appointment]:
    """Appointments in force today in an organisation, limited to `roles` when given."""
    found = appointments_in_force().filter(organisation_id=organisation_id).order_by("user__name")
    return found.filter(role__in=roles) if roles else found


def stands_for(appointment_id: int | None, named_id: int) -> bool:
    """Whether one appointment may take the place of a named one: its substitute (Plt/Plh) in force today, or the
    officer whom the named one substitutes, back in office. One query.
    """
    if appointment_id is None:
        return False
    pairs = Q(pk=appointment_id, substitute_for=named_id) | Q(pk=appointment_id, substitutes__pk=named_id)
    return appointments_in_force().filter(pairs).exists()
