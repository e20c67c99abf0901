"""A vendor's public stall, and the pictures of products."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from vendors import images, queries
from vendors.queries.scores import replies_of, scorecard_panel
from vendors.queries.storefront import Stall, Stalls, badges_of, completed_orders, linked_data


@require_safe
@roles.everyone
def stalls(request: ActorRequest) -> HttpResponse:
    """The public list of vendors, by name, area, size and category."""
    return render(request, "vendors/stalls.html", {"shown": Stalls.of(request.GET)})


@require_safe
@roles.everyone
def profile(request: ActorRequest, slug: str) -> HttpResponse:
    """A verified vendor's stall: what the public may know, and nothing of the owner."""
    vendor = queries.public_vendor(slug)
    stall = Stall.of(vendor, request.GET)
    return render(
        request,
        "vendors/profile.html",
        {
            "vendor": vendor,
            "activities": vendor.activities.all(),
            "blacklistings": queries.public_sanctions(vendor),
            "badges": badges_of(vendor),
            "charges": queries.charges_by_area(vendor.pk),
            "completed": completed_orders(vendor),
            "linked": linked_data(vendor, stall.listings, request.build_absolute_uri("/").rstrip("/")),
            "stall": stall,
            "card": scorecard_panel(vendor),
            "replies": replies_of(vendor),
            "cards": [queries.stall_card(listing) for listing in stall.listings],
        },
    )


@require_safe
@roles.everyone
def picture(request: ActorRequest, shelf: str, name: str) -> FileResponse:
    """A product picture or its thumbnail. Named by its content, so it never changes; evidence files lie elsewhere."""
    path = images.path_of(shelf, name)
    if path is None or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
