"""Which account a vendor is paid to."""

from __future__ import annotations

from django.db.models import Q

from marketplace.core import clock
from vendors.models import BankAccount


def verified_account(vendor_id: int) -> BankAccount | None:
    """The newest version of a vendor's bank account that may be paid to now; None when there is none.

    The first version: verified. A later one: verified by one operator, approved by another, its waiting time over, and
    not stopped by the owner. A row whose number no longer fits its keyed hash is never paid to.
    """
    usable = Q(version=1) | Q(approved_at__isnull=False, usable_from__lte=clock.now())
    newest = (
        BankAccount.objects.filter(
            usable, vendor_id=vendor_id, verified_at__isnull=False, stopped_at__isnull=True
        )
        .order_by("-version")
        .first()
    )
    return newest if newest is not None and newest.is_as_recorded() else None
