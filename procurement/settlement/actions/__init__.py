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
from procurement.settlement.actions.inbox import (
    replay_events,
)
from procurement.settlement.actions.misfits import (
    to_ask,
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
from procurement.settlement.actions.payout_sending import (
    send_by_provider,
)
from procurement.settlement.actions.payouts import (
    approve_payout,
    cancel_payout,
    draw_up_payout,
    hold_payout,
    insist_held,
    insist_holdable,
    insist_returnable,
    let_go_payout,
    prepare_payout,
    return_payout,
    send_payout,
    settle_by_line,
)
from procurement.settlement.actions.reminding import (
    remind_payer,
)
from procurement.settlement.actions.resolving import (
    agree_resolution,
    propose_resolution,
    take_money,
    turn_down_resolution,
)
from procurement.settlement.actions.together import (
    approve_payment_together,
    start_payment_together,
)
from procurement.settlement.actions.treasury import (
    MAX_FILE_BYTES,
    Proof,
    act_on_evidence,
    check_not_before,
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
    "Gathered",
    "OutsideProof",
    "Proof",
    "Receipt",
    "act_on_evidence",
    "agree_resolution",
    "approve_batch",
    "approve_outside",
    "approve_payment",
    "approve_payment_together",
    "approve_payout",
    "cancel_batch",
    "cancel_payout",
    "check_not_before",
    "check_proof",
    "confirm_evidence",
    "download_batch",
    "draw_up_payout",
    "evidence_refusal",
    "examine_outside",
    "expire_attempt",
    "export_withholding",
    "hold_payout",
    "insist_held",
    "insist_holdable",
    "insist_on_authority",
    "insist_returnable",
    "issue_invoice",
    "keep_evidence",
    "let_go_payout",
    "make_batch",
    "outside_reasons",
    "prepare_payout",
    "process_event",
    "propose_outside",
    "propose_resolution",
    "receive_notification",
    "record_deposit",
    "record_deposits",
    "record_evidence",
    "reject_outside",
    "remind_payer",
    "replay_events",
    "return_invoice",
    "return_payout",
    "send_attempt",
    "send_batch",
    "send_by_provider",
    "send_payout",
    "settle_by_line",
    "start_payment",
    "start_payment_together",
    "sync_attempt",
    "take_money",
    "to_ask",
    "turn_down_resolution",
    "verify_evidence",
    "verify_invoice",
    "withdraw_outside",
    "withdraw_payment",
]
