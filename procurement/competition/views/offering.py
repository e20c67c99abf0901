"""Offering, on a phone: fill in, check, seal; the receipt is shown once and kept nowhere."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.pages.moves import MoveForm
from procurement.competition import actions
from procurement.competition.actions import Receipt
from procurement.competition.models import Competition
from procurement.competition.offering_forms import OfferForm
from procurement.competition.queries import get_competition_for, matching_listings
from procurement.competition.queries.offers import own_seal
from procurement.competition.views.pages import crumbs_of
from vendors.queries import own_vendor


@never_cache
@require_http_methods(["GET", "POST"])
@roles(Role.VENDOR)
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """Two steps on one address: the form, then everything to check before it is sealed."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    if not competition.takes_offers:
        raise Refused(
            "offers_closed",
            _("Waktu penawaran sudah berakhir."),
            fix=_("Hasilnya tampil pada halaman mini-kompetisi ini."),
        )
    form = _form(request, actor, competition)
    if request.method != "POST" or not form.is_valid():
        return _page(request, competition, form, status=422 if form.is_bound else 200)
    if request.POST.get("step") != "send":
        sums = form.sums
        form.hide()
        return _page(request, competition, form, sums=sums, template="competition/offer_check.html")
    try:
        receipt = actions.offer(actor=actor, number=number, **form.said)
    except Refused as refused:
        return _page(request, competition, _form(request, actor, competition), refused=refused, status=409)
    return _receipt(request, competition, receipt, sums=form.sums)


@never_cache
@require_http_methods(["GET", "POST"])
@roles(Role.VENDOR)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take back what was sealed; before the closing only."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    seal = own_seal(competition, actor)
    version = seal.version if seal else 0
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"revision": version})
    refused: Refused | None = None
    if form.is_bound and form.is_valid():
        try:
            receipt = actions.withdraw(actor=actor, number=number, seen_version=form.cleaned_data["revision"])
        except Refused as refusal:
            refused = refusal
        else:
            return _receipt(request, competition, receipt)
    status = 409 if refused else 422 if form.errors else 200
    return _page(
        request, competition, form, refused=refused, status=status, template="competition/withdraw.html"
    )


def _form(request: HttpRequest, actor: Actor, competition: Competition) -> OfferForm:
    seal = own_seal(competition, actor)
    return OfferForm(
        competition,
        list(competition.lines.all()),
        list(matching_listings(competition, own_vendor(actor).pk)),
        request.POST if request.method == "POST" else None,
        initial={"seen_version": seal.version if seal else 0},
    )


def _receipt(
    request: HttpRequest, competition: Competition, receipt: Receipt, sums: Any = None
) -> HttpResponse:
    context = {
        "competition": competition,
        "receipt": receipt,
        "sums": sums,
        "text": json.dumps(receipt.content, ensure_ascii=False, sort_keys=True),
        "crumbs": crumbs_of(competition, _("Tanda terima")),
    }
    return render(request, "competition/receipt.html", context)


def _page(
    request: HttpRequest,
    competition: Competition,
    form: Any,
    *,
    template: str = "competition/offer.html",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "competition": competition,
        "form": form,
        "crumbs": crumbs_of(competition, _("Penawaran")),
        **more,
    }
    return render(request, template, context, status=status)
