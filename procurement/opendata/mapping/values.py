"""Amounts and kinds as OCDS writes them."""

from __future__ import annotations

from typing import Any, Final

from procurement.planning.models import Package
from vendors.models import Listing, Vendor

SCALE: Final = {
    Vendor.Size.MICRO: "micro",
    Vendor.Size.SMALL: "sme",
    Vendor.Size.MEDIUM: "sme",
    Vendor.Size.COOPERATIVE: "sme",
}
"""Size of an enterprise → code of the party scale extension."""

CATEGORY_OF_PACKAGE: Final = {
    Package.Kind.GOODS: "goods",
    Package.Kind.CONSTRUCTION: "works",
    Package.Kind.CONSULTANCY: "services",
    Package.Kind.SERVICES: "services",
}
_GOODS: Final = {Listing.Kind.GOODS}


def rupiah(amount: int) -> dict[str, Any]:
    """Whole rupiah as a value."""
    return {"amount": amount, "currency": "IDR"}


def category_of(kinds: list[str]) -> str:
    """`goods` or `services`: what most of the items are."""
    goods = sum(kind in _GOODS for kind in kinds)
    return "goods" if goods * 2 >= len(kinds) else "services"
