"""Answering an order from a link in a mail, without signing in: it can do that one thing, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import roles
from marketplace.accounts.limits import count_attempt
from marketplace.accounts.links import actor_by, open_link, spend
from marketplace.core.transitions import Refused
from marketplace.pages.sign_in import address_of
from procurement.purchasing.actions import confirm, decline
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.links import PURPOSE


class AnswerForm(forms.Form):
    """Yes, or no with a reason."""

    answer = forms.ChoiceField(
        label=_("Jawaban Anda"),
        choices=[("confirm", _("Terima pesanan")), ("decline", _("Tidak dapat memenuhi"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Alasan bila tidak dapat memenuhi"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@never_cache
@require_http_methods(["GET", "POST"])
@roles.everyone
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The order and two answers. Opening the page does nothing: what looks into mails for people must not act."""
    try:
        link = open_link(token, purpose=PURPOSE)
    except Refused as refused:
        return _ended(request, refused)
    if request.method == "POST":
        count_attempt("link_answer", str(link.pk), most=30, within=timedelta(hours=1))
    actor = actor_by(link)
    purchase = Purchase.objects.select_related("organisation", "vendor__organisation").get(pk=link.subject_id)
    if purchase.state != "AWAITING_VENDOR" or purchase.vendor_organisation_id != actor.organisation_id:
        return _ended(
            request,
            Refused(
                "answered_already",
                str(_("Pesanan ini sudah dijawab atau tidak lagi menunggu Anda.")),
                fix=str(_("Masuk untuk melihat keadaannya sekarang.")),
            ),
        )
    form = AnswerForm(
        request.POST if request.method == "POST" else None, initial={"revision": purchase.revision}
    )
    refused_: Refused | None = None
    if form.is_bound and form.is_valid():
        try:
            _act(actor, purchase, form.cleaned_data)
        except Refused as refusal:
            refused_ = refusal
        else:
            spend(link)
            return _shown(
                request, "purchasing/answered.html", {"purchase": purchase, "said": form.cleaned_data}
            )
    context = {"purchase": purchase, "lines": purchase.lines.all(), "form": form, "refused": refused_}
    return _shown(
        request, "purchasing/answer.html", context, status=409 if refused_ else 422 if form.errors else 200
    )


def _act(actor: Any, purchase: Purchase, said: dict[str, Any]) -> None:
    if said["answer"] == "confirm":
        confirm(actor=actor, purchase_id=purchase.pk, revision=said["revision"])
    else:
        decline(actor=actor, purchase_id=purchase.pk, reason=said["reason"], revision=said["revision"])


def _ended(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A link that does nothing any more says so; guessing tokens is slowed down."""
    if refused.code == "link_unknown":
        count_attempt("link", address_of(request), most=30, within=timedelta(hours=1))
    return _shown(request, "purchasing/answer_ended.html", {"refused": refused}, status=410)


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    # The address is a key and must not travel. Not "no-referrer": browsers then send the form with the origin
    # "null", which is refused as forged.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
