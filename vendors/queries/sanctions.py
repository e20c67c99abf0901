"""Sanctions: who sees which, what bars a vendor, what the public may know."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from vendors.models import BlacklistRow, Listing, Sanction, Vendor

PUBLIC_COLUMNS = (
    "subject_name",
    "subject_nib",
    "decree",
    "found",
    "from_day",
    "to_day",
    "issued_by",
)


def sanctions_for(actor: Actor) -> QuerySet[Sanction]:
    """The sanctions an actor may see: a vendor's own; for curators and operators those of their region."""
    sanctions = Sanction.objects.select_related("vendor__organisation", "category", "document")
    if actor.role is Role.VENDOR:
        return sanctions.filter(vendor__organisation_id=actor.organisation_id or 0)
    if actor.role in {Role.CURATOR, Role.OPERATOR}:
        return sanctions.filter(vendor__region_id=actor.region_id or 0)
    return sanctions.none()


def get_sanction_for(actor: Actor, sanction_id: int) -> Sanction:
    """One sanction: the vendor's own, or of the operation's region. Raises Sanction.DoesNotExist."""
    return sanctions_for(actor).get(pk=sanction_id)


def blocking_sanctions(vendor_id: int) -> QuerySet[Sanction]:
    """The sanctions in force that keep new orders away from a vendor."""
    return Sanction.objects.filter(vendor_id=vendor_id, state="IN_FORCE", kind__in=Sanction.BLOCKING)


def barring_sanction(listing: Listing) -> Sanction | None:
    """The sanction in force that keeps this product off the market; load `category` and `vendor` with the listing."""
    delistings = Sanction.objects.filter(
        vendor_id=listing.vendor_id, state="IN_FORCE", kind=Sanction.Kind.DELISTING
    ).select_related("category")
    path = listing.category.path
    return next(
        (each for each in delistings if each.category is None or path.startswith(each.category.path)), None
    )


def listed_nationally(vendor: Vendor, day: date) -> BlacklistRow | None:
    """The entry of the national blacklist in force that is about this vendor; None when there is none."""
    about = Q(nib=vendor.nib) & ~Q(nib="")
    if vendor.npwp_hash:
        about |= Q(npwp_hash=vendor.npwp_hash)
    if vendor.owner_nik_hash:
        about |= Q(nik_hash=vendor.owner_nik_hash)
    return BlacklistRow.objects.filter(about, starts__lte=day, ends__gte=day).order_by("-ends").first()


def unsanctioned_matches(day: date) -> QuerySet[BlacklistRow]:
    """Entries of the national blacklist in force about vendors of ours that carry no sanction for it yet."""
    handed_in = Vendor.objects.exclude(state="DRAFT")
    return BlacklistRow.objects.filter(
        Exists(handed_in.filter(nib=OuterRef("nib")).exclude(nib=""))
        | Exists(handed_in.filter(npwp_hash=OuterRef("npwp_hash")).exclude(npwp_hash=""))
        | Exists(handed_in.filter(owner_nik_hash=OuterRef("nik_hash")).exclude(owner_nik_hash="")),
        sanction__isnull=True,
        starts__lte=day,
        ends__gte=day,
    )


def vendor_of_row(row: BlacklistRow) -> Vendor | None:
    """The vendor an entry of the national blacklist is about, drafts left out."""
    about = Q(pk__in=[])
    if row.nib:
        about |= Q(nib=row.nib)
    if row.npwp_hash:
        about |= Q(npwp_hash=row.npwp_hash) | Q(owner_nik_hash=row.nik_hash)
    return Vendor.objects.select_related("organisation").filter(about).exclude(state="DRAFT").first()


def public_sanctions(vendor: Vendor) -> QuerySet[Sanction]:
    """What the public may know of a vendor's sanctions: its blacklistings in force."""
    return vendor.sanctions.filter(kind=Sanction.Kind.BLACKLIST, state="IN_FORCE")


def public_blacklist() -> QuerySet[Any]:
    """Every blacklisting in force as the public may read it, the newest first; tax numbers are no part of it."""
    today = clock.today()
    own = (
        Sanction.objects.filter(kind=Sanction.Kind.BLACKLIST, state="IN_FORCE", starts__lte=today)
        .annotate(
            subject_name=F("vendor__organisation__name"),
            subject_nib=F("vendor__nib"),
            decree=F("decree_number"),
            found=Coalesce(NullIf("words", Value("")), F("violation"), output_field=CharField()),
            from_day=F("starts"),
            to_day=F("ends"),
            issued_by=F("publisher"),
        )
        .order_by()
        .values_list(*PUBLIC_COLUMNS, named=True)
    )
    others = (
        BlacklistRow.objects.filter(sanction__isnull=True, starts__lte=today, ends__gte=today)
        .annotate(
            subject_name=F("name"),
            subject_nib=F("nib"),
            decree=F("decree_number"),
            found=F("act"),
            from_day=F("starts"),
            to_day=F("ends"),
            issued_by=F("publisher"),
        )
        .order_by()
        .values_list(*PUBLIC_COLUMNS, named=True)
    )
    return own.union(others, all=True).order_by("-from_day", "subject_name")
