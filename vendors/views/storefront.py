"""A vendor's public stall, and the pictures of products."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from vendors import images, queries
from vendors.models import Listing


@require_safe
@roles.everyone
def profile(request: ActorRequest, slug: str) -> HttpResponse:
    """A verified vendor's stall: what the public may know, and nothing of the owner."""
    vendor = queries.public_vendor(slug)
    listings = (
        Listing.objects.filter(vendor=vendor, state="LIVE", vendor__state="VERIFIED")
        .select_related("product")
        .prefetch_related("product__images")
        .order_by("-live_since", "-pk")
    )
    page = Paginator(listings, 24).get_page(request.GET.get("hal"))
    return render(
        request,
        "vendors/profile.html",
        {
            "vendor": vendor,
            "activities": vendor.activities.all(),
            "page": page,
            "blacklistings": queries.public_sanctions(vendor),
            "cards": [queries.stall_card(listing) for listing in page],
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
