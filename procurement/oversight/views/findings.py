"""One finding: what it says, the orders and entries behind it, its recommendations, its moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.audit.queries import lines_of
from marketplace.pages.answers import form_page
from marketplace.pages.keyset import id_in, keyset_page
from marketplace.pages.moves import MoveForm, buttons, move_page, take_move
from procurement.oversight import actions
from procurement.oversight.forms.cases import LinkForm, RecommendationForm, ReviseForm, WhyForm
from procurement.oversight.guards import writable
from procurement.oversight.models import Finding
from procurement.oversight.queries.access import (
    FOLLOWERS,
    findings_for,
    get_finding_for,
    recommendations_for,
)
from procurement.oversight.queries.counts import drafts_to_review
from procurement.oversight.views.cases import crumbs, insist_writable, shown_on
from procurement.oversight.workflow import FINDING, REVIEW

PAGE: Final = 50


def finding_or_404(request: HttpRequest, pk: int) -> Finding:
    """The finding if the person may see it. Raises Http404."""
    try:
        return get_finding_for(actor_of(request), pk)
    except Finding.DoesNotExist as absent:
        raise Http404 from absent


def trail(request: HttpRequest, finding: Finding) -> list[dict[str, Any]]:
    """The way back: to the case file for auditors, none beyond for those who answer."""
    if actor_of(request).role != Role.AUDITOR:
        return []
    return crumbs({"label": finding.case.number, "url": finding.case.get_absolute_url()})


SHELVES: Final = {
    "": None,
    "konsep": "DRAFT",
    "kembali": "RETURNED",
    "direviu": "CONFIRMED",
    "ditarik": "WITHDRAWN",
}
"""What stands in an address for a state of findings; `reviu` stands for drafts that wait for the reader."""


@require_GET
@roles(Role.AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """The findings of all case files the person may see, the newest first, fifty at a time."""
    actor, shelf = actor_of(request), request.GET.get("tampil", "")
    found = drafts_to_review(actor) if shelf == "reviu" else findings_for(actor)
    if state := SHELVES.get(shelf):
        found = found.filter(state=state)
    page = keyset_page(found, size=PAGE, before=id_in(request.GET.get("sebelum", "")))
    shelves = [
        ("", _("Semua")),
        ("reviu", _("Menunggu reviu saya")),
        ("konsep", _("Konsep")),
        ("kembali", _("Dikembalikan")),
        ("direviu", _("Direviu")),
        ("ditarik", _("Ditarik")),
    ]
    told = shown_on(shelf, shelves)
    context = {
        **told,
        "rows": page.rows,
        "older_url": f"?sebelum={page.older}{told['carried']}" if page.older else "",
        "newest_url": f"?{told['carried'].lstrip('&')}" if request.GET.get("sebelum") else "",
        "crumbs": crumbs(),
    }
    return render(request, "oversight/finding_list.html", context)


@require_GET
@roles(*FOLLOWERS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding."""
    finding = finding_or_404(request, pk)
    actor = actor_of(request)
    is_auditor = actor.role == Role.AUDITOR
    of_team = is_auditor and writable(finding.case.standing(actor)) is None
    moves = [each for each in buttons(actor, finding, finding.pk) if of_team or each["move"].name in REVIEW]
    context = {
        **_behind(request, finding),
        "may_write": of_team and not finding.reviewed,
        "may_link": of_team and finding.state != "WITHDRAWN",
        "buttons": moves,
        "crumbs": trail(request, finding),
    }
    return render(request, "oversight/finding.html", context)


def _behind(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    """What a finding rests on and asks for: its orders, entries of the log and recommendations."""
    actor = actor_of(request)
    mine = recommendations_for(actor).filter(finding=finding).order_by("number")
    return {
        "finding": finding,
        "orders": [each.purchase for each in finding.orders.select_related("purchase__vendor__organisation")],
        "lines": lines_of(each.entry for each in finding.entries.select_related("entry__leaf")),
        "recommendations": list(mine),
        "is_auditor": actor.role == Role.AUDITOR,
    }


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Tie an order and entries of its story to the finding."""
    finding = finding_or_404(request, pk)
    insist_writable(request, finding.case)
    form = LinkForm(request.POST or None, initial={"number": request.GET.get("pesanan", "")})
    return form_page(
        request,
        form,
        lambda: actions.link_order(actor=actor_of(request), finding_id=finding.pk, **form.cleaned_data),
        title=_("Kaitkan pesanan"),
        label=_("Kaitkan"),
        back=finding.get_absolute_url(),
        done=_("Pesanan dikaitkan dengan temuan."),
        context={"crumbs": _of(request, finding)},
    )


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def new_recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a recommendation."""
    finding = finding_or_404(request, pk)
    insist_writable(request, finding.case)
    units = list(finding.case.units.order_by("name"))
    form = RecommendationForm(request.POST or None, units=units)
    return form_page(
        request,
        form,
        lambda: actions.draft_recommendation(
            actor=actor_of(request), finding_id=finding.pk, **form.cleaned_data
        ),
        title=_("Rekomendasi baru"),
        label=_("Simpan"),
        back=finding.get_absolute_url(),
        done=_("Rekomendasi tersimpan."),
        context={"crumbs": _of(request, finding)},
    )


def _of(request: HttpRequest, finding: Finding) -> list[dict[str, Any]]:
    here = {"label": _("Temuan %(n)s") % {"n": finding.number}, "url": finding.get_absolute_url()}
    return [*trail(request, finding), here]


@move_page(FINDING.move("revise"))
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft anew."""
    finding = finding_or_404(request, pk)
    insist_writable(request, finding.case)
    form = ReviseForm(
        request.POST or None,
        region_id=finding.region_id,
        initial={**ReviseForm.now(finding), "revision": finding.revision},
    )

    def act(**told: Any) -> object:
        return actions.revise_finding(
            actor=actor_of(request), finding_id=finding.pk, text=form.text(), revision=told["revision"]
        )

    return _taken(request, finding, "revise", act, form)


@move_page(FINDING.move("confirm"))
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a finding as the second auditor."""
    return _plain(request, pk, "confirm", actions.confirm_finding, MoveForm)


@move_page(FINDING.move("return_draft"))
def return_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft back to who wrote it."""
    return _plain(request, pk, "return_draft", actions.return_finding, WhyForm)


@move_page(FINDING.move("withdraw"))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a finding back."""
    insist_writable(request, finding_or_404(request, pk).case)
    return _plain(request, pk, "withdraw", actions.withdraw_finding, WhyForm)


def _plain(
    request: HttpRequest, pk: int, name: str, act: Callable[..., object], kind: type[MoveForm]
) -> HttpResponse:
    finding = finding_or_404(request, pk)
    form = kind(request.POST or None, initial={"revision": finding.revision})

    def taken(**told: Any) -> object:
        return act(actor=actor_of(request), finding_id=finding.pk, **told)

    return _taken(request, finding, name, taken, form)


def _taken(
    request: HttpRequest, finding: Finding, name: str, act: Callable[..., object], form: Any
) -> HttpResponse:
    return take_move(
        request,
        finding,
        name,
        act=act,
        form=form,
        about=lambda: {"crumbs": _of(request, finding), **_behind(request, finding)},
        template="oversight/finding_move.html",
    )
