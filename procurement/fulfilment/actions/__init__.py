"""Verbs of delivery. Each opens the door itself and is called outside a transaction."""

from __future__ import annotations

from procurement.fulfilment.actions.acceptance import accept, sign_bast
from procurement.fulfilment.actions.deeming import deem_accepted, deem_due
from procurement.fulfilment.actions.ending import reject_goods, stop, terminate, warn
from procurement.fulfilment.actions.handing_over import hand_over
from procurement.fulfilment.actions.inspection import (
    accept_short,
    comment,
    inspect,
    replace,
    report_discrepancy,
)
from procurement.fulfilment.actions.receiving import Count, receive
from procurement.fulfilment.actions.shipping import ship

__all__ = [
    "Count",
    "accept",
    "accept_short",
    "comment",
    "deem_accepted",
    "deem_due",
    "hand_over",
    "inspect",
    "receive",
    "reject_goods",
    "replace",
    "report_discrepancy",
    "ship",
    "sign_bast",
    "stop",
    "terminate",
    "warn",
]
