"""The treasurer's pages: the queue, one order's payment, and the forms that record proofs and deposits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.pages.answers import answered
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import get_bare_purchase_for
from procurement.settlement import actions, forms, queries
from procurement.settlement.models import Evidence, Instrument, PaymentObligation, TaxLine
from procurement.settlement.providers.offers import offers
from procurement.settlement.views.payouts import SEERS, offered
from procurement.settlement.views.presenting import money_rows, qr_picture, tax_rows

OFFICERS: Final = (Role.TREASURER, Role.PPK_SKPD, Role.PPTK, Role.PA, Role.KPA, Role.PPK)
OVERSEERS: Final = (Role.AUDITOR, Role.OPERATOR)


@require_GET
@roles(*OFFICERS, *OVERSEERS)
def payments(request: HttpRequest) -> HttpResponse:
    """Everything on its way to be paid, soonest deadline first, with whose turn it is."""
    actor = actor_of(request)
    rows = queries.payment_queue(actor)
    startable = actor.role is Role.TREASURER and any(row.startable for row in rows)
    return render(request, "settlement/payments.html", {"rows": rows, "startable": startable})


@require_GET
@roles(*OFFICERS, *OVERSEERS, Role.PP, Role.RECEIVER, Role.VENDOR)
def payment(request: HttpRequest, number: str) -> HttpResponse:
    """How far the payment of one order is; for its vendor: where the money is."""
    purchase = get_bare_purchase_for(actor_of(request), number)
    return render(request, "settlement/payment.html", _context(request, purchase))


def _context(request: HttpRequest, purchase: Purchase) -> dict[str, Any]:
    story = queries.payment_story(purchase)
    obligation = story.obligation
    actor = actor_of(request)
    return {
        "purchase": purchase,
        "story": story,
        "obligation": obligation,
        "taxes": tax_rows(obligation.plan, story.taxes) if obligation else [],
        "sums": money_rows(obligation.plan, obligation.penalty) if obligation else [],
        "reason": obligation.plan.reason if obligation else "",
        "is_treasurer": actor.role == Role.TREASURER,
        **(_ways(story) if actor.role == Role.TREASURER else {}),
        "is_verifier": actor.role == Role.PPK_SKPD,
        "is_approver": actor.role in {Role.PA, Role.KPA},
        "payout": story.payout,
        "sees_transfers": actor.role in SEERS,
        **(offered(actor, story.payout) if story.payout and actor.role in SEERS else {}),
        "crumbs": [
            {"label": _("Pembayaran"), "url": reverse("payments")}
            if actor.role in OFFICERS
            else {"label": purchase.number, "url": purchase.get_absolute_url()}
        ],
    }


def _ways(story: queries.PaymentStory) -> dict[str, Any]:
    """How the treasurer can pay now; or the number or code of the payment that waits to be paid."""
    attempt = story.open_attempt
    if attempt is not None:
        by_scan = attempt.instrument == Instrument.QRIS
        return {
            "qr": qr_picture(attempt.pay_code) if attempt.pay_code and by_scan else "",
            "pay_by_number": bool(attempt.pay_code) and not by_scan,
        }
    if not story.may_start or story.obligation is None:
        return {}
    ask = actions.to_ask(story.obligation)
    if not ask:
        return {}  # all of it came; that the order is paid is about to be written
    ways = offers(ask * SEN_PER_RUPIAH, region_id=story.obligation.region_id)
    only_way = ways[0] if len(ways) == 1 and not ways[0].why_not else None
    return {"may_start": True, "ask": ask, "ways": ways, "only_way": only_way}


@require_POST
@roles(Role.TREASURER)
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Start paying through the provider that was chosen."""
    purchase = get_bare_purchase_for(actor_of(request), number)
    chosen = request.POST.get("provider") or "stripe"
    actions.start_payment(actor=actor_of(request), purchase_id=purchase.pk, provider_name=chosen)
    messages.success(request, _("Pembayaran dimulai. Statusnya berubah sendiri setelah ada kabar."))
    return redirect("payment", number=number)


@require_POST
@roles(Role.TREASURER)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Give the waiting payment up, to pay another way."""
    purchase = get_bare_purchase_for(actor_of(request), number)
    actions.withdraw_payment(actor=actor_of(request), purchase_id=purchase.pk)
    messages.success(request, _("Pembayaran dibatalkan. Pilih cara bayar lain."))
    return redirect("payment", number=number)


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def record_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Record the SP2D of an LS order, or the transfer to the vendor."""
    actor = actor_of(request)
    purchase = get_bare_purchase_for(actor, number)
    kind = _kind_due(purchase)
    form = forms.ProofForm(request.POST or None, request.FILES or None)

    def act() -> None:
        actions.record_evidence(actor=actor, purchase_id=purchase.pk, kind=kind, proof=form.proof())

    title = _("Catat %(kind)s") % {"kind": kind.label}
    return form_page(request, purchase, form, act, title, _("Bukti tercatat; kini diverifikasi orang lain."))


def _kind_due(purchase: Purchase) -> Evidence.Kind:
    is_ls = PaymentObligation.objects.filter(purchase=purchase, profile="LS").exists()
    return Evidence.Kind.SP2D if is_ls else Evidence.Kind.BANK_TRANSFER


@require_POST
@roles(Role.PPK_SKPD)
def verify_evidence(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Verify a proof that somebody else recorded."""
    purchase = get_bare_purchase_for(actor_of(request), number)
    proof = get_object_or_404(Evidence, pk=pk, region_id=purchase.region_id, purchase_number=purchase.number)
    actions.verify_evidence(actor=actor_of(request), evidence_id=proof.pk)
    messages.success(request, _("Bukti terverifikasi."))
    return redirect("payment", number=number)


@require_http_methods(["GET", "POST"])
@roles(Role.TREASURER)
def record_deposit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Record the NTPN of one withheld tax."""
    actor = actor_of(request)
    purchase = get_bare_purchase_for(actor, number)
    tax = get_object_or_404(TaxLine, pk=pk, obligation__purchase=purchase)
    form = forms.DepositForm(request.POST or None)

    def act() -> None:
        actions.record_deposit(actor=actor, tax_line_id=tax.pk, **form.cleaned_data)

    title = _("Catat setoran pajak")
    return form_page(request, purchase, form, act, title, _("Setoran tercatat."), tax=tax)


def form_page(
    request: HttpRequest,
    purchase: Purchase,
    form: django_forms.Form,
    act: Callable[[], None],
    title: str,
    done: str,
    **more: Any,
) -> HttpResponse:
    """Show a form, or act on it and go back to the payment page."""
    back = reverse("payment", args=[purchase.number])
    context = {
        "purchase": purchase,
        "title": title,
        "story": queries.payment_story(purchase),
        "crumbs": [
            {"label": _("Pembayaran"), "url": reverse("payments")},
            {"label": purchase.number, "url": back},
        ],
        **more,
    }
    template = "settlement/form.html"
    return answered(request, form, act, back=back, done=done, template=template, context=context)
