"""A vendor's own listings, a page at a time: by state, by words, from a key on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q

from marketplace.accounts.actors import Actor
from vendors.models import Listing
from vendors.queries.access import listings_for
from vendors.workflow import LISTING

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class OwnListings:
    """One page, the newest first. `older` is the query string of the next page; empty on the last."""

    listings: list[Listing]
    state: str
    text: str
    older: str
    first_page: bool

    @property
    def states(self) -> tuple[tuple[str, str], ...]:
        """What the list can be narrowed to."""
        return (("", "Semua"), *LISTING.choices)

    @classmethod
    def of(cls, actor: Actor, asked: Mapping[str, str]) -> OwnListings:
        """The page a query string asks for; what it cannot mean is passed over. One query."""
        state = asked.get("status", "") if asked.get("status", "") in dict(LISTING.choices) else ""
        text = " ".join(asked.get("q", "").split())[:60]
        before = asked.get("sebelum", "")
        found = listings_for(actor).order_by("-pk")
        if state:
            found = found.filter(state=state)
        if text:
            found = found.filter(Q(product__title__icontains=text) | Q(sku__istartswith=text))
        if before.isascii() and before.isdigit() and len(before) < 19:
            found = found.filter(pk__lt=int(before))
        rows = list(found[: PAGE + 1])
        told = {"status": state, "q": text}
        last = rows[PAGE - 1].pk if len(rows) > PAGE else None
        older = (
            urlencode({key: value for key, value in told.items() if value} | {"sebelum": last})
            if last
            else ""
        )
        return cls(rows[:PAGE], state, text, older, first_page=not before)
