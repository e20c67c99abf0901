"""Filling and closing a buyer's basket. No audit entry: a basket is a note, not an act; submitting it is one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.transitions import Refused
from marketplace.oscar import baskets
from vendors.queries import basket_lines, get_live_listing_for, open_basket_for


def put_into_basket(*, actor: Actor, product_id: int, quantity: int, add: bool = True) -> None:
    """Add a listing to the actor's basket, or set its quantity (`add=False`; 0 removes it).

    Raises Refused `wrong_role`, `below_minimum`, `quantity`, `basket_full`; Listing.DoesNotExist when it is not on
    show to this actor (not live, or of a region that may not be bought from).
    """
    basket = open_basket_for(actor)
    listing = get_live_listing_for(actor, product_id)
    if 0 < quantity < listing.min_order:
        raise Refused(
            "below_minimum",
            _("Pesanan “%(title)s” paling sedikit %(n)d %(unit)s.")
            % {"title": listing.product.title, "n": listing.min_order, "unit": listing.unit},
            fix=_("Tambah jumlahnya."),
        )
    baskets.put(basket, listing.stockrecord, quantity, add=add)


def change_quantities(*, actor: Actor, quantities: dict[int, int]) -> None:
    """Set the quantities of basket lines by line id; 0 removes a line. Foreign lines are not seen."""
    basket = open_basket_for(actor)
    with transaction.atomic():
        for line in basket_lines(basket):
            wanted = quantities.get(line.line_id, line.quantity)
            if wanted <= 0:
                baskets.remove_line(basket, line.line_id)
            elif wanted != line.quantity:
                baskets.put(basket, baskets.record_of(line.stockrecord_id), wanted)


def remove_from_basket(*, actor: Actor, line_id: int) -> None:
    """Take a line out of the actor's basket; a line that is gone already is no error."""
    baskets.remove_line(open_basket_for(actor), line_id)


def freeze_basket(basket: Any) -> None:
    """Close a basket as submitted, in the caller's transaction. Of two submissions one is Refused `basket_closed`."""
    baskets.freeze(basket)
