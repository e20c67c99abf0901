"""Pictures of listings: added, put into an order, taken off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from vendors import images
from vendors.actions.listings import locked_own, tell_if_on_show
from vendors.models import Listing

ProductImage = get_model("catalogue", "ProductImage")

MOST_IMAGES: Final = 6


def add_image(*, actor: Actor, listing_id: int, content: bytes, caption: str = "") -> None:
    """Add a picture: checked, turned upright, stripped of its metadata, stored with its thumbnail.

    Raises Refused `too_many_images`, `not_an_image`, `image_too_large`.
    """
    actor.require(Role.VENDOR)
    picture = images.prepared(content)
    digest = images.digest_of(picture)
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        count = ProductImage.objects.filter(product_id=listing.product_id).count()
        if count >= MOST_IMAGES:
            raise Refused(
                "too_many_images", _("Satu produk memuat paling banyak %(n)d gambar.") % {"n": MOST_IMAGES}
            )
        name = images.store(picture, digest)
        ProductImage.objects.create(
            product_id=listing.product_id,
            code=f"{listing.pk}-{digest[:24]}",
            original=name,
            caption=caption[:200],
            display_order=count,
        )
        deed.record("listing.image", listing, {"title": listing.product.title, "sha256": digest})
        tell_if_on_show(listing)


def order_images(*, actor: Actor, listing_id: int, image_ids: Sequence[int]) -> None:
    """Put one's pictures into an order; the first is the cover. Pictures left out follow as they were."""
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        there = {image.pk: image for image in ProductImage.objects.filter(product_id=listing.product_id)}
        wanted = [there[pk] for pk in dict.fromkeys(image_ids) if pk in there]
        rest = sorted(
            (image for image in there.values() if image not in wanted), key=lambda image: image.display_order
        )
        for number, image in enumerate([*wanted, *rest]):
            image.display_order = number
        ProductImage.objects.bulk_update(there.values(), ["display_order"])
        deed.record("listing.images", listing, {"title": listing.product.title, "count": len(there)})
        tell_if_on_show(listing)


def remove_image(*, actor: Actor, listing_id: int, image_id: int) -> None:
    """Take a picture off a listing; the file stays for whoever saw it.

    Raises Refused `last_image` while the listing is on show; ProductImage.DoesNotExist.
    """
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        pictures = ProductImage.objects.filter(product_id=listing.product_id)
        pictures.get(pk=image_id)
        left = pictures.count() - 1
        if listing.state == "LIVE" and listing.kind != Listing.Kind.SERVICE and not left:
            raise Refused(
                "last_image",
                _("Produk yang tayang perlu paling sedikit satu foto."),
                fix=_("Tambahkan foto lain dahulu."),
            )
        # By the row alone: the model's own delete would renumber the others one query each.
        pictures.filter(pk=image_id)._raw_delete(pictures.db)
        deed.record("listing.images", listing, {"title": listing.product.title, "count": left})
        tell_if_on_show(listing)
