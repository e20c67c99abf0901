"""What the form can be begun with, read out of the request: nothing typed twice. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from procurement.competition.request.reading import read


@dataclass(frozen=True, slots=True)
class Proposal:
    """Read from a sentence; None or empty where it does not say. `price` in whole rupiah a unit."""

    item: str = ""
    quantity: int | None = None
    unit: str = ""
    price: int | None = None
    needed_by: date | None = None
    needed_at: time | None = None
    food: bool = False


def proposal_from(text: str, *, today: date) -> Proposal:
    """The largest number of things with its name, the first price for one, the first coming day and hour."""
    said = read(text, today=today)
    things = [each for each in said.quantities if not each.people]
    largest = max(things, key=lambda each: each.many, default=None)
    return Proposal(
        item=largest.phrase.capitalize() if largest else "",
        quantity=largest.many if largest else None,
        unit=_unit_of(largest.what, largest.phrase) if largest else "",
        price=next((each.rupiah for each in said.amounts if each.each), None),
        needed_by=next((day for day in said.days if day >= today), None),
        needed_at=said.clock,
        food=said.food,
    )


def _unit_of(what: str, phrase: str) -> str:
    """`80 nasi kotak` counts boxes, `20 rim kertas` reams."""
    if "kotak" in (what, *phrase.split()):
        return "kotak"
    return what if what != phrase.split(" ")[0] else "buah"
