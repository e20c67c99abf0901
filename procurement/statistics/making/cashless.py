"""The cashless proof of one day: what orders, providers and bank say, and whether the books balance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from marketplace.audit.queries import latest_checkpoint
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.reconciliation.models import OwnAccount
from procurement.reconciliation.queries import DayReport, report
from procurement.settlement.models import Journal, OutsidePayment, UnmatchedMoney
from procurement.settlement.queries import trial_balance
from procurement.statistics.models import CashlessDay


def regions_with_money() -> list[Region]:
    """Regions that have an account of their own or whose books moved."""
    own, moved = OwnAccount.objects.values("region_id"), Journal.objects.values("region_id")
    return list(Region.objects.filter(Q(pk__in=own) | Q(pk__in=moved)).order_by("klpd_code"))


def make_day(region: Region, day: date) -> CashlessDay:
    """Make the proof of a region's day, anew if there was one: statements arrive later than payments."""
    told = report(region, day)
    books = trial_balance(region.pk)
    outside = OutsidePayment.objects.filter(region=region, state="APPROVED", dated__year=day.year).aggregate(
        count=Count("pk"), rupiah=Sum("amount", default=0)
    )
    open_money = UnmatchedMoney.objects.filter(region=region).exclude(state="RESOLVED")
    unmatched = open_money.aggregate(count=Count("pk"), sen=Sum("amount", default=0))
    made, _new = CashlessDay.objects.update_or_create(
        region=region,
        day=day,
        defaults={
            "made_at": clock.now(),
            "checkpoint": latest_checkpoint(),
            "closed": told.closed,
            "told": without_references(told),
            "debit": sum(row.debit for row in books),
            "credit": sum(row.credit for row in books),
            "outside": outside["count"],
            "outside_rupiah": outside["rupiah"],
            "unmatched": unmatched["count"],
            "unmatched_sen": unmatched["sen"],
        },
    )
    return made


def without_references(told: DayReport) -> dict[str, Any]:
    """The report for everybody: differences by kind and sum, accounts without name or balance."""
    whole = told.told()
    differences: dict[str, dict[str, Any]] = {}
    for each in whole.pop("differences"):
        kind = differences.setdefault(each["kind"], {"label": each["label"], "count": 0, "sen": 0})
        kind["count"] += 1
        kind["sen"] += abs(each["sen"])
    accounts = whole.pop("accounts")
    return {
        **whole,
        "accounts": len(accounts),
        "covered": sum(each["covered"] for each in accounts),
        "differences": differences,
    }
