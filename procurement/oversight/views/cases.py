"""Case files: the list, a new one, one with its team, findings and follow-up, and its moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.pages.answers import form_page
from marketplace.pages.moves import MoveForm, buttons, move_page, take_move
from procurement.oversight import actions
from procurement.oversight.actions.cases import auditor_appointments
from procurement.oversight.forms.cases import CaseForm, MemberForm, NewFindingForm, ReportForm, WhyForm
from procurement.oversight.guards import (
    Standing,
    all_settled,
    insist,
    on_the_team,
    reportable,
    writable,
)
from procurement.oversight.models import CaseFile, Finding
from procurement.oversight.queries.access import cases_for, get_case_for, own_cases
from procurement.oversight.queries.samples import samples_for
from procurement.oversight.workflow import CASE_FILE, SETTLED

SHOWN = 25


def case_or_404(request: HttpRequest, pk: int) -> CaseFile:
    """The case file if the person may see it. Raises Http404."""
    try:
        return get_case_for(actor_of(request), pk)
    except CaseFile.DoesNotExist as absent:
        raise Http404 from absent


def insist_writable(request: HttpRequest, case: CaseFile) -> None:
    """Raise what the action would refuse before somebody fills in its form: not of the team, or the report is out."""
    if request.method != "POST":
        insist(writable(case.standing(actor_of(request))))


def crumbs(*further: dict[str, Any]) -> list[dict[str, Any]]:
    """The way back from a page of the workbench."""
    return [{"label": _("Pemeriksaan"), "url": reverse("case_files")}, *further]


def shown_on(shelf: str, shelves: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What `oversight/shelves.html` needs: where the reader is (`?tampil=`), where else to go, what pages carry on."""
    return {"shelf": shelf, "shelves": shelves, "carried": f"&tampil={shelf}" if shelf else ""}


@require_GET
@roles(Role.AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """The case files, the newest first; `?tampil=saya` those that are open and the person works on."""
    actor, shelf = actor_of(request), request.GET.get("tampil", "")
    found = own_cases(actor) if shelf == "saya" else cases_for(actor)
    page = Paginator(found, SHOWN).get_page(request.GET.get("halaman"))
    shelves = [("", _("Semua")), ("saya", _("Berjalan, tim saya"))]
    return render(request, "oversight/cases.html", {"page": page, **shown_on(shelf, shelves)})


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def new(request: HttpRequest) -> HttpResponse:
    """Open a case file."""
    actor = actor_of(request)
    units = Organisation.objects.filter(
        region_id=actor.region_id or 0, kind=Organisation.Kind.AGENCY_UNIT, is_active=True
    ).order_by("name")
    form = CaseForm(request.POST or None, units=units)
    return form_page(
        request,
        form,
        lambda: actions.open_case(actor=actor, **form.told()),
        onward=CaseFile.get_absolute_url,
        title=_("Buka berkas pemeriksaan"),
        label=_("Buka berkas"),
        back=reverse("case_files"),
        done=_("Berkas pemeriksaan dibuka."),
        context={"crumbs": crumbs()},
    )


@require_GET
@roles(Role.AUDITOR)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One case file: what it is about, its team, its findings, what may be done now."""
    case = case_or_404(request, pk)
    actor = actor_of(request)
    members = list(case.members.select_related("user"))
    on_team = any(each.user_id == actor.user_id for each in members)
    findings = findings_of(case)
    moves = [each for each in buttons(actor, case, case.pk) if _is_due(each["move"].name, findings)]
    may_write = on_team and case.state == "OPEN"
    context = {
        "case": case,
        "units": list(case.units.order_by("name")),
        "members": members,
        "findings": findings,
        "samples": list(samples_for(actor).filter(case=case)),
        "may_write": may_write,
        "writing_first": may_write and not any(each["primary"] for each in moves),
        "may_add": on_team and case.state != "FINISHED",
        "buttons": moves,
        "crumbs": crumbs(),
    }
    return render(request, "oversight/case.html", context)


def _is_due(move: str, findings: list[Finding]) -> bool:
    """Whether a move of a case file can succeed, as far as its findings tell: by the guards of the action."""
    told = [
        (each, [one.state for one in each.recommendations.all() if one.state != "WITHDRAWN"])
        for each in findings
        if each.state != "WITHDRAWN"
    ]
    if move == "issue_report":
        asked = [Standing(each.number, each.reviewed, bool(given)) for each, given in told]
        return reportable(asked) is None
    unsettled = sum(state not in SETTLED for _each, given in told for state in given)
    return move != "finish" or all_settled(unsettled) is None


def findings_of(case: CaseFile) -> list[Finding]:
    """The findings with their recommendations: two queries."""
    return list(case.findings.prefetch_related("recommendations__unit").order_by("number"))


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody to the team."""
    case = case_or_404(request, pk)
    if request.method != "POST":
        insist(on_the_team(case.standing(actor_of(request))))
    form = MemberForm(request.POST or None, colleagues=auditor_appointments(case))
    return form_page(
        request,
        form,
        lambda: actions.add_member(actor=actor_of(request), case_id=case.pk, **form.cleaned_data),
        title=_("Tambah anggota tim"),
        label=_("Tambahkan"),
        back=case.get_absolute_url(),
        done=_("Anggota tim ditambahkan."),
        context={"crumbs": _of(case)},
    )


@require_http_methods(["GET", "POST"])
@roles(Role.AUDITOR)
def new_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a finding; a GET may name the order it begins with (`?pesanan=`)."""
    case = case_or_404(request, pk)
    insist_writable(request, case)
    form = NewFindingForm(
        request.POST or None, region_id=case.region_id, initial={"orders": request.GET.get("pesanan", "")}
    )

    def act() -> Finding:
        told = {"text": form.text(), "orders": form.numbers(), "once": form.cleaned_data["once"]}
        return actions.draft_finding(actor=actor_of(request), case_id=case.pk, **told)

    return form_page(
        request,
        form,
        act,
        onward=Finding.get_absolute_url,
        title=_("Temuan baru"),
        label=_("Simpan konsep"),
        back=case.get_absolute_url(),
        done=_("Konsep temuan tersimpan. Tulis rekomendasinya, lalu minta reviu auditor lain."),
        width="medium",
        context={"crumbs": _of(case)},
    )


def _of(case: CaseFile) -> list[dict[str, Any]]:
    return crumbs({"label": case.number, "url": case.get_absolute_url()})


@move_page(CASE_FILE.move("issue_report"))
def issue_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the report."""
    return _move(request, pk, "issue_report", actions.issue_report, ReportForm)


@move_page(CASE_FILE.move("finish"))
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the follow-up is done."""
    return _move(request, pk, "finish", actions.finish_case, MoveForm)


@move_page(CASE_FILE.move("resume"))
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Watch a finished report again."""
    return _move(request, pk, "resume", actions.resume_case, WhyForm)


def _move(request: HttpRequest, pk: int, name: str, act: Any, kind: type[MoveForm]) -> HttpResponse:
    case = case_or_404(request, pk)
    form = kind(request.POST or None, initial={"revision": case.revision})
    return take_move(
        request,
        case,
        name,
        act=lambda **told: act(actor=actor_of(request), case_id=case.pk, **told),
        form=form,
        about={"crumbs": _of(case), "findings": findings_of(case), "case": case},
        template="oversight/case_move.html",
    )
