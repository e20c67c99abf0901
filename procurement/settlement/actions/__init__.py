"""Verbs of settlement. Each opens its own deed and is called outside a transaction."""

from procurement.settlement.actions.billing import (
    approve_payment,
    issue_invoice,
    return_invoice,
    verify_invoice,
)
from procurement.settlement.actions.deposits import (
    Receipt,
    record_deposit,
    record_deposits,
)
from procurement.settlement.actions.exporting import (
    export_withholding,
)
from procurement.settlement.actions.gateway import (
    expire_attempt,
    send_attempt,
    start_payment,
    sync_attempt,
    withdraw_payment,
)
from procurement.settlement.actions.notifications import (
    process_event,
    receive_notification,
)
from procurement.settlement.actions.outside import (
    OutsideProof,
    approve_outside,
    examine_outside,
    outside_reasons,
    propose_outside,
    reject_outside,
    withdraw_outside,
)
from procurement.settlement.actions.reminding import (
    remind_payer,
)
from procurement.settlement.actions.together import (
    approve_payment_together,
    start_payment_together,
)
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
from procurement.settlement.authority import (
    insist_on_authority,
)

__all__ = [
    "MAX_FILE_BYTES",
    "OutsideProof",
    "Proof",
    "Receipt",
    "act_on_evidence",
    "approve_outside",
    "approve_payment",
    "approve_payment_together",
    "check_proof",
    "confirm_evidence",
    "evidence_refusal",
    "examine_outside",
    "expire_attempt",
    "export_withholding",
    "insist_on_authority",
    "issue_invoice",
    "keep_evidence",
    "outside_reasons",
    "process_event",
    "propose_outside",
    "receive_notification",
    "record_deposit",
    "record_deposits",
    "record_evidence",
    "reject_outside",
    "remind_payer",
    "return_invoice",
    "send_attempt",
    "start_payment",
    "start_payment_together",
    "sync_attempt",
    "verify_evidence",
    "verify_invoice",
    "withdraw_outside",
    "withdraw_payment",
]
