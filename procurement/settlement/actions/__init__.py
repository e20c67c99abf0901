"""Verbs of settlement. Each opens its own deed and is called outside a transaction."""

from procurement.settlement.actions.billing import (
    approve_payment,
    issue_invoice,
    return_invoice,
    verify_invoice,
)
from procurement.settlement.actions.deposits import Receipt, record_deposit, record_deposits
from procurement.settlement.actions.exporting import export_withholding
from procurement.settlement.actions.gateway import (
    expire_attempt,
    send_attempt,
    start_payment,
    sync_attempt,
    withdraw_payment,
)
from procurement.settlement.actions.notifications import process_event, receive_notification
from procurement.settlement.actions.together import approve_payment_together, start_payment_together
from procurement.settlement.actions.treasury import (
    MAX_FILE_BYTES,
    Proof,
    act_on_evidence,
    check_proof,
    confirm_evidence,
    evidence_refusal,
    keep_evidence,
    record_evidence,
    verify_evidence,
)
from procurement.settlement.authority import insist_on_authority

__all__ = [
    "MAX_FILE_BYTES",
    "Proof",
    "Receipt",
    "act_on_evidence",
    "approve_payment",
    "approve_payment_together",
    "check_proof",
    "confirm_evidence",
    "evidence_refusal",
    "expire_attempt",
    "export_withholding",
    "insist_on_authority",
    "issue_invoice",
    "keep_evidence",
    "process_event",
    "receive_notification",
    "record_deposit",
    "record_deposits",
    "record_evidence",
    "return_invoice",
    "send_attempt",
    "start_payment",
    "start_payment_together",
    "sync_attempt",
    "verify_evidence",
    "verify_invoice",
    "withdraw_payment",
]
