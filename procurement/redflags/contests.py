"""Our own competitions and orders as the few OCDS fields that Cardinal's indicators read. Nothing of persons.

One release for a competition with one winner for the whole; one for each line where lines have winners of their own,
because bids compete for a line there. Awards of approved orders alone serve R048.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from procurement.competition.models import Award, Competition, Offer, OfferLine, Verdict
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import AWAITING, DROPPED
from procurement.redflags.cardinal.r036 import ADMINISTRATIVE

CURRENCY: Final = "IDR"
METHOD: Final = "selective"
DETAILS: Final = "Mini-Kompetisi"
BATCH: Final = 2000


def contest_releases(region_id: int, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """The competitions announced in that time whose offers were opened or that nobody answered: five queries."""
    found = Competition.objects.filter(
        region_id=region_id, published_at__gte=since, published_at__lt=until, opened_at__isnull=False
    ).order_by("pk")
    offers = _by_competition(Offer.objects.filter(competition__in=found).order_by("pk"))
    verdicts = _by_competition(Verdict.objects.filter(competition__in=found).order_by("pk"))
    awards = _by_competition(Award.objects.filter(competition__in=found).order_by("pk"))
    lines: dict[int, list[OfferLine]] = defaultdict(list)
    for line in (
        OfferLine.objects.filter(offer__competition__in=found)
        .select_related("listing", "offer")
        .order_by("pk")
    ):
        lines[line.offer.competition_id].append(line)
    for contest in found:
        told = (offers[contest.pk], lines[contest.pk], verdicts[contest.pk], awards[contest.pk])
        if not contest.itemized:
            yield _release(contest, None, *told)
            continue
        for line_id in sorted({each.line_id for each in lines[contest.pk]}):
            yield _release(contest, line_id, *told)


def _by_competition(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.competition_id].append(row)
    return found


def _release(
    contest: Competition,
    line_id: int | None,
    offers: list[Offer],
    lines: list[OfferLine],
    verdicts: list[Verdict],
    awards: list[Award],
) -> dict[str, Any]:
    own = [each for each in lines if line_id is None or each.line_id == line_id]
    prices = (
        {each.pk: each.price_total for each in offers}
        if line_id is None
        else {each.offer_id: each.total + each.shipping for each in own}
    )
    failed = {
        each.offer_id: _ground(each) for each in verdicts if each.line_id == line_id and not each.passed
    }
    vendors = {each.pk: each.vendor_id for each in offers}
    unit = str(contest.organisation_id)
    return {
        "ocid": f"competition:{contest.pk}" if line_id is None else f"competition:{contest.pk}/{line_id}",
        "buyer": {"id": unit},
        "tender": {
            "status": "cancelled" if contest.state == "CANCELLED" else "complete",
            "procurementMethod": METHOD,
            "procurementMethodDetails": DETAILS,
            "tenderPeriod": {
                "startDate": _moment(contest.published_at),
                "endDate": _moment(contest.closes_at),
            },
            "numberOfTenderers": len(prices),
            "procuringEntity": {"id": unit},
        },
        "bids": {
            "details": [
                {
                    "id": str(each.pk),
                    # who was never judged lost by price alone: as good a bid as any
                    "status": "disqualified" if each.pk in failed else "valid",
                    "ground": failed.get(each.pk),
                    "date": _moment(each.offered_at),
                    "tenderers": [{"id": str(each.vendor_id)}],
                    "value": {"amount": prices[each.pk], "currency": CURRENCY},
                }
                for each in offers
                if each.pk in prices
            ]
        },
        "awards": [
            {
                "id": str(each.pk),
                "status": "active",
                "suppliers": [{"id": str(vendors[each.offer_id])}],
                "items": [
                    {"classification": {"scheme": "KBKI", "id": line.listing.kbki_code}}
                    for line in own
                    if line.offer_id == each.offer_id and line.listing.kbki_code
                ],
            }
            for each in awards
            if each.line_id == line_id and contest.state == "DECIDED"
        ],
    }


def _ground(verdict: Verdict) -> str:
    """What an offer fell by first, in the order in which it is judged."""
    if not verdict.administrative:
        return ADMINISTRATIVE
    return "technical" if not verdict.technical else "price"


def order_releases(region_id: int, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Approved orders that no competition led to, with their vendor and KBKI codes alone: one streamed query."""
    rows = (
        Purchase.objects.filter(
            region_id=region_id, submitted_at__gte=since, submitted_at__lt=until, awards__isnull=True
        )
        .exclude(state__in=[*AWAITING, *DROPPED])
        .annotate(codes=ArrayAgg("lines__kbki_code", distinct=True, filter=~Q(lines__kbki_code="")))
        .order_by()
        .values_list("pk", "vendor_id", "codes")
    )
    for pk, vendor_id, codes in rows.iterator(BATCH):
        items = [{"classification": {"scheme": "KBKI", "id": code}} for code in codes or ()]
        award = {"status": "active", "suppliers": [{"id": str(vendor_id)}], "items": items}
        yield {"ocid": f"purchase:{pk}", "awards": [award]}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
