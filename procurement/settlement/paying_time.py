"""Until when a vendor must be paid."""

from __future__ import annotations

from datetime import datetime

from marketplace.core import clock
from marketplace.regulation.queries import parameter, working_days_after
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
