"""The parties of a process. A party's roles are told whole each time: merging replaces the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from marketplace.accounts.models import Organisation
from marketplace.regulation.models import Region
from marketplace.regulation.places import area_name
from procurement.opendata import identity
from procurement.opendata.identity import PartyName
from procurement.opendata.mapping.orders import Seller
from procurement.opendata.mapping.values import SCALE

PROVINCE, CITY = 2, 5
"""Lengths of the codes of a province and of a city: smaller places are not told of a business in somebody's house."""
BUYING: Final = ("buyer", "procuringEntity")
PAYING: Final = (*BUYING, "payer")
OFFERING: Final = ("tenderer",)
WINNING: Final = ("tenderer", "supplier")
PAID: Final = ("tenderer", "supplier", "payee")


def unit(organisation: Organisation, region: Region, roles: Sequence[str]) -> dict[str, Any]:
    """A working unit."""
    party = _party(identity.unit(organisation, region), roles)
    return {**party, "address": {"region": region.name, "countryName": "Indonesia"}}


def vendor(seller: Seller, roles: Sequence[str]) -> dict[str, Any]:
    """A vendor with its scale, and its city."""
    address = {"countryName": "Indonesia"}
    if len(seller.place_code) >= CITY:
        address["locality"] = area_name(seller.place_code[:CITY])
    if len(seller.place_code) >= PROVINCE:
        address["region"] = area_name(seller.place_code[:PROVINCE])
    party = _party(seller.name, roles)
    return {**party, "address": address, "details": {"scale": SCALE[seller.size]}}  # type: ignore[index]


def account(name: PartyName, roles: Sequence[str]) -> dict[str, Any]:
    """An account that money passes through: escrow, or a treasury."""
    return _party(name, roles)


def _party(name: PartyName, roles: Sequence[str]) -> dict[str, Any]:
    return {
        **name.reference,
        "identifier": {"scheme": name.scheme, "id": name.id, "legalName": name.name},
        "roles": list(roles),
    }
