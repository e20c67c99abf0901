"""Asking the rules about all regions and keeping what they found."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from procurement.purchasing.models import Purchase
from procurement.redflags.actions.contacts import index_contacts
from procurement.redflags.actions.raising import Kept, give_up_outdated, raise_flags
from procurement.redflags.evaluating import findings, versions
from procurement.redflags.finding import Finding


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation of one region found, and what of it was new."""

    region_id: int
    found: tuple[Finding, ...]
    kept: Kept


def evaluate_region(region_id: int, since: date, *, codes: Container[str] | None = None) -> Evaluated:
    """Judge the region's orders submitted on `since` (a Jakarta day) or later, and keep what is found."""
    begins = clock.midnight(since)
    found = tuple(findings(region_id, begins, clock.now(), codes=codes))
    kept = raise_flags(region_id=region_id, found=found)
    asked = {code: version for code, version in versions().items() if codes is None or code in codes}
    kept += give_up_outdated(region_id=region_id, since=begins, versions=asked, found=found)
    return Evaluated(region_id, found, kept)


def evaluate(*, since: date | None = None, codes: Container[str] | None = None) -> list[Evaluated]:
    """Judge every region with orders; without `since` as far back as its parameter `flag.look_back_days` says."""
    index_contacts()
    regions = Region.objects.filter(pk__in=Purchase.objects.order_by().values("region_id").distinct())
    return [
        evaluate_region(pk, since or looked_back_to(pk), codes=codes)
        for pk in regions.order_by("pk").values_list("pk", flat=True)
    ]


def looked_back_to(region_id: int) -> date:
    """The first day the daily evaluation looks at."""
    return clock.today() - timedelta(days=int(parameter("flag.look_back_days", region_id=region_id).value))
