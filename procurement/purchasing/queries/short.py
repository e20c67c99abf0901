"""Orders as a row of a list shows them: with the names of vendor, unit and package, and little else read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Model, QuerySet

from marketplace.accounts.models import Organisation
from procurement.planning.models import Package
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.holders import with_deliveries
from vendors.models import Vendor

_KEPT: Final[dict[str, tuple[type[Model], frozenset[str]]]] = {
    "vendor": (Vendor, frozenset({"id", "organisation"})),
    "vendor__organisation": (Organisation, frozenset({"id", "name"})),
    "organisation": (Organisation, frozenset({"id", "name"})),
    "package": (Package, frozenset({"id", "name"})),
}
_LONG: Final = (
    "tax_preview",
    "tax_facts",
    "reason_of_choice",
    "no_negotiation_reason",
    "additional_terms",
    "closing_reason",
)


def _left_out() -> Iterator[str]:
    yield from _LONG
    for way, (model, kept) in _KEPT.items():
        yield from (f"{way}__{each.name}" for each in model._meta.concrete_fields if each.name not in kept)


def in_short(found: QuerySet[Purchase]) -> QuerySet[Purchase]:
    """The same orders with what a row names, how far their deliveries are, and no long columns: one query."""
    named = with_deliveries(found).select_related(*_KEPT)
    return named.defer(*_left_out())
