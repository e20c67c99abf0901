"""Pages of the order's own moves that settlement takes: bill, verify, return, approve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import get_purchase_for
from procurement.purchasing.workflow import PURCHASE
from procurement.settlement import actions, forms
from procurement.settlement.models import Invoice
from procurement.settlement.queries import pay_until
from procurement.settlement.taxes import plan_as_agreed
from procurement.settlement.views.presenting import money_rows, tax_rows
from procurement.taxation.queries import TaxPlan


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; put there by the middleware."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@dataclass(frozen=True)
class MovePage:
    """How one move is asked for: what the page explains, its form, its action, its word of thanks."""

    name: str
    intro: Any
    act: Callable[..., Any]
    done: Any
    form: type[forms.RevisionForm] = forms.RevisionForm

    def __call__(self, request: HttpRequest, number: str) -> HttpResponse:
        """Show figures and form, or make the move and go back to the order."""
        actor = actor_of(request)
        purchase = get_purchase_for(actor, number)
        form = self.form(request.POST or None, initial={"revision": purchase.revision})
        refused: Refused | None = None
        if request.method == "POST" and form.is_valid():
            try:
                self.act(actor=actor, purchase_id=purchase.pk, **form.cleaned_data)
            except Refused as refusal:
                refused = refusal
            else:
                messages.success(request, self.done)
                return redirect(purchase)
        context = {"move": PURCHASE.move(self.name), "intro": self.intro, "form": form, "refused": refused}
        figures = _figures(purchase)
        return render(request, "settlement/move.html", {**context, **figures}, status=409 if refused else 200)


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


_INVOICE: Final = MovePage(
    "invoice",
    gettext_lazy("Tagihan dan kuitansi dibuat dari BAST. Anda tidak perlu mengetik angka apa pun."),
    actions.issue_invoice,
    gettext_lazy("Tagihan diajukan. Anda akan melihat setiap langkah pembayarannya di halaman ini."),
)
_VERIFY: Final = MovePage(
    "verify",
    gettext_lazy("Surat Pesanan, BAST dan tagihan dicocokkan. Bila angkanya berbeda, verifikasi ditolak."),
    actions.verify_invoice,
    gettext_lazy("Tagihan terverifikasi; kini menunggu persetujuan PA/KPA."),
)
_RETURN: Final = MovePage(
    "return_invoice",
    gettext_lazy("Tagihan dikembalikan kepada penyedia beserta alasannya."),
    actions.return_invoice,
    gettext_lazy("Tagihan dikembalikan."),
    form=forms.ReturnForm,
)
_APPROVE: Final = MovePage(
    "approve_payment",
    gettext_lazy("Setelah disetujui, pajak akhir ditetapkan dan bendahara dapat membayar."),
    actions.approve_payment,
    gettext_lazy("Pembayaran disetujui; kini ada di meja bendahara."),
)


@require_http_methods(["GET", "POST"])
@roles(Role.VENDOR)
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """The vendor bills what was accepted."""
    return _INVOICE(request, number)


@require_http_methods(["GET", "POST"])
@roles(Role.PPK_SKPD, Role.PPTK)
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Three-way match."""
    return _VERIFY(request, number)


@require_http_methods(["GET", "POST"])
@roles(Role.PPK_SKPD, Role.PPTK)
def return_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Send the invoice back."""
    return _RETURN(request, number)


@require_http_methods(["GET", "POST"])
@roles(Role.PA, Role.KPA)
def approve_payment(request: HttpRequest, number: str) -> HttpResponse:
    """Approve the payment."""
    return _APPROVE(request, number)


@roles(Role.TREASURER)
def settle_tax(request: HttpRequest, number: str) -> HttpResponse:
    """Deposits are recorded one by one on the payment page; the last one makes the move."""
    get_purchase_for(actor_of(request), number)
    messages.info(request, _("Catat NTPN tiap pajak di bawah ini."))
    return redirect("payment", number=number)
