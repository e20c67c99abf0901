"""Prices of listings on show, everywhere and by area; purchases already submitted keep theirs."""

from __future__ import annotations

from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.regulation.places import place
from marketplace.workflow.door import doing
from vendors.actions.listings import check_price, locked_own, set_price, tell_if_on_show
from vendors.models import ListingPrice

StockRecord = get_model("partner", "StockRecord")


def change_price(*, actor: Actor, listing_id: int, price: int) -> None:
    """Set a new price (whole rupiah) from now on; purchases already submitted keep theirs.

    Raises Refused `price`, `above_ceiling`, `same_price`.
    """
    actor.require(Role.VENDOR)
    check_price(price)
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        before = listing.price
        if price == before:
            raise Refused("same_price", _("Harga yang diisi sama dengan harga sekarang."))
        set_price(listing, price, deed.at, actor)
        StockRecord.objects.filter(pk=listing.stockrecord_id).update(price=price)
        listing.price = price
        listing.revision += 1
        listing.save(update_fields=["price", "revision"])
        deed.record(
            "listing.price",
            listing,
            {"title": listing.product.title, "before_rupiah": before, "after_rupiah": price},
        )
        tell_if_on_show(listing)


def set_regional_price(*, actor: Actor, listing_id: int, area_code: str, price: int | None) -> None:
    """Set what a listing costs in one area (whole rupiah); with None the general price holds there again.

    Raises Refused `price`, `above_ceiling`, `same_price`, `area_unknown`.
    """
    actor.require(Role.VENDOR)
    if price is not None:
        check_price(price)
    if place(area_code) is None:
        raise Refused("area_unknown", _("Wilayah ini tidak dikenal."), fix=_("Pilih dari daftar."))
    with doing(actor=actor) as deed:
        listing = locked_own(actor, listing_id)
        before = listing.regional_prices.get(area_code)
        if price == before:
            raise Refused("same_price", _("Harga yang diisi sama dengan harga sekarang."))
        ListingPrice.objects.create(
            listing=listing,
            area_code=area_code,
            price=price or 0,
            valid_from=deed.at,
            set_by_id=actor.user_id,
        )
        others = {code: each for code, each in listing.regional_prices.items() if code != area_code}
        listing.regional_prices = others if price is None else {**others, area_code: price}
        listing.revision += 1
        listing.save(update_fields=["regional_prices", "revision"])
        deed.record(
            "listing.regional_price",
            listing,
            {
                "title": listing.product.title,
                "area": area_code,
                "before_rupiah": before or listing.price,
                "after_rupiah": price or listing.price,
            },
        )
        tell_if_on_show(listing)
