"""From what is in a basket and where it goes to the lines of an order and the parts of each delivery. Pure.

A listing that costs differently at two places becomes two lines; a service in milestones becomes a line a milestone,
each with its part of the price. An offer for a whole order (how many, one sum for shipping, one last day) is laid out
over its deliveries. No unit and no rupiah is lost or made up on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from marketplace.core.transitions import Refused

WHOLE: Final = 10_000
"""Basis points of a whole price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One delivery that is asked for: where, by when, to whom (an appointment of the unit), how much of what.

    `quantities` maps listings to units; None takes everything. `title` and `share` (basis points of the price) make
    it a milestone of a service. `shipping` is whole rupiah before tax.
    """

    address: str
    place_code: str
    needed_by: date
    place_name: str = ""
    receiver_id: int | None = None
    quantities: Mapping[int, int] | None = None
    title: str = ""
    share: int | None = None
    shipping: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes one line: a listing, how many at which price (rupiah), how many of them per destination."""

    listing_id: int
    quantity: int
    unit_price: int
    milestone: str = ""
    by_destination: Mapping[int, int] = field(default_factory=dict)


def parts_of(
    wanted: Mapping[int, int],
    destinations: Sequence[Destination],
    price: Callable[[int, Destination], int],
) -> list[Part]:
    """Lay out `wanted` (listing → units) over the destinations; `price` tells a unit price at a destination.

    Raises Refused `not_all_delivered` when the destinations ask for more or less than is wanted,
    `milestones_incomplete` when shares of the price do not make up the whole.
    """
    if any(each.share is not None for each in destinations):
        return _milestones(wanted, destinations, price)
    parts: list[Part] = []
    for listing_id, units in wanted.items():
        asked = {
            index: units if each.quantities is None else each.quantities.get(listing_id, 0)
            for index, each in enumerate(destinations)
        }
        if sum(asked.values()) != units or min(asked.values()) < 0:
            raise Refused(
                "not_all_delivered",
                _(
                    "Jumlah yang dibagi ke alamat (%(asked)d) tidak sama dengan jumlah di keranjang (%(wanted)d)."
                )
                % {"asked": sum(asked.values()), "wanted": units},
                fix=_("Bagi semua barang ke alamat kirim, tidak kurang dan tidak lebih."),
            )
        at_price: dict[int, dict[int, int]] = {}
        for index, quantity in asked.items():
            if quantity:
                at_price.setdefault(price(listing_id, destinations[index]), {})[index] = quantity
        parts += [Part(listing_id, sum(by.values()), each, "", by) for each, by in at_price.items()]
    return parts


def _milestones(
    wanted: Mapping[int, int],
    destinations: Sequence[Destination],
    price: Callable[[int, Destination], int],
) -> list[Part]:
    shares = [each.share or 0 for each in destinations]
    if sum(shares) != WHOLE or min(shares) <= 0 or not all(each.title for each in destinations):
        raise Refused(
            "milestones_incomplete",
            _("Bagian harga semua tahap harus berjumlah 100 % dan setiap tahap bernama."),
            fix=_("Perbaiki persentase tahap, atau hapus tahap yang kosong."),
        )
    return [
        Part(listing_id, units, amount, each.title, {index: units})
        for listing_id, units in wanted.items()
        for index, (each, amount) in enumerate(
            zip(destinations, _split(price(listing_id, destinations[0]), shares), strict=True)
        )
    ]


def _split(amount: int, shares: Sequence[int]) -> list[int]:
    """Whole rupiah of each share; what rounding leaves belongs to the last."""
    parts = [amount * share // WHOLE for share in shares[:-1]]
    return [*parts, amount - sum(parts)]


def spread_units(now: Mapping[int, int], wanted: int) -> dict[int, int] | None:
    """Units by delivery when `wanted` are to be had in all: what comes on top goes to the last delivery, what falls
    away is taken from the last ones first. None where a delivery would be left with nothing.
    """
    spread, missing = dict(now), wanted - sum(now.values())
    for delivery in reversed(spread):
        change = missing if missing > 0 else max(missing, 1 - spread[delivery])
        spread[delivery] += change
        missing -= change
    return None if missing or min(spread.values()) < 1 else spread


def spread_shipping(now: Mapping[int, int], wanted: int) -> dict[int, int]:
    """Rupiah of shipping by delivery for one sum: in proportion to what each cost; rounding falls to the last paid."""
    before = sum(now.values())
    if not before:
        return dict(zip(now, [wanted, *[0] * (len(now) - 1)], strict=True))
    spread = {delivery: amount * wanted // before for delivery, amount in now.items()}
    last = [delivery for delivery, amount in now.items() if amount][-1]
    spread[last] += wanted - sum(spread.values())
    return spread


def spread_days(now: Mapping[int, date], wanted: date) -> dict[int, date]:
    """Days by delivery when all must be there by `wanted`: the last ones move to it, none comes later."""
    last = max(now.values())
    return {delivery: wanted if day == last else min(day, wanted) for delivery, day in now.items()}
