"""What the clock does about permits: it warns, ends them, and takes down what rested on them.

Each step reads due rows alone and may be repeated at any time. After a standstill the clock catches up: a permit then
gets the one warning that fits its remaining days, not every warning it missed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter, regions_with_own
from marketplace.workflow.door import doing, passing
from vendors.actions.due import each_due
from vendors.actions.listings import hide_listing
from vendors.actions.permits import expire_permit
from vendors.models import Listing, ListingPermit, Permit

NOTICE_DAYS: Final = "permit.notice_days"


def clock_of_permits() -> Actor:
    """The part of the system that watches over permits."""
    return Actor.system("Penjaga masa berlaku izin")


def expire_due() -> int:
    """Let every permit end whose last day has passed; returns how many."""
    due = Permit.objects.filter(state="VERIFIED", valid_to__lt=clock.today())
    return each_due(due, lambda pk: expire_permit(actor=clock_of_permits(), permit_id=pk))


def delist_uncovered() -> int:
    """Take down every shown listing that rests on a permit no longer in force and on no other of its kind."""
    return each_due(
        Listing.objects.filter(Exists(_uncovering(OuterRef("pk"))), state="LIVE"),
        lambda pk: delist_for_permit(listing_id=pk),
    )


def delist_for_permit(*, listing_id: int) -> None:
    """Take one listing down whose permit ended. Raises Refused `not_due` when another permit covers it by now."""
    with passing(Listing, listing_id, "delist", actor=clock_of_permits()) as passage:
        listing = passage.thing
        link = _uncovering(listing.pk).select_related("permit").order_by("permit_id").first()
        if link is None:
            raise Refused("not_due", _("Produk ini masih ditopang izin yang berlaku."))
        permit = link.permit
        reason = _("%(kind)s %(number)s tidak berlaku lagi (%(state)s).") % {
            "kind": permit.get_kind_display(),
            "number": permit.number,
            "state": permit.get_state_display(),
        }
        listing.curator_note = reason
        passage.facts.update(title=listing.product.title, reason=reason, permit=permit.pk)
        hide_listing(listing)


def notice_due() -> int:
    """Warn of every permit that comes within the days of the dated rule; returns how many warnings.

    A permit is warned of once for each of the numbers of days, and never for a larger one after a smaller.
    """
    own = regions_with_own(NOTICE_DAYS)
    told = sum(_notices(Q(vendor__region_id=region_id), region_id) for region_id in sorted(own))
    return told + _notices(~Q(vendor__region_id__in=own), None)


def _notices(where: Q, region_id: int | None) -> int:
    today = clock.today()
    steps = sorted(map(int, parameter(NOTICE_DAYS, region_id=region_id).value))
    told, nearer = 0, -1
    for days in steps:
        due = Permit.objects.filter(
            where,
            Q(noticed_days__isnull=True) | Q(noticed_days__gt=days),
            state="VERIFIED",
            valid_to__gt=today + timedelta(days=nearer),
            valid_to__lte=today + timedelta(days=days),
        )
        told += each_due(due, lambda pk, days=days: notice_permit(permit_id=pk, days=days))  # type: ignore[misc]
        nearer = days
    return told


def notice_permit(*, permit_id: int, days: int) -> None:
    """Warn once that a permit ends within `days`. Raises Refused `not_due` when that was said already."""
    with doing(actor=clock_of_permits()) as deed:
        permit = (
            Permit.objects.select_for_update(of=("self",))
            .select_related("vendor__organisation")
            .get(pk=permit_id)
        )
        left = _days_left(permit, clock.day_of(deed.at))
        if left is None or left > days or (permit.noticed_days is not None and permit.noticed_days <= days):
            raise Refused("not_due", _("Peringatan ini sudah disampaikan."))
        permit.noticed_days = days
        permit.save(update_fields=["noticed_days"])
        deed.record(
            "permit.notice",
            permit,
            {
                "vendor": permit.vendor.organisation.name,
                "kind": permit.get_kind_display(),
                "number": permit.number,
                "days": left,
            },
        )


def _days_left(permit: Permit, day: date) -> int | None:
    if permit.state != "VERIFIED" or permit.valid_to is None or permit.valid_to < day:
        return None
    return (permit.valid_to - day).days


def _uncovering(listing_id: int | OuterRef) -> QuerySet[ListingPermit]:
    """The ties of a listing to permits not in force, where none of the same kind is."""
    covering = ListingPermit.objects.filter(
        listing_id=OuterRef("listing_id"), permit__kind=OuterRef("permit__kind"), permit__state="VERIFIED"
    )
    ended = ListingPermit.objects.filter(listing_id=listing_id).exclude(permit__state="VERIFIED")
    return ended.filter(~Exists(covering))
