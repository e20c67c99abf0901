"""Verbs of administration: appointments, dated rules, holidays, units."""

from __future__ import annotations

from marketplace.administration.actions.appointments import appoint, end_appointment
from marketplace.administration.actions.calendar import approve_holiday, propose_holiday, reject_holiday
from marketplace.administration.actions.people import Newcomer
from marketplace.administration.actions.rules import (
    approve_parameter,
    propose_parameter,
    reject_parameter,
)
from marketplace.administration.actions.units import set_unit_npwp

__all__ = [
    "Newcomer",
    "appoint",
    "approve_holiday",
    "approve_parameter",
    "end_appointment",
    "propose_holiday",
    "propose_parameter",
    "reject_holiday",
    "reject_parameter",
    "set_unit_npwp",
]
