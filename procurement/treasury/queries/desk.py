"""What the treasury's documents put on a desk: what waits, counts with ages, the rest of the imprest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import LABELS, Role
from marketplace.pages.desk import DeskItem, DeskLink, DeskPanel
from procurement.treasury.models import PaymentRequest
from procurement.treasury.queries.deadlines import HOLDERS
from procurement.treasury.queries.imprest import cover_of
from procurement.treasury.queries.requests import ROWS, requestable, requests_of
from procurement.treasury.workflow import REQUEST

MOVERS = frozenset({Role.PPTK, Role.TREASURER, Role.PPK_SKPD, Role.PA, Role.KPA})
OVERSEERS = frozenset({Role.AUDITOR, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests stand in one state, since when the oldest does, and their gross sum in rupiah."""

    label: str
    count: int
    amount: int
    oldest: datetime


def waiting_for(actor: Actor) -> list[DeskItem]:
    """The requests whose next step is this actor's: one query."""
    states = [state for state, holders in HOLDERS.items() if actor.role in holders]
    if not states or actor.role not in MOVERS:
        return []
    return [_item(request) for request in requests_of(actor).filter(state__in=states)[:ROWS]]


def _item(request: PaymentRequest) -> DeskItem:
    step = next(each for each in REQUEST.moves if each.primary and request.state in each.sources)
    return DeskItem(
        title=request.number,
        url=request.get_absolute_url(),
        state_label=request.get_state_display(),
        state=request.state,
        due_at=request.due_at,
        amount=request.gross,
        holder=" atau ".join(LABELS[role] for role in HOLDERS[request.state]),
        mine=True,
        detail=f"{request.kind} · {request.purpose}",
        since=request.created_at,
        action=step.label,
        action_url=reverse(f"payment_request-{step.name}", args=[request.pk]),
        kind=step.label,
    )


def desk_links(actor: Actor) -> list[DeskLink]:
    """Where those who move these papers, or oversee them, often go. No query."""
    if actor.role not in MOVERS | OVERSEERS:
        return []
    links = [
        DeskLink(_("Perbendaharaan"), reverse("payment_requests"), "file", _("NPD, SPP, SPM, dan SP2D")),
    ]
    if actor.role in {Role.TREASURER, Role.PPK_SKPD, Role.PA, Role.KPA, Role.AUDITOR}:
        links.append(
            DeskLink(_("Buku Kas Umum"), reverse("treasury_book"), "book", _("BKU, pembantu bank, dan pajak"))
        )
    return links


def desk_panel(actor: Actor) -> DeskPanel | None:
    """Counts and ages of the unit's requests and the rest of its imprest: four queries, whatever the rows."""
    if actor.role not in MOVERS or actor.organisation_id is None:
        return None
    waiting = counts(actor)
    facts: dict[str, Any] = {"waiting": waiting, "cover": None, "requestable": 0}
    if actor.role is Role.TREASURER:
        unit = Organisation.objects.get(pk=actor.organisation_id or 0)
        cover = cover_of(unit)
        facts["cover"] = cover if cover.used else None
    if actor.role is Role.PPTK:
        facts["requestable"] = requestable(actor).count()
    if not (waiting or facts["cover"] or facts["requestable"]):
        return None
    return DeskPanel("treasury/desk_panel.html", facts)


def counts(actor: Actor) -> list[Waiting]:
    """The open requests the actor may see, counted by state in the order of the way: one query."""
    ended = [state.code for state in REQUEST.states if state.terminal]
    found = requests_of(actor).exclude(state__in=ended).order_by().values("state")
    rows = {
        row["state"]: row for row in found.annotate(n=Count("pk"), sum=Sum("gross"), oldest=Min("created_at"))
    }
    return [
        Waiting(state.label, rows[state.code]["n"], rows[state.code]["sum"], rows[state.code]["oldest"])
        for state in REQUEST.states
        if state.code in rows
    ]
