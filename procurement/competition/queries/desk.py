"""The desk: which competitions wait for a person. For vendors the open invitations; their offers stay out of it."""

from __future__ import annotations

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import LABELS, Role
from marketplace.core import clock
from marketplace.pages.desk import DeskItem, DeskLink
from procurement.competition.models import Competition
from procurement.competition.queries.access import competitions_of
from procurement.competition.workflow import BUYERS

DESK_ROWS = 30
READERS = frozenset({Role.VENDOR, Role.AUDITOR, Role.OPERATOR, Role.PA, Role.KPA, *BUYERS})


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to all competitions, for everybody who may read some. No query."""
    if actor.role not in READERS:
        return []
    hint = _("Undangan menawar") if actor.role == Role.VENDOR else _("Penawaran tersegel di antara penyedia")
    return [DeskLink(_("Mini-kompetisi"), reverse("competitions"), "users", hint)]


def waiting_for(actor: Actor) -> list[DeskItem]:
    """Competitions that run: what the buyer must do, what a vendor is invited to. One query."""
    if actor.role not in {Role.VENDOR, *BUYERS}:
        return []
    found = competitions_of(actor).select_related("organisation", "package", "buyer")
    if actor.role == Role.VENDOR:
        found = found.filter(state="PUBLISHED", closes_at__gt=clock.now())
    else:
        found = found.filter(buyer__role=actor.role).exclude(state__in=["DECIDED", "CANCELLED"])
    return [_item(each, actor) for each in found.order_by(F("due_at").asc(nulls_last=True), "pk")[:DESK_ROWS]]


def _item(competition: Competition, actor: Actor) -> DeskItem:
    vendor = actor.role == Role.VENDOR
    waits_for_time = competition.state == "PUBLISHED" and not vendor
    return DeskItem(
        title=competition.title if vendor else f"{competition.number} · {competition.title}",
        url=competition.get_absolute_url(),
        state_label=_("Undangan menawar") if vendor else competition.get_state_display(),
        state=competition.state,
        due_at=competition.due_at,
        amount=None if vendor else competition.hps_total or None,
        holder=LABELS[Role.VENDOR] if waits_for_time else "",
        mine=not waits_for_time,
        detail=competition.organisation.name if vendor else competition.package.name,
    )
