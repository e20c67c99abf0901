"""Which account a vendor is paid to."""

from __future__ import annotations

from vendors.models import BankAccount


def verified_account(vendor_id: int) -> BankAccount | None:
    """The newest verified version of a vendor's bank account: the only one that may be paid to."""
    return (
        BankAccount.objects.filter(vendor_id=vendor_id, verified_at__isnull=False)
        .order_by("-version")
        .first()
    )
