"""What the ranking is given of vendors: their score, whether they wait for a first order, their part of the orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from vendors.models import Listing, Observation, Vendor
from vendors.queries.scores import scorecards
from vendors.scoring import VENDOR


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a vendor that has goods on show; see `vendors.exposure.Inputs`."""

    score: int | None
    newcomer: bool
    share_of_even: int


def known_of_vendors(vendors: Sequence[int]) -> dict[int, Known]:
    """What is known of vendors whose goods are on show or about to be: five queries for any number of them."""
    cards = scorecards(VENDOR, vendors)
    new = set(Vendor.objects.filter(_new(), pk__in=vendors, state="VERIFIED").values_list("pk", flat=True))
    shares = _shares(vendors)
    return {vendor: Known(cards[vendor].overall, vendor in new, shares.get(vendor, 0)) for vendor in vendors}


def newcomers() -> QuerySet[Vendor]:
    """The first-order programme: verified, goods on show since a few weeks at most, no order answered yet."""
    shown = Listing.objects.filter(vendor_id=OuterRef("pk"), state="LIVE")
    return Vendor.objects.filter(Exists(shown), _new(), state="VERIFIED")


def _new() -> Q:
    """No order answered yet, and nothing on show for longer than the programme lasts."""
    since = clock.now() - timedelta(days=int(parameter("exposure.first_order_days").value))
    older = Listing.objects.filter(vendor_id=OuterRef("pk"), live_since__lt=since)
    answered = Observation.objects.filter(side=VENDOR, subject_id=OuterRef("pk"))
    return Q(~Exists(older), ~Exists(answered))


def _shares(vendors: Sequence[int]) -> dict[int, int]:
    """Each vendor's part of the orders answered lately, in per cent of an even share among vendors on show."""
    since = clock.now() - timedelta(days=int(parameter("exposure.window_days").value))
    lately = Observation.objects.filter(side=VENDOR, measure="answer", at__gte=since)
    total = lately.count()
    if not total:
        return {}
    on_show = Listing.objects.filter(state="LIVE").aggregate(number=Count("vendor_id", distinct=True))[
        "number"
    ]
    counted = lately.filter(subject_id__in=vendors).values_list("subject_id").annotate(number=Count("pk"))
    return {vendor: number * 100 * max(on_show, 1) // total for vendor, number in counted}
