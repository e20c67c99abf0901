"""Pages of transfers to vendors: lists, one transfer, batches and the bank's file, and the auditor's hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.personal_data import masked
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.pages.moves import insist_open
from marketplace.workflow.door import legal_moves
from procurement.purchasing.checks import SHORTEST_REASON
from procurement.purchasing.queries import get_bare_purchase_for
from procurement.settlement import actions
from procurement.settlement.models import Payout, PayoutBatch
from procurement.settlement.payout_files import FORMATS
from procurement.settlement.providers import paying_out
from procurement.settlement.providers.base import Provider
from procurement.settlement.transfers import SHELVES, batches_of, on_shelf, payouts_of

PAGE_SIZE: Final = 50
BATCHES: Final = 20
SEERS: Final = (Role.TREASURER, Role.PPK_SKPD, Role.AUDITOR)


class ReasonForm(forms.Form):
    """Why something is stopped, let go, given up or given back."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class OverseersReasonForm(ReasonForm):
    """Why an auditor stops a transfer or lets it go: the parties read it."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["reason"].help_text = _(
            "Paling sedikit %(n)d huruf, tanpa data pribadi: bendahara dan PPK-SKPD membacanya, dan alasan ini masuk "
            "log audit."
        ) % {"n": SHORTEST_REASON}


@require_GET
@roles(*SEERS)
def transfers(request: HttpRequest) -> HttpResponse:
    """Transfers by where they stand, and the batches."""
    actor = actor_of(request)
    shelf = request.GET.get("status", "")
    page = Paginator(on_shelf(payouts_of(actor), shelf), PAGE_SIZE).get_page(request.GET.get("hal"))

    def address(number: int) -> str:
        return f"?status={shelf}&hal={number}"

    return render(
        request,
        "settlement/transfers.html",
        {
            "rows": list(page),
            "shelves": [(code, label, code == shelf) for code, label, _condition in SHELVES],
            "may_gather": actor.role is Role.TREASURER and shelf == "",
            "batches": list(batches_of(actor)[:BATCHES]),
            "page": page,
            "previous_url": address(page.number - 1) if page.has_previous() else "",
            "next_url": address(page.number + 1) if page.has_next() else "",
        },
    )


@require_GET
@roles(*SEERS)
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """One transfer: where it goes, who answered for it, and what may be done with it."""
    actor = actor_of(request)
    payout = get_object_or_404(
        payouts_of(actor).select_related("prepared_by", "approved_by", "evidence", "replaces"), pk=pk
    )
    return render(
        request,
        "settlement/transfer.html",
        {
            "payout": payout,
            "purchase": payout.obligation.purchase,
            "account": masked(payout.bank_account.number),
            "crumbs": _crumbs(),
            **offered(actor, payout),
        },
    )


def offered(actor: Actor, payout: Payout) -> dict[str, Any]:
    """What a page may offer the actor on a transfer, from the same table that the door uses."""
    names = {move.name for move in legal_moves(actor, payout)}
    is_treasurer = actor.role is Role.TREASURER
    return {
        "may_prepare": is_treasurer
        and payout.state == "DRAFT"
        and payout.held_at is None
        and payout.prepared_by_id != actor.user_id,
        "may_approve": "approve" in names,
        "may_send": "send" in names and payout.batch_id is None and not payout.provider,
        "sender": _sender(payout) if "send" in names else None,
        "may_cancel": "cancel" in names,
        "may_return": "return" in names and payout.state != "SETTLED",
        "may_hold": actor.role is Role.AUDITOR and payout.before_sent and payout.held_at is None,
        "may_let_go": actor.role is Role.AUDITOR and payout.held_at is not None,
    }


def _sender(payout: Payout) -> Provider | None:
    """The provider through which an approved transfer may go out by itself, without the bank's portal."""
    alone = payout.batch_id is None and payout.held_at is None and not payout.provider
    return paying_out() if alone else None


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Transfer"), "url": reverse("payouts")}]


def _press(role: Role, act: Callable[..., Payout], done: Any) -> View:
    """The view of a button that needs nothing but the press."""

    @require_POST
    @roles(role)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        payout = get_object_or_404(payouts_of(actor), pk=pk)
        act(actor=actor, payout_id=payout.pk)
        messages.success(request, done)
        return redirect("payment", number=payout.obligation.purchase.number)

    return view


def _reasoned(
    role: Role,
    act: Callable[..., Payout],
    title: Any,
    done: Any,
    *,
    may: Callable[[HttpRequest, Payout], None],
    kind: type[ReasonForm] = ReasonForm,
    effect: Any = "",
    danger: bool = True,
) -> View:
    """The view of a deed that a person gives a reason for; `may` raises what the page says when it is not open.

    `effect`: what the deed brings about, said above the form.
    """

    @require_http_methods(["GET", "POST"])
    @roles(role)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        payout = get_object_or_404(payouts_of(actor), pk=pk)
        may(request, payout)
        form = kind(request.POST or None)
        back = reverse("payout", args=[payout.pk])
        told = {"payout": payout, "title": title, "effect": effect, "danger": danger, "back": back}
        return answered(
            request,
            form,
            lambda: act(actor=actor, payout_id=payout.pk, reason=form.cleaned_data["reason"]),
            back=back,
            done=done,
            template="settlement/transfer_reason.html",
            context={**told, "purchase": payout.obligation.purchase, "crumbs": _crumbs()},
        )

    return view


def _may_return(request: HttpRequest, payout: Payout) -> None:
    insist_open(request, payout, "return")
    actions.insist_returnable(payout)


prepare = _press(
    Role.TREASURER,
    actions.prepare_payout,
    gettext_lazy("Transfer disiapkan; kini menunggu persetujuan PPK-SKPD."),
)
approve = _press(
    Role.PPK_SKPD,
    actions.approve_payout,
    gettext_lazy("Transfer disetujui; bendahara dapat mengirimnya ke bank."),
)
send = _press(
    Role.TREASURER,
    actions.send_payout,
    gettext_lazy("Transfer ditandai sudah dikirim ke bank. Catat buktinya setelah dana sampai."),
)


@require_POST
@roles(Role.TREASURER)
def entrust(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a provider send the transfer; a job sends it once this is kept."""
    actor = actor_of(request)
    payout = get_object_or_404(payouts_of(actor), pk=pk)
    actions.send_by_provider(actor=actor, payout_id=payout.pk, provider_name=request.POST.get("provider", ""))
    messages.success(request, _("Transfer diserahkan kepada bank; statusnya ditanyakan sampai ada jawaban."))
    return redirect("payout", pk=pk)


cancel = _reasoned(
    Role.TREASURER,
    actions.cancel_payout,
    gettext_lazy("Batalkan transfer"),
    gettext_lazy("Transfer dibatalkan. Utang kepada penyedia tetap ada; siapkan transfer baru."),
    may=lambda request, payout: insist_open(request, payout, "cancel"),
)
give_back = _reasoned(
    Role.TREASURER,
    actions.return_payout,
    gettext_lazy("Transfer dikembalikan bank"),
    gettext_lazy("Pengembalian dicatat, dan transfer pengganti disiapkan untuk disetujui lagi."),
    may=_may_return,
    danger=False,
)
hold = _reasoned(
    Role.AUDITOR,
    actions.hold_payout,
    gettext_lazy("Tahan transfer"),
    gettext_lazy("Transfer ditahan. Hanya auditor yang dapat melepasnya."),
    may=lambda _request, payout: actions.insist_holdable(payout),
    kind=OverseersReasonForm,
    effect=gettext_lazy(
        "Selama ditahan, transfer ini tidak dapat disiapkan, disetujui, atau dikirim ke bank; penyedia menunggu "
        "uangnya. Hanya auditor yang dapat melepasnya."
    ),
)
let_go = _reasoned(
    Role.AUDITOR,
    actions.let_go_payout,
    gettext_lazy("Lepas penahanan"),
    gettext_lazy("Penahanan dilepas."),
    may=lambda _request, payout: actions.insist_held(payout),
    kind=OverseersReasonForm,
    effect=gettext_lazy(
        "Setelah dilepas, bendahara dan PPK-SKPD melanjutkan transfer ini sampai uangnya di rekening penyedia."
    ),
    danger=False,
)


@require_POST
@roles(Role.TREASURER)
def draw_up(request: HttpRequest, number: str) -> HttpResponse:
    """Draw up a transfer anew after one was cancelled."""
    actor = actor_of(request)
    purchase = get_bare_purchase_for(actor, number)
    actions.draw_up_payout(actor=actor, purchase_id=purchase.pk)
    messages.success(request, _("Transfer baru disiapkan ke rekening penyedia yang berlaku sekarang."))
    return redirect("payment", number=number)


# ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────────
@require_POST
@roles(Role.TREASURER)
def make_batch(request: HttpRequest) -> HttpResponse:
    """Gather the ticked transfers into a batch."""
    ticked = [int(each) for each in request.POST.getlist("transfer") if each.isdecimal() and len(each) < 19]
    gathered = actions.make_batch(actor=actor_of(request), payout_ids=ticked)
    _tell(request, gathered, _("%(n)s transfer masuk kelompok; kini menunggu persetujuan PPK-SKPD."))
    return redirect("payout-batch", pk=gathered.batch.pk)


@require_GET
@roles(*SEERS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: what is in it, its control figures, its file."""
    actor = actor_of(request)
    found = get_object_or_404(batches_of(actor), pk=pk)
    rows = list(payouts_of(actor).filter(batch=found).order_by("pk"))
    names = {move.name for move in legal_moves(actor, found)}
    return render(
        request,
        "settlement/batch.html",
        {
            "batch": found,
            "rows": rows,
            "total": found.control_sum or sum(each.amount for each in rows),
            "may_approve": "approve" in names,
            "may_send": "send" in names and found.downloaded_at is not None,
            "may_cancel": "cancel" in names,
            "may_download": actor.role is Role.TREASURER and found.state in {"APPROVED", "SENT"},
            "formats": list(FORMATS),
            "crumbs": _crumbs(),
        },
    )


def _own_batch(request: HttpRequest, pk: int) -> PayoutBatch:
    return get_object_or_404(batches_of(actor_of(request)), pk=pk)


@require_POST
@roles(Role.PPK_SKPD)
def approve_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a batch; refused transfers are named and left out."""
    gathered = actions.approve_batch(actor=actor_of(request), batch_id=_own_batch(request, pk).pk)
    _tell(request, gathered, _("%(n)s transfer disetujui; bendahara dapat mengunduh berkasnya."))
    return redirect("payout-batch", pk=pk)


@require_POST
@roles(Role.TREASURER)
def download_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The file for the bank's portal."""
    file = actions.download_batch(
        actor=actor_of(request), batch_id=_own_batch(request, pk).pk, form=request.POST.get("format", "")
    )
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@roles(Role.TREASURER)
def send_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The file was uploaded to the bank."""
    actions.send_batch(actor=actor_of(request), batch_id=_own_batch(request, pk).pk)
    messages.success(request, _("Kelompok ditandai sudah dikirim. Catat bukti tiap transfer setelah sampai."))
    return redirect("payout-batch", pk=pk)


@require_POST
@roles(Role.TREASURER, Role.PPK_SKPD)
def cancel_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a batch up before it is sent."""
    actions.cancel_batch(actor=actor_of(request), batch_id=_own_batch(request, pk).pk)
    messages.success(request, _("Kelompok dibatalkan; transfernya dapat dikelompokkan lagi."))
    return redirect("payouts")


def _tell(request: HttpRequest, gathered: actions.Gathered, done: str) -> None:
    messages.success(request, done % {"n": gathered.done})
    for reference, sentence in gathered.refusals:
        messages.warning(request, f"{reference}: {sentence}")
