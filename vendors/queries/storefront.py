"""What the public sees of a vendor."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage

from vendors.images import thumb_of
from vendors.models import Listing


def stall_card(listing: Listing) -> dict[str, Any]:
    """What the card component shows of a listing on its vendor's profile; images are prefetched."""
    picture = next(iter(listing.product.images.all()), None)
    return {
        "title": listing.product.title,
        "url": listing.get_absolute_url(),
        "price": listing.price,
        "unit": listing.unit,
        "image_url": default_storage.url(thumb_of(picture.original.name)) if picture else "",
        "badges": [*(["PDN"] if listing.is_pdn else []), *(["Halal"] if listing.halal else [])],
    }
