"""The curation desk: its queue, and a listing as a curator sees it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from vendors import actions, queries
from vendors.models import Listing
from vendors.views.checking import checked_page, offered, queue_page
from vendors.views.forms import edits


@require_safe
@roles(Role.CURATOR, Role.OPERATOR)
def curation_queue(request: ActorRequest) -> HttpResponse:
    """Listings that wait for a curator, the most urgent first."""
    waiting = queries.listings_for(request.actor).filter(state="IN_CURATION")
    context = queue_page(request, waiting, by={"jenis": "kind"})
    return render(request, "vendors/curation_queue.html", {**context, "kinds": Listing.Kind.choices})


@edits
@roles(Role.CURATOR, Role.OPERATOR)
def curation(request: ActorRequest, pk: int) -> HttpResponse:
    """A listing field by field, with its photos, its permits and what the like of it costs elsewhere."""
    actor = request.actor
    listing = queries.get_listing_for(actor, pk)
    found = queries.listing_findings(listing)

    def judge(judgements: Any) -> None:
        actions.judge_listing(actor=actor, listing_id=pk, judgements=judgements)

    checks = listing.state == "IN_CURATION"
    if request.method == "POST" and not checks:
        judge([])
    context = {
        "listing": listing,
        "images": listing.product.images.all(),
        "prices": listing.prices.order_by("-pk")[:10],
        "permits": listing.permits.order_by("kind", "-pk"),
        "hint": queries.price_hint(listing),
        "wait": queries.waits([listing]).get(listing.pk),
        "following": queries.next_in_curation(actor, listing),
        "buttons": offered(actor, listing, found),
        "crumbs": [{"label": _("Kurasi"), "url": reverse("listing-queue")}, {"label": listing.product.title}],
    }
    return checked_page(
        request,
        found,
        judge if checks else None,
        back=reverse("listing-curation", args=[pk]),
        template="vendors/curation.html",
        context=context,
    )
