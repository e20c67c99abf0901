"""The list of requests, one request, and the pages on which they are made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from marketplace.pages.moves import buttons
from procurement.documents.queries import current_papers_of
from procurement.treasury import actions, forms, queries
from procurement.treasury.models import PaymentRequest
from procurement.treasury.papers import deductions_of
from procurement.treasury.queries.desk import counts

READERS = (*sorted(BUYING), Role.AUDITOR, Role.OPERATOR)


def request_or_404(request: HttpRequest, pk: int) -> PaymentRequest:
    """The request of that key if the person may see it. Raises Http404."""
    try:
        return queries.get_request_for(actor_of(request), pk)
    except PaymentRequest.DoesNotExist as absent:
        raise Http404 from absent


@require_GET
@roles(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    """The newest requests, how many stand where, and what this person may ask for."""
    actor = actor_of(request)
    context = {
        "rows": queries.listed(actor),
        "waiting": counts(actor),
        "is_pptk": actor.role is Role.PPTK,
        "is_treasurer": actor.role is Role.TREASURER,
        "cover": queries.cover_of(Organisation.objects.get(pk=actor.organisation_id or 0))
        if actor.role in BUYING
        else None,
    }
    return render(request, "treasury/list.html", context)


@require_GET
@roles(*READERS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: its sums, its orders, who did what, its papers, what may be done now."""
    found = request_or_404(request, pk)
    items = list(found.items.all())
    context = {
        "thing": found,
        "items": items,
        "deductions": deductions_of(items) if found.kind == PaymentRequest.Kind.LS else [],
        "papers": current_papers_of(found),
        "buttons": buttons(actor_of(request), found, found.pk),
        "crumbs": _crumbs(),
    }
    return render(request, "treasury/request.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.PPTK)
def new_ls(request: HttpRequest) -> HttpResponse:
    """Choose the approved LS orders of a vendor; one press makes the NPD. Nothing is typed."""
    actor = actor_of(request)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            made = actions.request_ls(actor=actor, numbers=request.POST.getlist("pesanan"))
        except Refused as refusal:
            refused = refusal
        else:
            return _made(request, made)
    context = {
        "rows": list(queries.requestable(actor)[:50]),
        "refused": refused,
        "chosen": request.POST.getlist("pesanan"),
        "crumbs": _crumbs(),
    }
    return render(request, "treasury/new_ls.html", context, status=409 if refused else 200)


@require_http_methods(["GET", "POST"])
@roles(Role.PPTK)
def new_tu(request: HttpRequest) -> HttpResponse:
    """Ask for a one-off top-up."""
    form = forms.TopUpForm(request.POST or None)
    intro = _("TU diberikan sekali untuk kegiatan yang mendesak dan dipertanggungjawabkan dalam satu bulan.")
    return _page(
        request,
        form,
        lambda: actions.request_tu(actor=actor_of(request), **form.cleaned_data),
        _("NPD TU"),
        intro,
    )


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def new_up(request: HttpRequest) -> HttpResponse:
    """Ask for the year's imprest: the sum is the region's rule."""
    actor = actor_of(request)
    limit, rule = queries.up_limit(Organisation.objects.get(pk=actor.organisation_id or 0))
    rows = [{"label": _("Besaran UP"), "amount": limit, "note": rule.legal_basis, "total": True}]
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return _page(
        request,
        form,
        lambda: actions.request_up(actor=actor),
        _("SPP-UP"),
        _("Besaran UP ditetapkan kepala daerah; tidak ada yang perlu diketik."),
        sums=rows,
    )


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def new_gu(request: HttpRequest) -> HttpResponse:
    """Ask back what the imprest has paid: orders and sum are computed."""
    actor = actor_of(request)
    owed = list(queries.replenishable(actor.organisation_id or 0, year=clock.today().year))
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return _page(
        request,
        form,
        lambda: actions.request_gu(actor=actor),
        _("SPP-GU"),
        _("Semua pembayaran UP yang belum diganti; jumlahnya dihitung, tidak diketik."),
        owed=owed,
        total=sum(each.gross for each in owed),
    )


def _page(request: HttpRequest, form: Any, act: Any, title: str, intro: str, **more: Any) -> HttpResponse:
    """The page of one new request."""
    context = {"title": title, "intro": intro, "crumbs": _crumbs(), **more}
    done = _("Permintaan dibuat.")
    back = reverse("payment_requests")
    return answered(request, form, act, back=back, done=done, template="treasury/new.html", context=context)


def _made(request: HttpRequest, made: PaymentRequest) -> HttpResponse:
    messages.success(request, _("%(number)s dibuat.") % {"number": made.number})
    return redirect(made.get_absolute_url())


def _crumbs() -> list[dict[str, Any]]:
    return [{"label": _("Perbendaharaan"), "url": reverse("payment_requests")}]
