"""Beginning a competition from a sentence, and filling in its draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import actor_of, roles
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.pages.answers import answered
from procurement.competition import actions, forms
from procurement.competition.models import Competition
from procurement.competition.queries import get_competition_for
from procurement.competition.request.proposing import proposal_from
from procurement.competition.views.pages import crumbs_of
from procurement.competition.workflow import BUYERS
from procurement.purchasing.queries import last_delivery_of
from vendors.models import Listing


@require_http_methods(["GET", "POST"])
@roles(*BUYERS)
def begin(request: HttpRequest) -> HttpResponse:
    """The money and the sentence; everything else is proposed from them."""
    actor = actor_of(request)
    form = forms.BeginForm(actor, request.POST if request.method == "POST" else None)

    def act() -> Competition:
        line = form.cleaned_data["budget_line"]
        said, needs = _proposed(form.cleaned_data["request_text"], last_delivery_of(actor))
        return actions.draft(
            actor=actor, package_id=line.package_id, budget_line_id=line.pk, said=said, needs=needs
        )

    return answered(
        request,
        form,
        act,
        onward=lambda made: reverse("competition-edit", args=[made.number]),
        back="/mini-kompetisi/",
        done=_("Rancangan tersimpan. Periksa isian yang dibaca dari kalimat Anda."),
        template="competition/begin.html",
        context={},
    )


def _proposed(text: str, last: dict[str, Any]) -> tuple[actions.Draft, list[actions.Need]]:
    found = proposal_from(text, today=clock.today())
    said = actions.Draft(
        request_text=text,
        kind=Listing.Kind.CATERING if found.food else Listing.Kind.GOODS,
        needed_by=found.needed_by,
        needed_at=found.needed_at,
        address=last.get("address", ""),
        place_code=last.get("place_code", ""),
        place_name=last.get("place_name", ""),
    )
    if found.quantity is None or found.price is None or not found.item:
        return said, []
    return said, [actions.Need(found.item, found.quantity, found.unit, found.price)]


@require_http_methods(["GET", "POST"])
@roles(*BUYERS)
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """The draft as one form; saved as often as one likes."""
    actor = actor_of(request)
    competition = get_competition_for(actor, number)
    competition.moves.decide(competition.state, "publish", actor.role, competition.standing(actor))
    posted = request.POST if request.method == "POST" else None
    form = forms.DraftForm(posted, initial=forms.DraftForm.initial_of(competition))
    rows = forms.NeedForms(posted, prefix="baris", initial=forms.needs_initial(list(competition.lines.all())))
    refused: Refused | None = None
    if posted is not None and form.is_valid() and rows.is_valid():
        try:
            actions.save_draft(
                actor=actor,
                competition_id=competition.pk,
                said=form.said,
                needs=forms.needs_said(rows),
                revision=form.cleaned_data["revision"],
            )
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("Rancangan tersimpan."))
            return redirect(competition.get_absolute_url())
    context = {
        "competition": competition,
        "form": form,
        "rows": rows,
        "refused": refused,
        "crumbs": crumbs_of(competition, _("Rancangan")),
    }
    status = 409 if refused else 422 if posted is not None else 200
    return render(request, "competition/edit.html", context, status=status)
