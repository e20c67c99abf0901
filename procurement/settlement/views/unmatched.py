"""The queue of money that did not fit, and the two-person decisions about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.pages.answers import answered
from marketplace.pages.moves import MoveForm, insist_open
from marketplace.workflow.door import legal_moves
from procurement.settlement import actions, money_queries
from procurement.settlement.actions.resolving import WAYS
from procurement.settlement.models import UnmatchedMoney

readers = roles(Role.TREASURER, Role.OPERATOR, Role.AUDITOR)
deciders = roles(Role.TREASURER, Role.OPERATOR)


@readers
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What has not been decided, the longest waiting first; `?selesai=1` shows what has."""
    resolved = request.GET.get("selesai") == "1"
    after = request.GET.get("sesudah", "")
    start = int(after) if after.isdecimal() and len(after) < 19 else 0
    rows, further = money_queries.queue_of(actor_of(request), resolved=resolved, after=start)
    kept = "selesai=1&" if resolved else ""
    context = {
        "rows": rows,
        "resolved": resolved,
        "further_url": f"?{kept}sesudah={further}" if further else "",
    }
    return render(request, "settlement/unmatched_list.html", context)


def _money(request: HttpRequest, pk: int) -> UnmatchedMoney:
    try:
        return money_queries.get_money_for(actor_of(request), pk)
    except UnmatchedMoney.DoesNotExist as error:
        raise Http404 from error


@readers
@require_GET
def money(request: HttpRequest, pk: int) -> HttpResponse:
    """One sum: where it came from, what was proposed by whom, its refunds, and what the reader may do."""
    return render(request, "settlement/unmatched.html", _context(request, _money(request, pk)))


def _context(request: HttpRequest, money: UnmatchedMoney) -> dict[str, Any]:
    actor = actor_of(request)
    refunds = money_queries.refunds_of(money)
    return {
        "money": money,
        "row": money_queries.MoneyRow.of(money),
        "refunds": [(each, each.amount // SEN_PER_RUPIAH) for each in refunds],
        "moves": [move.name for move in legal_moves(actor, money)],
        "sees_events": actor.role in {Role.OPERATOR, Role.AUDITOR},
        "crumbs": [{"label": _("Uang yang belum cocok"), "url": reverse("unmatched")}],
    }


class ProposalForm(MoveForm):
    """What shall become of a sum, and why."""

    resolution = forms.ChoiceField(label=gettext_lazy("Penyelesaian"))
    number = forms.CharField(
        label=gettext_lazy("Nomor pesanan"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Hanya bila uang ini dipasangkan ke pesanan."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Paling sedikit 10 huruf. Orang kedua membacanya sebelum memutuskan."),
    )

    def __init__(self, money: UnmatchedMoney, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = WAYS[money.kind]
        self.fields["resolution"].choices = [(way.value, way.label) for way in ways]  # type: ignore[attr-defined]
        if UnmatchedMoney.Resolution.REATTACH not in ways:
            del self.fields["number"]


@deciders
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose what shall become of a sum."""
    found = _money(request, pk)
    insist_open(request, found, "propose")
    number = money_queries.MoneyRow.of(found).number
    start = {"revision": found.revision, "number": number}
    form = ProposalForm(found, request.POST or None, initial=start)
    return _decided(
        request,
        found,
        form,
        lambda: actions.propose_resolution(actor=actor_of(request), money_id=found.pk, **form.cleaned_data),
        title=_("Usulkan penyelesaian"),
        done=_("Usulan tercatat; kini diputuskan orang lain."),
    )


@deciders
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Become the one who deals with it."""
    return _plain(request, pk, "take", actions.take_money, _("Tangani"), _("Anda kini menangani uang ini."))


@deciders
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to what somebody else proposed."""
    return _plain(request, pk, "agree", actions.agree_resolution, _("Setujui usulan"), _("Usulan disetujui."))


@deciders
@require_http_methods(["GET", "POST"])
def turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a proposal down."""
    return _plain(
        request, pk, "turn_down", actions.turn_down_resolution, _("Tolak usulan"), _("Usulan ditolak.")
    )


def _plain(request: HttpRequest, pk: int, name: str, act: Any, title: str, done: str) -> HttpResponse:
    found = _money(request, pk)
    insist_open(request, found, name)
    form = MoveForm(request.POST or None, initial={"revision": found.revision})

    def deed() -> None:
        act(actor=actor_of(request), money_id=found.pk, revision=form.cleaned_data["revision"])

    return _decided(request, found, form, deed, title=title, done=done)


def _decided(
    request: HttpRequest, found: UnmatchedMoney, form: forms.Form, act: Any, *, title: str, done: str
) -> HttpResponse:
    back = reverse("unmatched-one", args=[found.pk])
    context = {**_context(request, found), "title": title}
    context["crumbs"] = [*context["crumbs"], {"label": str(found.get_kind_display()), "url": back}]
    template = "settlement/unmatched_move.html"
    return answered(request, form, act, back=back, done=done, template=template, context=context)
