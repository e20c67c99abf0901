"""What the clock does about sanctions: it ends them, reinstates whom they held, keeps barred products down."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from vendors.actions.due import each_due
from vendors.actions.listings import hide_listing
from vendors.actions.sanctions import end_sanction, release_vendor
from vendors.models import Listing, Sanction, Vendor
from vendors.queries import barring_sanction


def end_due() -> int:
    """End every sanction whose last day has passed; returns how many."""
    due = Sanction.objects.filter(state="IN_FORCE", ends__lt=clock.today())
    return each_due(due, lambda pk: end_sanction(sanction_id=pk))


def release_due() -> int:
    """Reinstate every vendor that only ended sanctions still hold; returns how many were tried."""
    held = Sanction.objects.filter(vendor_id=OuterRef("pk"), holds=True)
    blocking = Sanction.objects.filter(vendor_id=OuterRef("pk"), state="IN_FORCE", kind__in=Sanction.BLOCKING)
    due = Vendor.objects.filter(Exists(held), ~Exists(blocking), state="SUSPENDED")
    return each_due(due, lambda pk: release_vendor(vendor_id=pk))


def delist_barred() -> int:
    """Take down every shown or waiting product that a delisting in force is about; returns how many."""
    done = 0
    delistings = Sanction.objects.filter(state="IN_FORCE", kind=Sanction.Kind.DELISTING)
    for sanction in delistings.select_related("category"):
        about: dict[str, Any] = {"vendor_id": sanction.vendor_id, "state__in": ("LIVE", "IN_CURATION")}
        if sanction.category is not None:
            about["category__path__startswith"] = sanction.category.path
        done += each_due(Listing.objects.filter(**about), partial(_delist, sanction))
    return done


def _delist(sanction: Sanction, listing_id: int) -> None:
    with passing(Listing, listing_id, "delist", actor=Actor.system("Penjaga masa sanksi")) as passage:
        listing = passage.thing
        if barring_sanction(listing) is None:
            raise Refused("not_due", _("Produk ini tidak terkena sanksi."))
        reason = _("Penurunan produk menurut %s.") % sanction.decree_number
        listing.curator_note = reason
        passage.facts.update(title=listing.product.title, reason=reason, sanction=sanction.pk)
        hide_listing(listing)
