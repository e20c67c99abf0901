"""What oversight puts on a desk: answers a unit owes, and what auditors have to review, verify and settle."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.desk import DeskItem, DeskLink
from marketplace.workflow.door import legal_moves
from procurement.oversight.models import Finding, HoldWatch, Recommendation
from procurement.oversight.queries.access import FOLLOWERS, findings_for, recommendations_for
from procurement.oversight.queries.deadlines import complete, reach_holds, standing
from procurement.oversight.workflow import ANSWERERS, OWED

ROWS: Final = 50


def waiting_for(actor: Actor) -> list[DeskItem]:
    """The recommendations, drafts and holds whose next step is this actor's: at most three queries."""
    if actor.role in ANSWERERS:
        found = recommendations_for(actor).filter(state__in=OWED)
        return [_recommendation(actor, each) for each in complete(found).order_by("due_at", "pk")[:ROWS]]
    if actor.role != Role.AUDITOR:
        return []
    judged = recommendations_for(actor).filter(state__in=["ANSWERED", "VERIFIED", "PROPOSED"])
    rows = [
        _recommendation(actor, each)
        for each in complete(judged).order_by("due_at", "pk")[:ROWS]
        if legal_moves(actor, each)
    ]
    drafts = findings_for(actor).filter(state="DRAFT", case__examiner_id=actor.organisation_id)
    others = drafts.exclude(author_id=actor.user_id or 0).order_by("due_at", "pk")[:ROWS]
    held = reach_holds(actor).filter(state="OPEN", body_id=actor.organisation_id)
    holds = held.select_related("payout").order_by("due_at", "pk")[:ROWS]
    return [*rows, *(_finding(each) for each in others), *(_hold(each) for each in holds)]


def _recommendation(actor: Actor, thing: Recommendation) -> DeskItem:
    moves = legal_moves(actor, thing)
    first = next((each for each in moves if each.primary), moves[0])
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
    if actor.role in FOLLOWERS:
        hint = _("Rekomendasi, statusnya, dan yang belum disetor")
        links.append(DeskLink(_("Tindak lanjut pemeriksaan"), reverse("follow_up"), "check", hint))
    return links
