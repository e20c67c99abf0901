"""The curators' queue and a listing as they see it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from vendors import queries

PAGE_SIZE = 50


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def curation_queue(request: ActorRequest) -> HttpResponse:
    """Listings that wait for a curator, the most urgent first."""
    waiting = queries.listings_for(request.actor).filter(state="IN_CURATION").order_by("due_at", "pk")
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("hal"))
    return render(request, "vendors/curation_queue.html", {"page": page})


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def curation(request: ActorRequest, pk: int) -> HttpResponse:
    """A listing as a curator sees it, with what may be done."""
    listing = queries.get_listing_for(request.actor, pk)
    context = {"listing": listing, "images": listing.product.images.all(), "prices": listing.prices.all()}
    return render(request, "vendors/curation.html", context)
