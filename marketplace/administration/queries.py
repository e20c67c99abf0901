"""Reads of administration: what an operator may see and decide, within the own region."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink
from marketplace.regulation.models import Holiday, HolidayProposal, Parameter


def organisations_for(actor: Actor) -> QuerySet[Organisation]:
    """Organisations in which the actor may record appointments: operators' region, a PA's own unit."""
    if actor.role == Role.SYSTEM:
        return Organisation.objects.all()
    if actor.role == Role.OPERATOR:
        return Organisation.objects.filter(region=actor.region_id)
    if actor.role == Role.PA:
        return Organisation.objects.filter(pk=actor.organisation_id or 0)
    return Organisation.objects.none()


def units_for(actor: Actor) -> QuerySet[Organisation]:
    """The agency units of which the actor keeps the data."""
    return organisations_for(actor).filter(kind=Organisation.Kind.AGENCY_UNIT, is_active=True)


def appointments_for(actor: Actor) -> QuerySet[Appointment]:
    """Appointments, past ones too, in the organisations within the actor's reach."""
    found = Appointment.objects.filter(organisation__in=organisations_for(actor))
    return found.select_related("user", "organisation")


def parameters_for(actor: Actor) -> QuerySet[Parameter]:
    """National rules and those of the actor's region, in every state."""
    return Parameter.objects.filter(Q(region__isnull=True) | Q(region=actor.region_id))


def proposals_for(actor: Actor) -> QuerySet[Parameter]:
    """Proposals of the actor's region that wait for a decision."""
    return Parameter.objects.filter(region=actor.region_id, state=Parameter.State.PROPOSED).order_by("pk")


def holiday_proposals_for(actor: Actor) -> QuerySet[HolidayProposal]:
    """Proposed holidays of the actor's region that wait for a decision."""
    if actor.role != Role.OPERATOR:
        return HolidayProposal.objects.none()
    return HolidayProposal.objects.filter(
        region=actor.region_id, state=HolidayProposal.State.PROPOSED
    ).order_by("day")


def year_without_decree() -> int | None:
    """The coming year while no *cuti bersama* of it is known: its SKB has not been entered. One query."""
    coming = clock.today().year + 1
    known = Holiday.objects.filter(day__year=coming, kind=Holiday.Kind.COLLECTIVE).exists()
    return None if known else coming


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Proposed rules and holidays: others' wait for me, mine wait for another operator. Two queries."""
    if actor.role != Role.OPERATOR:
        return []
    days = [
        DeskItem(
            title=f"{proposed.name}, {proposed.day:%d-%m-%Y}",
            url=reverse("holiday-decide", args=[proposed.pk]),
            state=proposed.state,
            state_label=proposed.get_state_display(),
            holder="" if proposed.proposed_by_id != actor.user_id else "Operator lain",
            mine=proposed.proposed_by_id != actor.user_id,
            detail=proposed.legal_basis,
        )
        for proposed in holiday_proposals_for(actor)
    ]
    return days + [
        DeskItem(
            title=f"{proposed.code} = {proposed.value} {proposed.unit}",
            url=reverse("parameter-decide", args=[proposed.pk]),
            state=proposed.state,
            state_label=proposed.get_state_display(),
            holder="" if proposed.proposed_by_id != actor.user_id else "Operator lain",
            mine=proposed.proposed_by_id != actor.user_id,
            detail=proposed.legal_basis,
        )
        for proposed in proposals_for(actor)
    ]


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where those who record decrees and rules, and those who read the log, often go."""
    log = DeskLink(
        gettext("Log audit"), reverse("audit"), "log", gettext("Setiap perbuatan, dengan buktinya")
    )
    if actor.role == Role.AUDITOR:
        return [log]
    links = [
        DeskLink(gettext("Penunjukan"), reverse("appointments"), "users"),
        DeskLink(gettext("NPWP satuan kerja"), reverse("unit-tax-numbers"), "file"),
        DeskLink(gettext("Parameter regulasi"), reverse("parameters"), "scale"),
    ]
    if actor.role == Role.OPERATOR:
        return [*links, log]
    return links[:2] if actor.role == Role.PA else []
