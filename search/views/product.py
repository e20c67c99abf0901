"""The page of one product."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from oscar.core.loading import get_model

from marketplace.accounts.access import ActorRequest, roles
from search.categories import Tree
from search.comparing import tray_of
from search.orientation import with_ppn
from search.price_story import story_of
from vendors.queries import (
    BUYERS,
    RANK_LABELS,
    Thresholds,
    described,
    domestic_rank,
    get_live_listing_for,
    thumb_of,
)

ProductImage = get_model("catalogue", "ProductImage")


@require_safe
@roles.everyone
def product(request: ActorRequest, slug: str, pk: int) -> HttpResponse:
    """Price, proof of origin, stock, area, price story, and for buyers the way into the basket."""
    listing = get_live_listing_for(request.actor, pk)
    if slug != listing.product.slug:
        return redirect(listing, permanent=True)
    tree = Tree.load()
    node = tree.by_id.get(listing.category_id)
    record = listing.stockrecord
    limits = Thresholds.of()
    images = list(ProductImage.objects.filter(product_id=pk).order_by("display_order", "pk"))
    return render(
        request,
        "catalogue/product.html",
        {
            "listing": listing,
            "product": listing.product,
            "vendor": listing.vendor,
            "node": node,
            "crumbs": [{"label": each.name, "url": each.url} for each in (node.trail if node else [])],
            "images": images,
            "thumbs": [(image, thumb_of(image.original.name)) for image in images[1:]],
            "story": story_of(listing.prices.filter(area_code="").order_by("valid_from", "pk")),
            "with_ppn": with_ppn(listing, listing.price),
            "free": None if record.num_in_stock is None else max(record.net_stock_level, 0),
            "may_buy": request.actor.role in BUYERS,
            "shown_in": number_or_none(request.GET.get("dari", "")),
            "described": described(listing.kind, listing.attributes),
            "rank": RANK_LABELS[domestic_rank(listing, limits)],
            "rank_basis": limits.legal_basis,
            "in_tray": pk in tray_of(request.session),
        },
    )


def number_or_none(text: str) -> int | None:
    """A key from an address; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
