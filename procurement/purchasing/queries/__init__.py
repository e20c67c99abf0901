"""Reads of orders for this room and those above. Nothing else fetches an order for a person."""

from __future__ import annotations

from procurement.purchasing.queries.desk import desk_links, waiting_for
from procurement.purchasing.queries.holders import (
    delivery_holders,
    due_of,
    holder_of,
    in_words,
    with_deliveries,
)
from procurement.purchasing.queries.order_list import PAGE, Page, purchase_page, state_counts
from procurement.purchasing.queries.orders import (
    addresses_of,
    aggregate_id_of,
    committed_of_package,
    get_bare_purchase_for,
    get_purchase_for,
    last_delivery_of,
    may_read,
    may_take_over,
    promised_on,
    purchases_of,
)
from procurement.purchasing.queries.panels import Panel, panels_of
from procurement.purchasing.queries.together import (
    approvable_together,
    beyond_bulk,
    bulk_rule,
    not_together,
    ticked_purchase,
)

__all__ = [
    "PAGE",
    "Page",
    "Panel",
    "addresses_of",
    "aggregate_id_of",
    "approvable_together",
    "beyond_bulk",
    "bulk_rule",
    "committed_of_package",
    "delivery_holders",
    "desk_links",
    "due_of",
    "get_bare_purchase_for",
    "get_purchase_for",
    "holder_of",
    "in_words",
    "last_delivery_of",
    "may_read",
    "may_take_over",
    "not_together",
    "panels_of",
    "promised_on",
    "purchase_page",
    "purchases_of",
    "state_counts",
    "ticked_purchase",
    "waiting_for",
    "with_deliveries",
]
