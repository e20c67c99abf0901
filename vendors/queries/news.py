"""Whom an entry about a vendor, a listing or a permit is news for: the vendor, of what others decided about it."""

from __future__ import annotations

from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from vendors.models import Listing, Objection, Permit, Sanction, Vendor

OF_VENDORS = frozenset({"vendor.verify", "vendor.reject", "vendor.suspend", "vendor.reinstate"})
OF_LISTINGS = frozenset({"listing.approve", "listing.send_back", "listing.delist"})
OF_PERMITS = frozenset({"permit.verify", "permit.reject", "permit.expire", "permit.revoke", "permit.notice"})

OF_OBJECTIONS = frozenset({"objection.uphold", "objection.dismiss", "objection.carry_out"})


def of_vendor(entry: Entry) -> News | None:
    """What was decided about a registration or a business."""
    if entry.act not in OF_VENDORS:
        return None
    vendor = Vendor.objects.filter(pk=int(entry.aggregate_id)).first()
    return (
        None if vendor is None else _news(vendor.organisation_id, reverse("vendor-review", args=[vendor.pk]))
    )


def of_listing(entry: Entry) -> News | None:
    """What was decided about a listing; those that fell with a permit or a sanction are told of once, with that."""
    if entry.act not in OF_LISTINGS or {"permit", "sanction"} & entry.facts.keys():
        return None
    listing = Listing.objects.select_related("vendor").filter(pk=int(entry.aggregate_id)).first()
    return (
        None
        if listing is None
        else _news(listing.vendor.organisation_id, reverse("listing-edit", args=[listing.pk]))
    )


def of_permit(entry: Entry) -> News | None:
    """What was found about a permit, that it ends soon, that it ended."""
    if entry.act not in OF_PERMITS:
        return None
    permit = Permit.objects.select_related("vendor").filter(pk=int(entry.aggregate_id)).first()
    return None if permit is None else _news(permit.vendor.organisation_id, permit.get_absolute_url())


def of_sanction(entry: Entry) -> News | None:
    """A sanction on the vendor, and its end."""
    sanction = Sanction.objects.select_related("vendor").filter(pk=int(entry.aggregate_id)).first()
    return None if sanction is None else _news(sanction.vendor.organisation_id, sanction.get_absolute_url())


def of_objection(entry: Entry) -> News | None:
    """What was decided about the vendor's objection."""
    if entry.act not in OF_OBJECTIONS:
        return None
    objection = Objection.objects.select_related("vendor").filter(pk=int(entry.aggregate_id)).first()
    if objection is None:
        return None
    return _news(objection.vendor.organisation_id, objection.get_absolute_url())


def _news(organisation_id: int, url: str) -> News:
    return News((Recipient(organisation_id=organisation_id, role=str(Role.VENDOR)),), url)
