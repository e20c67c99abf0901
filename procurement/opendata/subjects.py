"""What entries of the log tell of, read together: so many queries for a batch, whatever the number of its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from marketplace.audit.models import Entry
from procurement.opendata.mapping.orders import Order, read_orders
from procurement.opendata.mapping.planning import Plan, read_plans
from procurement.opendata.mapping.tenders import Contest, read_contests
from procurement.purchasing.models import Purchase

ANNOUNCED = "package.announce"
"""The first entry of a package: nothing was bought from it yet."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Orders, competitions and plans by their ids; orders that money moved for, by their numbers, too."""

    orders: Mapping[int, Order]
    contests: Mapping[int, Contest]
    plans: Mapping[int, Plan]
    numbered: Mapping[str, int]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Self:
        """All that these entries tell of."""
        numbered = _numbered(entries)
        return cls(
            read_orders({*_ids(entries, "purchase"), *numbered.values()}),
            read_contests(_ids(entries, "competition")),
            read_plans(
                _ids(entries, "package"),
                bought_from=_ids([each for each in entries if each.act != ANNOUNCED], "package"),
            ),
            numbered,
        )

    def order(self, entry: Entry) -> Order:
        """The order an entry tells of."""
        return self.orders[int(entry.aggregate_id)]

    def contest(self, entry: Entry) -> Contest:
        """The competition an entry tells of."""
        return self.contests[int(entry.aggregate_id)]

    def plan(self, entry: Entry) -> Plan:
        """The plan an entry tells of."""
        return self.plans[int(entry.aggregate_id)]

    def paid(self, entry: Entry) -> Order | None:
        """The order that a journal moved money for; None where it is nobody's yet."""
        found = self.numbered.get(entry.facts["purchase"])
        return None if found is None else self.orders[found]


def _ids(entries: Sequence[Entry], room: str) -> set[int]:
    return {int(each.aggregate_id) for each in entries if each.act.startswith(f"{room}.")}


def _numbered(entries: Sequence[Entry]) -> dict[str, int]:
    """Order ids by number, of the orders that journals name."""
    named = {each.facts["purchase"] for each in entries if each.act.startswith("ledger.")}
    numbers = [number for number in named if number]
    return dict(Purchase.objects.filter(number__in=numbers).values_list("number", "pk")) if numbers else {}
