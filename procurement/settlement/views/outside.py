"""Pages of payments made outside the system: the list with its flag, the proposal, the decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.moves import insist_open
from procurement.purchasing.queries import get_bare_purchase_for
from procurement.settlement import actions, forms, queries
from procurement.settlement.models import OutsidePayment
from procurement.settlement.views.treasurer import OFFICERS, OVERSEERS, form_page


@require_GET
@roles(*OFFICERS, *OVERSEERS)
def outside_payments(request: HttpRequest) -> HttpResponse:
    """Every payment outside the system that the actor may see, newest first."""
    rows = queries.outside_payments(actor_of(request))
    return render(request, "settlement/outside_payments.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """The treasurer says by which document the order was paid outside the system, and why."""
    actor = actor_of(request)
    purchase = get_bare_purchase_for(actor, number)
    reasons = actions.outside_reasons(purchase.region_id)
    form = forms.OutsideForm(request.POST or None, request.FILES or None, reasons=reasons)

    def act() -> None:
        reason, proof = form.outside()
        actions.propose_outside(actor=actor, purchase_id=purchase.pk, reason=reason, proof=proof)

    return form_page(request, purchase, form, act, _("Bayar di luar sistem"), _("Usulan tercatat."))


@require_POST
@roles(Role.PPK_SKPD)
def examine(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The PPK-SKPD states that the proof agrees with the bank's record."""
    actor = actor_of(request)
    actions.examine_outside(actor=actor, outside_id=_of(actor_of(request), number, pk).pk)
    messages.success(request, _("Bukti dinyatakan sesuai; kini menunggu PA/KPA."))
    return redirect("payment", number=number)


@require_POST
@roles(Role.PA, Role.KPA)
def approve(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """PA/KPA approve; the proof pays the order."""
    actor = actor_of(request)
    actions.approve_outside(actor=actor, outside_id=_of(actor, number, pk).pk)
    messages.success(request, _("Pembayaran di luar sistem disetujui dan dibukukan."))
    return redirect("payment", number=number)


@require_http_methods(["GET", "POST"])
@roles(Role.PPK_SKPD, Role.PA, Role.KPA, Role.TREASURER)
def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Refuse a proposal, or take one's own back, with a reason."""
    actor = actor_of(request)
    outside = _of(actor, number, pk)
    insist_open(request, outside, "withdraw" if actor.role is Role.TREASURER else "reject")
    form = forms.ReturnForm(request.POST or None, initial={"revision": outside.revision})
    verb = actions.withdraw_outside if actor.role is Role.TREASURER else actions.reject_outside

    def act() -> None:
        verb(actor=actor, outside_id=outside.pk, **form.cleaned_data)

    purchase = outside.obligation.purchase
    return form_page(
        request, purchase, form, act, _("Akhiri usulan bayar di luar sistem"), _("Usulan diakhiri.")
    )


def _of(actor: Any, number: str, pk: int) -> OutsidePayment:
    purchase = get_bare_purchase_for(actor, number)
    found = OutsidePayment.objects.select_related("obligation__purchase")
    return get_object_or_404(found, pk=pk, obligation__purchase=purchase)
