"""Verbs of administration: appointments, dated rules, holidays."""

from __future__ import annotations

from marketplace.administration.actions.appointments import appoint, end_appointment
from marketplace.administration.actions.rules import (
    add_holiday,
    approve_parameter,
    propose_parameter,
    reject_parameter,
)

__all__ = [
    "add_holiday",
    "appoint",
    "approve_parameter",
    "end_appointment",
    "propose_parameter",
    "reject_parameter",
]
