"""Verbs of settlement. Each opens its own deed and is called outside a transaction."""

from procurement.settlement.actions.billing import (
    approve_payment,
    issue_invoice,
    return_invoice,
    verify_invoice,
)
from procurement.settlement.actions.gateway import expire_attempt, send_attempt, start_payment, sync_attempt
from procurement.settlement.actions.inbox import replay_events
from procurement.settlement.actions.notifications import process_event, receive_notification
from procurement.settlement.actions.resolving import (
    agree_resolution,
    propose_resolution,
    take_money,
    turn_down_resolution,
)
from procurement.settlement.actions.together import approve_payment_together
from procurement.settlement.actions.treasury import Proof, record_deposit, record_evidence, verify_evidence

__all__ = [
    "Proof",
    "agree_resolution",
    "approve_payment",
    "approve_payment_together",
    "expire_attempt",
    "issue_invoice",
    "process_event",
    "propose_resolution",
    "receive_notification",
    "record_deposit",
    "record_evidence",
    "replay_events",
    "return_invoice",
    "send_attempt",
    "start_payment",
    "sync_attempt",
    "take_money",
    "turn_down_resolution",
    "verify_evidence",
    "verify_invoice",
]
