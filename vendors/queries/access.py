"""What an actor may see of vendors and listings: one function a thing."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.regulation.queries import parameter
from vendors.models import Amendment, Listing, ListingUpload, Permit, Sanction, Vendor, VendorDocument


def visible_regions(actor: Actor) -> frozenset[int] | None:
    """The regions whose listings an actor sees; None means all.

    Officials buy from vendors of their own region unless its parameter `catalogue.cross_region` says otherwise;
    the public, vendors, auditors and operators may look at every stall.
    """
    if actor.role not in BUYING or actor.region_id is None:
        return None
    if parameter("catalogue.cross_region", region_id=actor.region_id).value:
        return None
    return frozenset({actor.region_id})


def _id(known: int | None) -> int:
    """An id to compare with; for an actor without one, 0, which nothing has."""
    return known or 0


def get_live_listing_for(actor: Actor, product_id: int) -> Listing:
    """The listing of a product on show, with all that its page needs: one query. Raises Listing.DoesNotExist."""
    return live_listings_for(actor).get(product_id=product_id)


def live_listings_for(actor: Actor) -> QuerySet[Listing]:
    """The listings on show that an actor may see, with all that a page of them needs."""
    listings = Listing.objects.select_related(
        "product", "stockrecord", "category", "vendor", "vendor__organisation", "vendor__region"
    ).filter(state="LIVE", vendor__state="VERIFIED")
    regions = visible_regions(actor)
    return listings if regions is None else listings.filter(vendor__region_id__in=regions)


def get_listing_for(actor: Actor, listing_id: int) -> Listing:
    """A listing in any state: its vendor's own, or of the region one curates. Raises Listing.DoesNotExist."""
    return listings_for(actor).get(pk=listing_id)


def listings_for(actor: Actor) -> QuerySet[Listing]:
    """The listings an actor works on: a vendor's own; for curators and operators those of their region."""
    listings = Listing.objects.select_related(
        "product", "stockrecord", "category", "vendor", "vendor__organisation"
    )
    if actor.role is Role.VENDOR:
        return listings.filter(vendor__organisation_id=_id(actor.organisation_id))
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return listings.filter(vendor__region_id=_id(actor.region_id))
    return listings.none()


def get_upload_for(actor: Actor, upload_id: int) -> ListingUpload:
    """A vendor's own uploaded file. Raises ListingUpload.DoesNotExist."""
    return uploads_for(actor).get(pk=upload_id)


def uploads_for(actor: Actor) -> QuerySet[ListingUpload]:
    """The files of listings that an actor's own business uploaded, newest first."""
    if actor.role is not Role.VENDOR:
        return ListingUpload.objects.none()
    return ListingUpload.objects.select_related("vendor").filter(
        vendor__organisation_id=_id(actor.organisation_id)
    )


def get_vendor_for(actor: Actor, vendor_id: int) -> Vendor:
    """A vendor with its papers: itself, or the operation of its region. Raises Vendor.DoesNotExist."""
    return vendors_for(actor).get(pk=vendor_id)


def vendors_for(actor: Actor) -> QuerySet[Vendor]:
    """The vendors an actor works on: a vendor itself; for curators, operators and auditors those of their region."""
    vendors = Vendor.objects.select_related("organisation", "region")
    if actor.role is Role.VENDOR:
        return vendors.filter(organisation_id=_id(actor.organisation_id))
    if actor.role in {Role.CURATOR, Role.OPERATOR, Role.AUDITOR}:
        return vendors.filter(region_id=_id(actor.region_id))
    return vendors.none()


def get_permit_for(actor: Actor, permit_id: int) -> Permit:
    """A permit: the vendor's own, or of the region one checks for. Raises Permit.DoesNotExist."""
    return permits_for(actor).get(pk=permit_id)


def permits_for(actor: Actor) -> QuerySet[Permit]:
    """The permits an actor works on: a vendor's own; for curators and operators those of their region."""
    permits = Permit.objects.select_related("vendor", "vendor__organisation", "document")
    if actor.role is Role.VENDOR:
        return permits.filter(vendor__organisation_id=_id(actor.organisation_id))
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return permits.filter(vendor__region_id=_id(actor.region_id))
    return permits.none()


def drafts_for(actor: Actor) -> QuerySet[Vendor]:
    """The registrations an actor fills in: its own; an assistant those whose owners agreed and still do."""
    if actor.role is Role.ASSISTANT:
        now = clock.now()
        return Vendor.objects.select_related("organisation", "region").filter(
            assistances__assistant_id=_id(actor.user_id),
            assistances__revoked_at__isnull=True,
            assistances__valid_to__gt=now,
        )
    return vendors_for(actor) if actor.role is Role.VENDOR else Vendor.objects.none()


def get_document_for(actor: Actor, document_id: int) -> VendorDocument:
    """A kept paper: the vendor's own, its assistant's, the operation's of its region. Raises DoesNotExist."""
    papers = VendorDocument.objects.select_related("vendor")
    if actor.role is Role.ASSISTANT:
        return papers.get(pk=document_id, vendor__in=drafts_for(actor))
    return papers.get(pk=document_id, vendor__in=vendors_for(actor))


def get_amendment_for(actor: Actor, amendment_id: int) -> Amendment:
    """A proposed change: one's own, or of the operation's region. Raises Amendment.DoesNotExist."""
    return Amendment.objects.select_related("vendor__organisation").get(
        pk=amendment_id, vendor__in=vendors_for(actor)
    )


def own_vendor(actor: Actor) -> Vendor:
    """The vendor an actor stands for. Raises Vendor.DoesNotExist."""
    return Vendor.objects.select_related("organisation", "region").get(
        organisation_id=_id(actor.organisation_id)
    )


def public_vendor(slug: str) -> Vendor:
    """The public profile of a verified vendor, or of one that is blacklisted. Raises Vendor.DoesNotExist."""
    blacklisted = Sanction.objects.filter(
        vendor_id=OuterRef("pk"), kind=Sanction.Kind.BLACKLIST, state="IN_FORCE"
    )
    return (
        Vendor.objects.select_related("organisation", "region")
        .defer("npwp", "nitku", "owner_name", "owner_nik", "street", "phone")
        .filter(Q(state="VERIFIED") | Q(state="SUSPENDED") & Exists(blacklisted))
        .get(slug=slug)
    )
