"""Text search and suggestions while typing."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from search.question import LONGEST_TEXT, Question
from search.ranking import RANKING_SAYS
from search.shelf import shelf
from search.suggesting import suggest
from vendors.queries import visible_regions


@method_decorator(roles.everyone, name="dispatch")
class FacetedSearchView(View):
    """Search over all listings on show: words, filters, order."""

    def get(self, request: ActorRequest) -> HttpResponse:
        """The answer page; without a text it lists the catalogue."""
        page = shelf(request.actor, Question.read(request.GET))
        loosest = page.question.without_filters().query_string()
        return render(
            request, "search/results.html", {"page": page, "ranking_says": RANKING_SAYS, "loosest": loosest}
        )


@require_safe
@roles.everyone
def suggestions(request: ActorRequest) -> HttpResponse:
    """Completions of what is being typed: `<option>`s for the search field, or JSON when asked for."""
    text = request.GET.get("q", "")[:LONGEST_TEXT]
    found = suggest(text, regions=visible_regions(request.actor))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"suggestions": found})
    return render(request, "search/suggestions.html", {"suggestions": found})
