"""Verbs of settlement. Each opens its own deed and is called outside a transaction."""

from procurement.settlement.actions.batches import (
    Gathered,
    approve_batch,
    cancel_batch,
    download_batch,
    make_batch,
    send_batch,
)
from procurement.settlement.actions.billing import (
    approve_payment,
    issue_invoice,
    return_invoice,
    verify_invoice,
)
from procurement.settlement.actions.gateway import expire_attempt, send_attempt, start_payment, sync_attempt
from procurement.settlement.actions.notifications import process_event, receive_notification
from procurement.settlement.actions.payouts import (
    approve_payout,
    cancel_payout,
    draw_up_payout,
    hold_payout,
    let_go_payout,
    prepare_payout,
    return_payout,
    send_payout,
    settle_payout,
)
from procurement.settlement.actions.together import approve_payment_together
from procurement.settlement.actions.treasury import Proof, record_deposit, record_evidence, verify_evidence

__all__ = [
    "Gathered",
    "Proof",
    "approve_batch",
    "approve_payment",
    "approve_payment_together",
    "approve_payout",
    "cancel_batch",
    "cancel_payout",
    "download_batch",
    "draw_up_payout",
    "expire_attempt",
    "hold_payout",
    "issue_invoice",
    "let_go_payout",
    "make_batch",
    "prepare_payout",
    "process_event",
    "receive_notification",
    "record_deposit",
    "record_evidence",
    "return_invoice",
    "return_payout",
    "send_attempt",
    "send_batch",
    "send_payout",
    "settle_payout",
    "start_payment",
    "sync_attempt",
    "verify_evidence",
    "verify_invoice",
]
