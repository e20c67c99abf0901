"""Whom a competition is for: vendors with something on show that fits, who deliver there and may be bought from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.accounts.models import Appointment, User
from marketplace.regulation.places import around
from marketplace.regulation.queries import parameter
from procurement.competition.models import Competition
from procurement.planning.models import Package
from vendors.models import Listing, Vendor

SMALL = (Vendor.Size.MICRO, Vendor.Size.SMALL, Vendor.Size.COOPERATIVE)
"""Who may win a package kept for small business (UU 11/2020 Art. 97)."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The officers of a package as conflicts of interest are looked for: user ids and hashes of NIK."""

    users: frozenset[int]
    niks: frozenset[str]


def officers_linked(package: Package) -> Linked:
    """Who must not stand on a vendor's side. One query."""
    people = [pk for pk in (package.pp_user_id, package.ppk_user_id) if pk is not None]
    rows = list(User.objects.filter(pk__in=people).values_list("pk", "nik_hash"))
    return Linked(frozenset(pk for pk, _nik in rows), frozenset(nik for _pk, nik in rows if nik))


def fitting(competition: Competition) -> QuerySet[Listing]:
    """Listings on show in the category or below it, of the asked kind, delivered to the place."""
    if competition.category is None or not competition.place_code:
        return Listing.objects.none()
    served = Q(area_codes=[]) | Q(area_codes__overlap=around(competition.place_code))
    return Listing.objects.filter(
        served,
        state="LIVE",
        category__path__startswith=competition.category.path,
        kind=competition.kind,
    )


def matching_vendors(competition: Competition) -> QuerySet[Vendor]:
    """Vendors in business that may offer: goods, place, size, region, and no officer on their side."""
    linked = officers_linked(competition.package)
    on_their_side = Appointment.objects.filter(organisation=OuterRef("organisation_id")).filter(
        Q(user_id__in=linked.users) | Q(user__nik_hash__in=linked.niks)
    )
    found = Vendor.objects.filter(
        Exists(fitting(competition).filter(vendor=OuterRef("pk"))), ~Exists(on_their_side), state="VERIFIED"
    ).exclude(owner_nik_hash__in=linked.niks)
    if not parameter("catalogue.cross_region", region_id=competition.region_id).value:
        found = found.filter(region_id=competition.region_id)
    if competition.small_only:
        found = found.filter(size__in=SMALL)
    return found


def matching_listings(competition: Competition, vendor_id: int) -> QuerySet[Any]:
    """What of a vendor's stall an offer may stand on."""
    return (
        fitting(competition)
        .filter(vendor_id=vendor_id)
        .select_related("product", "stockrecord")
        .order_by("product__title", "pk")
    )
