"""Until when a vendor must be paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from marketplace.core import clock
from marketplace.regulation.queries import is_working_day, parameter, working_days_after
from procurement.purchasing.models import Purchase


def pay_until(purchase: Purchase) -> datetime | None:
    """Until when the vendor must have the money; None before the BAST."""
    if purchase.bast_vendor_at is None:
        return None
    return paid_by(purchase.bast_vendor_at, region_id=purchase.region_id)


def paid_by(signed: datetime, *, region_id: int) -> datetime:
    """Until when a BAST signed at that moment must be paid: working days after it, a dated parameter."""
    days = parameter("payment.days_after_bast", on=clock.day_of(signed), region_id=region_id)
    return working_days_after(signed, int(days.value))


def last_working_day(today: date) -> date:
    """`today` on a working day; on others the working day before."""
    while not is_working_day(today):
        today -= timedelta(days=1)
    return today
