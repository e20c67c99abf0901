"""The list of competitions and the page of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.pages.keyset import id_in
from marketplace.pages.moves import buttons
from marketplace.regulation.queries import parameter
from procurement.competition import checks
from procurement.competition.models import Competition
from procurement.competition.queries import competition_page, get_competition_for, matching_vendors
from procurement.competition.queries.offers import own_seal, sealed_count
from procurement.competition.queries.results import Results, results_for
from procurement.competition.workflow import COMPETITION
from procurement.documents.queries import current_papers_of

READERS = (*sorted(BUYING), Role.VENDOR, Role.AUDITOR, Role.OPERATOR)


def crumbs_of(competition: Competition, *further: str) -> list[dict[str, str]]:
    """The way to a competition and to what lies below it."""
    way = [{"label": str(_("Mini-kompetisi")), "url": reverse("competitions")}]
    here = {"label": competition.number}
    if further:
        return [*way, {**here, "url": competition.get_absolute_url()}, *({"label": each} for each in further)]
    return [*way, here]


@require_GET
@roles(*READERS)
def competition_list(request: HttpRequest) -> HttpResponse:
    """Competitions the actor may see, newest first; keyset pages."""
    actor = actor_of(request)
    state = request.GET.get("status", "")
    states = [state] if state in {each.code for each in COMPETITION.states} else []
    page = competition_page(
        actor,
        states=states,
        before=id_in(request.GET.get("sebelum", "")),
    )
    kept = {"status": state} if states else {}
    context = {
        "rows": page.rows,
        "older": "?" + urlencode(kept | {"sebelum": str(page.older)}) if page.older else "",
        "begins": actor.role in {Role.PP, Role.PPK},
        "is_vendor": actor.role == Role.VENDOR,
    }
    return render(request, "competition/list.html", context)


@never_cache
@require_GET
@roles(*READERS)
def competition(request: HttpRequest, number: str) -> HttpResponse:
    """One competition, as far as the reader may see it."""
    actor = actor_of(request)
    return render(request, "competition/competition.html", page_of(actor, get_competition_for(actor, number)))


def page_of(actor: Actor, thing: Competition) -> dict[str, Any]:
    """What the page of a competition shows to `actor`."""
    is_vendor = actor.role == Role.VENDOR
    lines = list(thing.lines.all())
    shows_hps = not is_vendor or bool(parameter("competition.show_hps", region_id=thing.region_id).value)
    results = results_for(actor, thing)
    return {
        "competition": thing,
        "results": results,
        "lines": lines,
        "shows_hps": shows_hps,
        "is_vendor": is_vendor,
        "buttons": _buttons(actor, thing, results),
        "hints": checks.hints_for(thing, lines) if thing.state == "DRAFT" else [],
        "fitting": matching_vendors(thing).count() if thing.state == "DRAFT" else thing.invitations.count(),
        "may_edit": thing.state == "DRAFT" and bool(thing.standing(actor)["buyer"]),
        "questions": list(thing.questions.select_related("answer", "vendor__organisation")),
        "may_answer": thing.takes_offers and bool(thing.standing(actor)["buyer"]),
        "may_ask": thing.takes_offers and is_vendor,
        "own": own_seal(thing, actor) if is_vendor else None,
        "count": sealed_count(thing),
        "papers": current_papers_of(thing) if thing.published_at else [],
        "sees_log": actor.role in {Role.AUDITOR, Role.OPERATOR},
        "crumbs": crumbs_of(thing),
    }


def _buttons(actor: Actor, thing: Competition, results: Results | None) -> list[dict[str, Any]]:
    """The moves; while offers wait to be judged, judging is the one thing to do."""
    found = buttons(actor, thing, thing.number)
    if thing.state == "CLOSED" and results is not None and results.waiting:
        return [each for each in found if each["move"].name != "conclude"]
    return found
