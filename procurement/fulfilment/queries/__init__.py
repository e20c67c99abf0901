"""Reads of deliveries for this room and those above."""

from __future__ import annotations

from procurement.fulfilment.queries.cards import panel
from procurement.fulfilment.queries.deliveries import (
    arrivals_of,
    asked_of,
    delivery_for,
    evidence_of,
    get_evidence_for,
    on_its_way,
    outstanding_of,
    shipments_of,
    unsent_of,
)

__all__ = [
    "arrivals_of",
    "asked_of",
    "delivery_for",
    "evidence_of",
    "get_evidence_for",
    "on_its_way",
    "outstanding_of",
    "panel",
    "shipments_of",
    "unsent_of",
]
