"""Evaluating, and explaining a price that looks too low."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from procurement.competition import actions
from procurement.competition.forms import JudgeForm, TextForm
from procurement.competition.models import Competition, PriceQuery
from procurement.competition.queries import Lot, get_competition_for, lots_of
from procurement.competition.views.pages import crumbs_of
from procurement.competition.workflow import BUYERS


@require_http_methods(["GET", "POST"])
@roles(*BUYERS)
def judge(request: HttpRequest, number: str) -> HttpResponse:
    """The offer whose turn it is; where winners are found per item, `?bagian=<line>` says for which."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    competition.moves.decide(competition.state, "conclude", actor.role, competition.standing(actor))
    lot = _lot(request, competition)
    candidate = lot.next_up
    if candidate is None:
        return redirect(competition.get_absolute_url())
    line_id = lot.line.pk if lot.line else None
    posted = request.POST if request.method == "POST" else None
    form = JudgeForm(posted, initial={"revision": competition.revision, "offer_id": candidate.offer.pk})

    def act() -> None:
        actions.judge(
            actor=actor,
            competition_id=competition.pk,
            offer_id=form.cleaned_data["offer_id"],
            line_id=line_id,
            judgement=form.judgement,
            revision=form.cleaned_data["revision"],
        )

    return answered(
        request,
        form,
        act,
        back=competition.get_absolute_url(),
        done=_("Penilaian tercatat."),
        template="competition/judge.html",
        context={
            "competition": competition,
            "lot": lot,
            "candidate": candidate,
            "query": PriceQuery.objects.filter(offer=candidate.offer).select_related("reply").first(),
            "crumbs": crumbs_of(competition, _("Evaluasi")),
        },
    )


def _lot(request: HttpRequest, competition: Competition) -> Lot:
    lots = lots_of(competition)
    wanted = request.GET.get("bagian", "")
    named = [each for each in lots if each.line is not None and str(each.line.pk) == wanted]
    waiting = [each for each in lots if each.next_up is not None]
    return (named or waiting or lots)[0]


@require_POST
@roles(*BUYERS)
def ask_structure(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the structure of a very low price."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    offer_id = request.POST.get("offer", "")
    if not (offer_id.isascii() and offer_id.isdigit() and len(offer_id) < 19):
        raise Refused("not_low", _("Penawaran tidak dikenal."), fix=_("Muat ulang halaman evaluasi."))
    actions.ask_structure(actor=actor, competition_id=competition.pk, offer_id=int(offer_id))
    messages.success(request, _("Rincian harga diminta; penyedia diberi tahu."))
    return redirect(competition.get_absolute_url())


@require_http_methods(["GET", "POST"])
@roles(Role.VENDOR)
def give_structure(request: HttpRequest, number: str) -> HttpResponse:
    """Explain one's price."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    form = TextForm(_("Rincian harga Anda"), request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "competition": competition,
        "crumbs": crumbs_of(competition, _("Rincian harga")),
    }
    return answered(
        request,
        form,
        lambda: actions.give_structure(actor=actor, number=number, **form.cleaned_data),
        back=competition.get_absolute_url(),
        done=_("Rincian harga terkirim."),
        template="competition/structure.html",
        context=context,
    )
