"""Reads of deliveries for this room and those above."""

from __future__ import annotations

from procurement.fulfilment.queries.cards import panel
from procurement.fulfilment.queries.deliveries import (
    arrivals_of,
    asked_of,
    counted_of,
    delivery_by_code,
    delivery_for,
    evidence_of,
    get_evidence_for,
    on_its_way,
    outstanding_of,
    shipments_of,
    undelivered_of,
    unsent_of,
)
from procurement.fulfilment.queries.worth import Acceptance, acceptance_of, newly_owed

__all__ = [
    "Acceptance",
    "acceptance_of",
    "arrivals_of",
    "asked_of",
    "counted_of",
    "delivery_by_code",
    "delivery_for",
    "evidence_of",
    "get_evidence_for",
    "newly_owed",
    "on_its_way",
    "outstanding_of",
    "panel",
    "shipments_of",
    "undelivered_of",
    "unsent_of",
]
