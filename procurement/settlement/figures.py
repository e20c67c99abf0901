"""Reads the figures of one order out of its journals: one query."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Sum

from marketplace.core.money import SEN_PER_RUPIAH
from procurement.settlement.models import AccountKind, Entry, PaymentObligation, Posting
from procurement.settlement.status import Figures

_SUSPENSE = (AccountKind.SUSPENSE_OVER, AccountKind.SUSPENSE_LATE, AccountKind.SUSPENSE_UNIDENTIFIED)
_BROUGHT = (Posting.CAPTURE, Posting.CAPTURE_LATE, Posting.CAPTURE_UNIDENTIFIED)


def figures_of(obligation: PaymentObligation, number: str) -> Figures:
    """What the books say of the order `number`: sen."""
    rows = (
        Entry.objects.filter(journal__purchase_number=number)
        .values_list("journal__kind", "journal__reverses__kind", "account__kind")
        .annotate(sen=Sum("amount"))
    )
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for kind, reversed_kind, account, sen in rows:
        moved[reversed_kind or kind, account] += sen  # a reversal takes back what it mirrors

    def stands(account: AccountKind) -> int:
        return sum(sen for (_kind, name), sen in moved.items() if name == account)

    clearing = AccountKind.PROVIDER_CLEARING
    suspense = -sum(stands(account) for account in _SUSPENSE)
    found = moved[Posting.REATTACH, AccountKind.SUSPENSE_UNIDENTIFIED]
    return Figures(
        gross=obligation.gross * SEN_PER_RUPIAH,
        # money of nobody joined this order without a capture of its own under its number
        paid_in=sum(moved[kind, clearing] for kind in _BROUGHT) + found,
        escrow=-stands(AccountKind.ESCROW),
        released=moved[Posting.RELEASE, AccountKind.ESCROW]
        + moved[Posting.RECOGNISE, AccountKind.BUDGET_EXPENSE],
        owed=-stands(AccountKind.VENDOR_PAYABLE),
        net=obligation.net * SEN_PER_RUPIAH,
        refund_due=-stands(AccountKind.REFUND_PAYABLE),
        refunded=-moved[Posting.REFUND, clearing],
        lost=-moved[Posting.DISPUTE_LOST, AccountKind.DISPUTES_RECEIVABLE],
        recovered=stands(AccountKind.VENDOR_RECEIVABLE),
        suspense=suspense + found,
        disputed=stands(AccountKind.DISPUTES_RECEIVABLE),
    )
