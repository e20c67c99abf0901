"""What a vendor asks for one delivery to a place."""

from __future__ import annotations

from vendors.models import DeliveryCharge


def delivery_charges(vendor_id: int) -> dict[str, int]:
    """The charges in force by area code, "" for everywhere else: one query, whole rupiah before tax."""
    found = DeliveryCharge.objects.filter(vendor_id=vendor_id).order_by("valid_from", "pk")
    return dict(found.values_list("area_code", "amount"))


def delivery_charge(vendor_id: int, place_code: str) -> int:
    """The charge of one delivery to a place: that of the narrowest area named; 0 where the vendor names none."""
    charges = delivery_charges(vendor_id)
    parts = place_code.split(".") if place_code else []
    for size in range(len(parts), 0, -1):
        amount = charges.get(".".join(parts[:size]))
        if amount is not None:
            return amount
    return charges.get("", 0)


def charges_by_area(vendor_id: int) -> list[tuple[str, int]]:
    """The charges in force, areas by code, that for everywhere else last: one query."""
    return sorted(delivery_charges(vendor_id).items(), key=lambda each: (not each[0], each[0]))
