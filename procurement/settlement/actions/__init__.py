"""Verbs of settlement. Each opens its own deed and is called outside a transaction."""

from procurement.settlement.actions.billing import (
    approve_payment,
    issue_invoice,
    return_invoice,
    verify_invoice,
)
from procurement.settlement.actions.gateway import expire_attempt, send_attempt, start_payment, sync_attempt
from procurement.settlement.actions.notifications import process_event, receive_notification
from procurement.settlement.actions.outside import (
    OutsideProof,
    approve_outside,
    examine_outside,
    outside_reasons,
    propose_outside,
    reject_outside,
    withdraw_outside,
)
from procurement.settlement.actions.reminding import remind_payer
from procurement.settlement.actions.together import approve_payment_together
from procurement.settlement.actions.treasury import Proof, record_deposit, record_evidence, verify_evidence

__all__ = [
    "OutsideProof",
    "Proof",
    "approve_outside",
    "approve_payment",
    "approve_payment_together",
    "examine_outside",
    "expire_attempt",
    "issue_invoice",
    "outside_reasons",
    "process_event",
    "propose_outside",
    "receive_notification",
    "record_deposit",
    "record_evidence",
    "reject_outside",
    "remind_payer",
    "return_invoice",
    "send_attempt",
    "start_payment",
    "sync_attempt",
    "verify_evidence",
    "verify_invoice",
    "withdraw_outside",
]
