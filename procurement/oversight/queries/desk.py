"""What oversight puts on a desk: answers a unit owes, and what auditors have to review, verify and settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Move
from marketplace.pages.desk import DeskItem, DeskLink, DeskPanel
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import legal_moves
from procurement.oversight.models import Finding, HoldWatch, Recommendation, SampleItem
from procurement.oversight.queries.access import FOLLOWERS, recommendations_for
from procurement.oversight.queries.counts import drafts_to_review, steps_of
from procurement.oversight.queries.deadlines import complete, complete_findings, own_holds, standing
from procurement.oversight.queries.follow_up import DENOMINATOR, Tally
from procurement.oversight.queries.samples import samples_for
from procurement.oversight.workflow import ANSWERERS, OWED, PUBLISHED, BpkStatus

ROWS: Final = 20
"""Steps shown of each kind; what waits beyond them is counted (see counts.py)."""


def waiting_for(actor: Actor) -> list[DeskItem]:
    """The recommendations, drafts and holds whose next step is this actor's: at most three queries."""
    seen = recommendations_for(actor).select_related(None)  # a row names finding and case alone
    if actor.role in ANSWERERS:
        return _steps(actor, complete(seen.filter(state__in=OWED)).order_by("due_at", "pk")[:ROWS])
    if actor.role != Role.AUDITOR:
        return []
    judged = seen.filter(reduce(or_, steps_of(actor).values()))
    rows = _steps(actor, complete(judged).order_by("due_at", "pk")[:ROWS])
    drafts = drafts_to_review(actor).select_related(None)
    others = complete_findings(drafts).order_by("due_at", "pk")[:ROWS]
    holds = own_holds(actor).select_related("payout").order_by("due_at", "pk")[:ROWS]
    return [*rows, *(_finding(each) for each in others), *(_hold(each) for each in holds)]


def _steps(actor: Actor, things: Iterable[Recommendation]) -> list[DeskItem]:
    """Those whose next step is the actor's; what he may only decline or send back does not wait for him."""
    firsts = ((each, _first_step(actor, each)) for each in things)
    return [_recommendation(thing, first) for thing, first in firsts if first is not None]


def _first_step(actor: Actor, thing: Recommendation) -> Move | None:
    return next((each for each in legal_moves(actor, thing) if each.primary), None)


def _recommendation(thing: Recommendation, first: Move) -> DeskItem:
    return DeskItem(
        title=_("Rekomendasi %(number)s") % {"number": f"{thing.finding.number}.{thing.number}"},
        url=thing.get_absolute_url(),
        state_label=thing.get_state_display(),
        state=thing.state,
        due_at=thing.due_at,
        amount=thing.still_due or None,
        holder=standing(thing).holder,
        detail=f"{thing.finding.case.lhp_number} · {thing.finding.title}",
        since=thing.answered_at or thing.created_at,
        action=first.label,
        action_url=reverse(f"recommendation-{first.name}", args=[thing.pk]),
        kind=first.label,
    )


def _finding(finding: Finding) -> DeskItem:
    return DeskItem(
        title=_("Konsep temuan %(number)s") % {"number": finding.number},
        url=finding.get_absolute_url(),
        state_label=finding.get_state_display(),
        state=finding.state,
        due_at=finding.due_at,
        amount=finding.amount or None,
        detail=f"{finding.case.number} · {finding.title}",
        since=finding.created_at,
        action=finding.moves.move("confirm").label,
        action_url=reverse("finding-confirm", args=[finding.pk]),
        kind=finding.moves.move("confirm").label,
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """How oversight stands for an auditor: the share that fits, what is open and late, and what is not examined."""

    percent_bp: int | None
    open: int
    late: int
    left: int
    unexamined: int


def desk_panel(actor: Actor) -> DeskPanel | None:
    """The figures of oversight on an auditor's desk: two queries; None when there is nothing to tell."""
    if actor.role != Role.AUDITOR:
        return None  # officers see the same figures on the page of follow-up
    seen = recommendations_for(actor).filter(state__in=PUBLISHED).select_related(None).order_by()
    whole = Tally("")
    late = Count("pk", filter=Q(due_at__lt=clock.now()))
    overdue = 0
    rows = seen.values("state").annotate(
        n=Count("pk"), late=late, due=Sum("amount_due"), got=Sum("recovered")
    )
    for row in rows:
        whole.add(row["state"], row["n"], row["due"], row["got"])
        overdue += row["late"]
    settled = whole.counts[BpkStatus.FITTING] + whole.counts[BpkStatus.UNACTIONABLE]
    mine = SampleItem.objects.filter(sample__in=samples_for(actor).order_by(), result="")
    unexamined = mine.filter(sample__drawn_by_id=actor.user_id or 0).count()
    if not (whole.total or unexamined):
        return None
    rule = parameter(DENOMINATOR, region_id=actor.region_id)
    facts = Overview(whole.percent_bp(rule.value), whole.total - settled, overdue, whole.left, unexamined)
    return DeskPanel("oversight/desk_panel.html", facts)


def _hold(watch: HoldWatch) -> DeskItem:
    return DeskItem(
        title=watch.number,
        url=reverse("order_story", args=[watch.number]),
        state_label=watch.get_state_display(),
        state="HELD",
        due_at=watch.due_at,
        amount=watch.payout.amount,
        detail=watch.payout.hold_reason,
        since=watch.held_at,
        action=_("Lepas penahanan"),
        action_url=reverse("payout-let-go", args=[watch.payout_id]),
        kind=_("Penahanan transfer"),
    )


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to the workbench and to the follow-up. No query."""
    links: list[DeskLink] = []
    if actor.role == Role.AUDITOR:
        hint = _("Berkas pemeriksaan, temuan, dan rekomendasi")
        links.append(DeskLink(_("Pemeriksaan"), reverse("case_files"), "file", hint))
        hint = _("Pesanan dan log menurut unit, penyedia, pejabat, nilai, peringatan")
        links.append(DeskLink(_("Jelajah"), reverse("explorer"), "search", hint))
        hint = _("Siapa membaca apa, dan untuk keperluan apa")
        links.append(DeskLink(_("Pembacaan data pribadi"), reverse("personal_data_reads"), "eye", hint))
        hint = _("Acak, satuan moneter, berstrata; dapat ditarik ulang")
        links.append(DeskLink(_("Sampel"), reverse("samples"), "filter", hint))
        hint = _("Temuan semua berkas, menurut keadaannya")
        links.append(DeskLink(_("Temuan"), reverse("findings"), "log", hint))
    if actor.role in FOLLOWERS:
        hint = _("Rekomendasi, statusnya, dan yang belum disetor")
        links.append(DeskLink(_("Tindak lanjut pemeriksaan"), reverse("follow_up"), "check", hint))
    return links
