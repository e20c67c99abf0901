"""Pages of the order's own moves that settlement takes: bill, verify, return, approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import MoveForm, insist_open, move_page
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import get_bare_purchase_for, get_purchase_for
from procurement.purchasing.workflow import PURCHASE
from procurement.settlement import actions, forms
from procurement.settlement.models import Invoice
from procurement.settlement.queries import pay_until
from procurement.settlement.taxes import plan_as_agreed
from procurement.settlement.views.presenting import money_rows, tax_rows
from procurement.taxation.queries import TaxPlan


def _page(
    name: str, intro: Any, act: Callable[..., object], done: Any, *, kind: type[MoveForm] = MoveForm
) -> View:
    """The view of one move: what the page explains, its action, its word of thanks, its form."""
    move = PURCHASE.move(name)

    @move_page(move)
    def view(request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        purchase = get_purchase_for(actor, number)
        insist_open(request, purchase, name)
        form = kind(request.POST or None, initial={"revision": purchase.revision})
        return answered(
            request,
            form,
            lambda: act(actor=actor, purchase_id=purchase.pk, **form.cleaned_data),
            back=purchase.get_absolute_url(),
            done=done,
            template="settlement/move.html",
            context=lambda: {"move": move, "intro": intro, **_figures(purchase)},
        )

    return view


def _figures(purchase: Purchase) -> dict[str, Any]:
    invoice = Invoice.objects.filter(purchase=purchase, withdrawn_at__isnull=True).first()
    plan: TaxPlan | None = None
    if purchase.accepted_total is not None:
        plan = plan_as_agreed(purchase)
    return {
        "purchase": purchase,
        "invoice": invoice,
        "due_at": pay_until(purchase),
        "plan": plan,
        "taxes": tax_rows(plan) if plan else [],
        "sums": money_rows(plan, purchase.penalty or 0) if plan else [],
        "crumbs": [{"label": purchase.number, "url": purchase.get_absolute_url()}],
    }


invoice = _page(
    "invoice",
    gettext_lazy("Tagihan dan kuitansi dibuat dari BAST. Anda tidak perlu mengetik angka apa pun."),
    actions.issue_invoice,
    gettext_lazy("Tagihan diajukan. Anda akan melihat setiap langkah pembayarannya di halaman ini."),
)
verify = _page(
    "verify",
    gettext_lazy("Surat Pesanan, BAST dan tagihan dicocokkan. Bila angkanya berbeda, verifikasi ditolak."),
    actions.verify_invoice,
    gettext_lazy("Tagihan terverifikasi; kini menunggu persetujuan PA/KPA."),
)
return_invoice = _page(
    "return_invoice",
    gettext_lazy("Tagihan dikembalikan kepada penyedia beserta alasannya."),
    actions.return_invoice,
    gettext_lazy("Tagihan dikembalikan."),
    kind=forms.ReturnForm,
)
approve_payment = _page(
    "approve_payment",
    gettext_lazy("Setelah disetujui, pajak akhir ditetapkan dan bendahara dapat membayar."),
    actions.approve_payment,
    gettext_lazy("Pembayaran disetujui; kini ada di meja bendahara."),
)


@roles(Role.TREASURER)
def settle_tax(request: HttpRequest, number: str) -> HttpResponse:
    """Deposits are recorded one by one on the payment page; the last one makes the move."""
    get_bare_purchase_for(actor_of(request), number)
    messages.info(request, _("Catat NTPN tiap pajak di bawah ini."))
    return redirect("payment", number=number)
