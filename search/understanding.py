"""What a question says beside the thing: a wished price, a quantity, a place. Pure but for the names of places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.said_places import read_place
from search.said_prices import read_price, read_quantity


@dataclass(frozen=True, slots=True)
class Understood:
    """A text with price, quantity and place taken out of it: `nasi kotak 50 rb` → `nasi kotak`, at most Rp50.000.

    Attributes:
        price_from, price_to: rupiah.
        place_code, place_label: where it is wanted; empty when the text does not say.
        quantity: how many pieces are wanted.
        with_place: the text with the place left in it, for when the place was none.
    """

    text: str
    price_to: int | None = None
    price_from: int | None = None
    place_code: str = ""
    place_label: str = ""
    quantity: int | None = None
    with_place: str = ""

    def without_place(self) -> Understood:
        """The same, the words of the place taken for words of the thing."""
        return replace(self, text=self.with_place or self.text, place_code="", place_label="")


def understand(text: str, *, home: Sequence[str] = ()) -> Understood:
    """Read price, quantity and place out of a question's text.

    Args:
        home: codes of the provinces the market's vendors sit in: of places of one name those are meant.

    What would leave no word to search for is not taken out. The caller gives a place up when it leaves no hit.
    """
    plainly = " ".join(text.casefold().split())
    price = read_price(plainly)
    rest, quantity = read_quantity(price.text)
    place = read_place(rest, home=home)
    left = place.text if place else rest
    if not re.search(r"[^\W\d]{2}", left):
        return Understood(text)
    if price.text == plainly and quantity is None and place is None:
        return Understood(text)
    return Understood(
        left,
        price_to=price.price_to,
        price_from=price.price_from,
        place_code=place.code if place else "",
        place_label=place.label if place else "",
        quantity=quantity,
        with_place=rest if place else "",
    )
