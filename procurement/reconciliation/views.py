"""Pages of reconciliation: the days and what is open, a file to import, one line and what people propose for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.answers import answered, form_page
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from procurement.reconciliation import actions, forms, queries
from procurement.reconciliation.actions.matching import as_line
from procurement.reconciliation.actions.reports import MAX_BYTES
from procurement.reconciliation.legs import legs_of
from procurement.reconciliation.matching import Leg, suggestions
from procurement.reconciliation.models import Proposal, StatementLine
from procurement.reconciliation.presenting import exception_row, line_facts, proposal_row
from procurement.reconciliation.reading import shown
from procurement.reconciliation.report import days, report
from procurement.reconciliation.workflow import CONFIRMERS, KEEPERS
from procurement.settlement.queries import provider_names

SHOWN: Final = 50


@require_GET
@roles(*queries.READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """The accounts, what waits for a second person, the exceptions with owner and age, and the last days."""
    actor = actor_of(request)
    accounts = queries.accounts_for(actor)
    odd = queries.discrepancies_for(actor).filter(state="OPEN").order_by("due_at", "pk")
    page = Paginator(odd, SHOWN).get_page(request.GET.get("halaman"))
    return render(
        request,
        "reconciliation/overview.html",
        {
            "accounts": queries.account_rows(accounts),
            "proposals": [
                proposal_row(each) for each in queries.proposals_for(actor).order_by("due_at", "pk")[:SHOWN]
            ],
            "exceptions": [exception_row(each) for each in page],
            "page": page,
            "days": days(accounts),
            "may_import": actor.role in KEEPERS,
            "may_open": actor.role is Role.OPERATOR,
            "whole_region": actor.role in queries.OF_REGION,
        },
    )


@require_http_methods(["GET", "POST"])
@roles(*KEEPERS)
def upload(request: HttpRequest) -> HttpResponse:
    """Import a bank's file; what is there already is passed over, what does not fit is refused whole."""
    actor = actor_of(request)
    form = forms.UploadForm(
        request.POST or None, request.FILES or None, accounts=queries.accounts_for(actor).order_by("name")
    )

    def act() -> None:
        told = actions.import_statement(
            actor=actor,
            content=form.cleaned_data["file"].read(),
            account_id=form.cleaned_data["account"].pk,
        )
        messages.success(request, _said(told))

    return form_page(
        request,
        form,
        act,
        title=_("Impor rekening koran"),
        label=_("Impor"),
        back=reverse("reconciliation"),
        done=_("Berkas selesai dibaca."),
        lead=_(
            "Format dikenali dari isinya. Berkas diterima utuh atau ditolak utuh, dan berkas yang sama tidak pernah "
            "dihitung dua kali."
        ),
        context={"crumbs": _crumbs()},
    )


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR)
def open_account(request: HttpRequest) -> HttpResponse:
    """Register an own account of the region, or of one of its units."""
    actor = actor_of(request)
    form = forms.AccountForm(request.POST or None, region_id=actor.region_id or 0)

    def act() -> None:
        said = form.cleaned_data
        actions.open_account(
            actor=actor,
            name=said["name"],
            bank_code=said["bank_code"],
            number=said["number"],
            kind=said["kind"],
            unit=said["unit"].pk if said["unit"] else None,
        )

    return form_page(
        request,
        form,
        act,
        title=_("Daftarkan rekening"),
        label=_("Daftarkan"),
        back=reverse("reconciliation"),
        done=_("Rekening terdaftar; rekening korannya dapat diimpor sekarang."),
        context={"crumbs": _crumbs()},
    )


@require_http_methods(["GET", "POST"])
@roles(Role.OPERATOR)
def provider_report(request: HttpRequest) -> HttpResponse:
    """Import a provider's settlement report; the bank's line it stands for is looked for at once."""
    actor = actor_of(request)
    form = forms.ReportForm(request.POST or None, request.FILES or None, providers=provider_names())

    def act() -> None:
        said = form.cleaned_data
        actions.import_provider_report(
            actor=actor,
            provider=said["provider"],
            reference=said["reference"],
            dated=said["dated"],
            content=said["file"].read(MAX_BYTES + 1),
        )

    return form_page(
        request,
        form,
        act,
        title=_("Impor laporan pencairan"),
        label=_("Impor"),
        back=reverse("reconciliation"),
        done=_("Laporan pencairan diimpor dan dicocokkan dengan rekening koran."),
        context={"crumbs": _crumbs()},
    )


def _said(told: actions.Imported) -> str:
    if told.known:
        return _("Rekening koran ini sudah pernah diimpor; tidak ada yang berubah.")
    return _("%(lines)s baris diimpor: %(matched)s cocok, %(odd)s perlu dijelaskan.") % {
        "lines": told.lines,
        "matched": told.summary.matched,
        "odd": told.summary.exceptions,
    }


@require_GET
@roles(Role.OPERATOR, Role.AUDITOR)
def day(request: HttpRequest, day: str) -> HttpResponse:
    """The three-way report of a day of the region."""
    try:
        on = clock.day_named(day)
    except ValueError as wrong:
        raise Http404 from wrong
    region = get_object_or_404(Region, pk=actor_of(request).region_id or 0)
    told = report(region, on)
    sides = [
        (label, side.count, shown(side.came), shown(side.went))
        for label, side in (
            (_("Pesanan"), told.orders),
            (_("Penyedia pembayaran"), told.provider),
            (_("Bank"), told.bank),
        )
    ]
    context = {
        "report": told,
        "sides": sides,
        "sums": [
            (_("Saldo buku"), shown(told.ledger)),
            (_("Mutasi bank"), shown(told.statements)),
            (_("Selisih yang diketahui sebabnya"), shown(told.on_its_way)),
            (_("Selisih tanpa penjelasan"), shown(told.unexplained)),
        ],
        "differences": [(each, shown(each.amount)) for each in told.differences],
        "crumbs": _crumbs(),
    }
    return render(request, "reconciliation/day.html", context)


# ── one line ─────────────────────────────────────────────────────────────────────────────────────────────────────
@require_GET
@roles(*queries.READERS)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what the bank says, what it was matched with, what is open, and what may be proposed."""
    actor = actor_of(request)
    found = _line(request, pk)
    match = queries.standing_match(found)
    odd = found.discrepancies.filter(state="OPEN").first()
    waiting = found.proposals.filter(state="PROPOSED").select_related("proposed_by").first()
    context = {
        "line": found,
        "facts": line_facts(found, match),
        "exception": exception_row(odd) if odd else None,
        "proposal": proposal_row(waiting) if waiting else None,
        "own": waiting is not None and waiting.proposed_by_id == actor.user_id,
        "history": [proposal_row(each) for each in _history(found)],
        "may_propose": actor.role in KEEPERS and waiting is None,
        "may_confirm": actor.role in CONFIRMERS,
        "match": match,
        "crumbs": _crumbs(),
    }
    return render(request, "reconciliation/line.html", context)


def _line(request: HttpRequest, pk: int) -> StatementLine:
    return get_object_or_404(queries.lines_for(actor_of(request)), pk=pk)


def _history(found: StatementLine) -> list[Proposal]:
    decided = found.proposals.exclude(state="PROPOSED").select_related("proposed_by", "decided_by")
    return list(decided.order_by("-pk")[:SHOWN])


@require_http_methods(["GET", "POST"])
@roles(*KEEPERS)
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose which payment of the same amount a line is."""
    found = _line(request, pk)
    form = forms.MatchForm(request.POST or None, legs=_suggested(found))

    def act() -> None:
        kind, leg_id = form.chosen()
        actions.propose_match(
            actor=actor_of(request),
            line_id=found.pk,
            leg_kind=kind,
            leg_id=leg_id,
            reason=form.cleaned_data["reason"],
        )

    return _proposing(request, found, form, act, _("Cocokkan dengan pembayaran"))


def _suggested(found: StatementLine) -> list[Leg]:
    region = found.account.region_id
    apart = int(parameter("reconciliation.suggest_days", region_id=region).value)
    return suggestions(as_line(found), found.booked_on, legs_of(region), days=apart)[:SHOWN]


@require_http_methods(["GET", "POST"])
@roles(*KEEPERS)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that a match is wrong."""
    found = _line(request, pk)
    form = forms.ReasonForm(request.POST or None)

    def act() -> None:
        actions.propose_undo(actor=actor_of(request), line_id=found.pk, reason=form.cleaned_data["reason"])

    return _proposing(request, found, form, act, _("Batalkan kecocokan"))


@require_http_methods(["GET", "POST"])
@roles(*KEEPERS)
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the explanation of an exception."""
    found = _line(request, pk)
    form = forms.ReasonForm(request.POST or None)

    def act() -> None:
        actions.propose_explanation(
            actor=actor_of(request), line_id=found.pk, reason=form.cleaned_data["reason"]
        )

    return _proposing(request, found, form, act, _("Jelaskan pengecualian"))


def _proposing(
    request: HttpRequest, found: StatementLine, form: django_forms.Form, act: Callable[[], None], title: str
) -> HttpResponse:
    back = reverse("reconciliation-line", args=[found.pk])
    context: dict[str, Any] = {
        "line": found,
        "title": title,
        "facts": line_facts(found, queries.standing_match(found)),
        "back": back,
        "nothing": isinstance(form, forms.MatchForm) and not form.fields["leg"].choices,  # type: ignore[attr-defined]
        "crumbs": [*_crumbs(), {"label": str(found), "url": back}],
    }
    done = _("Usulan tercatat; kini diperiksa orang lain.")
    return answered(
        request, form, act, back=back, done=done, template="reconciliation/propose.html", context=context
    )


@require_POST
@roles(*CONFIRMERS)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what somebody else proposed."""
    return _decided(request, pk, actions.confirm, _("Usulan disetujui."))


@require_POST
@roles(*CONFIRMERS)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline what somebody proposed."""
    return _decided(request, pk, actions.decline, _("Usulan ditolak."))


def _decided(request: HttpRequest, pk: int, act: Callable[..., None], done: str) -> HttpResponse:
    actor = actor_of(request)
    asked = get_object_or_404(queries.proposals_for(actor), pk=pk)
    act(actor=actor, proposal_id=asked.pk)
    messages.success(request, done)
    return redirect("reconciliation-line", pk=asked.line_id)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Rekonsiliasi"), "url": reverse("reconciliation")}]
