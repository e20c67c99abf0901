"""Verbs of oversight. Each opens its own deed and is called outside a transaction."""

from procurement.oversight.actions.answering import Deposit, answer
from procurement.oversight.actions.cases import add_member, finish_case, issue_report, open_case, resume_case
from procurement.oversight.actions.findings import (
    Text,
    confirm_finding,
    draft_finding,
    draft_recommendation,
    link_order,
    return_finding,
    revise_finding,
    withdraw_finding,
    withdraw_recommendation,
)
from procurement.oversight.actions.sampling import attach_sample, draw_sample, examine
from procurement.oversight.actions.statuses import (
    confirm_status,
    decline_status,
    propose_status,
    reopen,
    return_answer,
    verify_answer,
)

__all__ = [
    "Deposit",
    "Text",
    "add_member",
    "answer",
    "attach_sample",
    "confirm_finding",
    "confirm_status",
    "decline_status",
    "draft_finding",
    "draft_recommendation",
    "draw_sample",
    "examine",
    "finish_case",
    "issue_report",
    "link_order",
    "open_case",
    "propose_status",
    "reopen",
    "resume_case",
    "return_answer",
    "return_finding",
    "revise_finding",
    "verify_answer",
    "withdraw_finding",
    "withdraw_recommendation",
]
