"""The formula of the order in public, and for a vendor where its own product stands and why."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from search.placing import place_of
from search.published import published, turns, worked_out
from search.question import LONGEST_TEXT
from search.ranking import STANDING_PARTS
from vendors.queries import get_listing_for


@require_safe
@roles.everyone
def ranking(request: ActorRequest) -> HttpResponse:
    """The whole formula with versions and a worked example; as JSON with `?format=json` or when asked for it."""
    told = published()
    if request.GET.get("format") == "json" or request.get_preferred_type(
        ["text/html", "application/json"]
    ) == ("application/json"):
        answer: HttpResponse = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    else:
        names = {**STANDING_PARTS, "proximity": "kedekatan"}
        history = [
            (row, [(names.get(part, part), most) for part, most in row["weights"].items()])
            for row in told["history"]
        ]
        context = {"told": told, "history": history, "examples": worked_out(), "turns": turns()}
        answer = render(request, "search/ranking.html", context)
    answer.headers["Vary"] = "Accept, Cookie, Accept-Language"
    return answer


@require_safe
@roles(Role.VENDOR)
def own_place(request: ActorRequest, pk: int) -> HttpResponse:
    """Where a vendor's own product stands for a question of its choice, with its points and what would raise them."""
    listing = get_listing_for(request.actor, pk)
    text = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:LONGEST_TEXT]
    context = {
        "listing": listing,
        "text": text,
        "place": place_of(listing, text) if text and listing.state == "LIVE" else None,
        "crumbs": [
            {"label": _("Produk saya"), "url": reverse("listing-own")},
            {"label": listing.product.title, "url": reverse("listing-edit", args=[pk])},
            {"label": _("Peringkat")},
        ],
    }
    return render(request, "search/own_place.html", context)
