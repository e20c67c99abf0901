"""What an order was chosen from: the answers as they were seen, checked again, and today's answer beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.audit.models import Entry
from procurement.purchasing.models import Purchase, PurchaseLine
from procurement.purchasing.queries.orders import get_bare_purchase_for
from procurement.purchasing.queries.panels import Panel
from search.models import FrozenChoice
from search.queries import Again, asked_again, read_choice

SEERS = BUYING | {Role.AUDITOR, Role.OPERATOR}
"""Who sees what an order was chosen from: the unit's own people and the region's auditors; never the vendor."""


@dataclass(slots=True)
class Seen:
    """One frozen answer of an order with the lines chosen from it; `again` once it was asked for."""

    choice: FrozenChoice
    content: dict[str, Any]
    lines: list[PurchaseLine] = field(default_factory=list)
    again: Again | None = None

    @property
    def at(self) -> Any:
        """When it was shown."""
        return parse_datetime(self.content["at"])

    @property
    def chosen(self) -> set[int]:
        """Listings that were ordered from it."""
        return {line.listing_id for line in self.lines}


@dataclass(frozen=True, slots=True)
class Choices:
    """How the lines of an order were chosen."""

    purchase: Purchase
    seen: Sequence[Seen]
    directly: Sequence[PurchaseLine]


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """In short, on the order's page: which answer each line was chosen from. The lines were read with the order."""
    if actor.role not in SEERS:
        return None
    return Panel("purchasing/choices_panel.html", {"lines": list(purchase.lines.all())})


def choices_for(actor: Actor, number: str, *, again: int | None = None) -> Choices:
    """How an order was chosen. Raises Purchase.DoesNotExist for anybody who may not know.

    Args:
        again: the frozen choice to check and to ask again today.
    """
    if actor.role not in SEERS:
        raise Purchase.DoesNotExist
    purchase = get_bare_purchase_for(actor, number)
    lines = list(purchase.lines.select_related("choice"))
    seen: dict[int, Seen] = {}
    for line in lines:
        if line.choice is not None:
            known = seen.setdefault(line.choice.pk, Seen(line.choice, read_choice(line.choice)))
            known.lines.append(line)
    if again in seen:
        shown = seen[again]
        shown.again = asked_again(actor, shown.choice, hashes_in_log=_hashes_in_log(purchase))
    return Choices(purchase, list(seen.values()), [line for line in lines if line.choice is None])


def _hashes_in_log(purchase: Purchase) -> set[str]:
    """The hashes of answers that the order's first entry in the log holds."""
    entries = Entry.objects.filter(
        aggregate_type=Purchase.aggregate, aggregate_id=str(purchase.pk), act="purchase.submit"
    )
    return {line["choice"] for entry in entries for line in entry.facts["lines"] if line.get("choice")}
