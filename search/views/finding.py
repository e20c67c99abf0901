"""Text search and suggestions while typing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from search.comparing import tray_of
from search.question import LONGEST_TEXT, Question
from search.ranking import RANKING_SAYS
from search.shelf import shelf
from search.suggesting import suggest
from vendors.queries import visible_regions


@method_decorator(roles.everyone, name="dispatch")
class FacetedSearchView(View):
    """Search over all listings on show: words, filters, order."""

    def get(self, request: ActorRequest) -> HttpResponse:
        """The answer page; without a text it lists the catalogue. Asked by htmx, only the list and its filters."""
        explained = request.GET.get("jelaskan") == "1"
        page = shelf(request.actor, Question.read(request.GET), explained=explained)
        return answered(
            request, "search/results.html", {"page": page, "ranking_says": RANKING_SAYS}, action="/cari/"
        )


def answered(request: ActorRequest, template: str, context: dict[str, Any], *, action: str) -> HttpResponse:
    """The whole page, or only its list where a ticked box replaces that."""
    part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    response = render(
        request,
        "catalogue/shelf.html" if part else template,
        {**context, "form_action": action, "compared": tray_of(request.session)},
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@roles.everyone
def suggestions(request: ActorRequest) -> HttpResponse:
    """What may be meant by what is being typed: options of a listbox, or JSON when asked for."""
    text = request.GET.get("q", "")[:LONGEST_TEXT]
    found = suggest(text, regions=visible_regions(request.actor))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"suggestions": [asdict(each) for each in found]})
    return render(request, "search/suggestions.html", {"suggestions": found})
