"""Reads of orders for this room and those above. Nothing else fetches an order for a person."""

from __future__ import annotations

from procurement.purchasing.queries.desk import desk_links, waiting_for
from procurement.purchasing.queries.holders import delivery_holders, holder_of, in_words, with_deliveries
from procurement.purchasing.queries.orders import (
    PAGE,
    Page,
    addresses_of,
    aggregate_id_of,
    committed_of_package,
    get_purchase_for,
    last_delivery_of,
    may_read,
    may_take_over,
    promised_on,
    purchase_page,
    purchases_of,
)
from procurement.purchasing.queries.panels import Panel, panels_of

__all__ = [
    "PAGE",
    "Page",
    "Panel",
    "addresses_of",
    "aggregate_id_of",
    "committed_of_package",
    "delivery_holders",
    "desk_links",
    "get_purchase_for",
    "holder_of",
    "in_words",
    "last_delivery_of",
    "may_read",
    "may_take_over",
    "panels_of",
    "promised_on",
    "purchase_page",
    "purchases_of",
    "waiting_for",
    "with_deliveries",
]
