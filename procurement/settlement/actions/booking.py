"""Which accounts each event of a payment moves (design/settlement.md §3). Runs inside the caller's deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.workflow.door import Deed
from procurement.settlement.ledger.accounts import AccountName
from procurement.settlement.ledger.posting import Leg, Posted, credit, debit, post, reverse
from procurement.settlement.models import (
    AccountKind,
    Evidence,
    Instrument,
    Journal,
    OutsidePayment,
    PaymentAttempt,
    PaymentObligation,
    Payout,
    Posting,
    ProviderEvent,
    TaxLine,
)


def captured(
    deed: Deed, attempt: PaymentAttempt, number: str, received: int, event: ProviderEvent, *, owed: int
) -> Posted:
    """`received` sen came for an attempt: what is still `owed` goes to the order's escrow, the rest to suspense."""
    owed = min(received, owed)
    region = attempt.region_id
    return post(
        deed,
        Posting.CAPTURE,
        f"capture:{attempt.reference}",
        [
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, region), received),
            Leg(AccountName(AccountKind.ESCROW, region, number), -owed),
            Leg(AccountName(AccountKind.SUSPENSE_OVER, region), owed - received),
        ],
        region_id=region,
        purchase=number,
        instrument=Instrument(attempt.instrument),
        provider_event=event,
        memo=attempt.reference,
    )


def captured_late(
    deed: Deed, attempt: PaymentAttempt, number: str, received: int, event: ProviderEvent
) -> Posted:
    """`received` sen came for an attempt that had expired: never to escrow."""
    region = attempt.region_id
    return post(
        deed,
        Posting.CAPTURE_LATE,
        f"capture:{attempt.reference}",
        [
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, region), received),
            Leg(AccountName(AccountKind.SUSPENSE_LATE, region), -received),
        ],
        region_id=region,
        purchase=number,
        instrument=Instrument(attempt.instrument),
        provider_event=event,
        memo=attempt.reference,
    )


def fee(deed: Deed, attempt: PaymentAttempt, number: str, sen: int, event: ProviderEvent) -> Posted:
    """The provider keeps `sen` for itself."""
    region = attempt.region_id
    return post(
        deed,
        Posting.FEE,
        f"fee:{attempt.reference}",
        [
            Leg(AccountName(AccountKind.FEE_EXPENSE, region), sen),
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, region), -sen),
        ],
        region_id=region,
        purchase=number,
        provider_event=event,
        memo=attempt.reference,
    )


def released(deed: Deed, obligation: PaymentObligation, number: str, event: ProviderEvent) -> Posted:
    """The BAST stands: escrow becomes debts to the vendor, the tax office and, for lateness, the treasury."""
    source = debit(AccountName(AccountKind.ESCROW, obligation.region_id, number), obligation.gross)
    return post(
        deed,
        Posting.RELEASE,
        f"release:{number}",
        [source, *_owed(obligation, number)],
        region_id=obligation.region_id,
        purchase=number,
        provider_event=event,
    )


def recognised(deed: Deed, obligation: PaymentObligation, number: str) -> Posted:
    """LS: spending and the debts it makes, before the SP2D pays them."""
    spending = debit(AccountName(AccountKind.BUDGET_EXPENSE, obligation.region_id), obligation.gross)
    return post(
        deed,
        Posting.RECOGNISE,
        f"recognise:{number}",
        [spending, *_owed(obligation, number)],
        region_id=obligation.region_id,
        purchase=number,
    )


def paid_to_vendor(deed: Deed, obligation: PaymentObligation, number: str, evidence: Evidence) -> Posted:
    """The vendor's debt is settled by a document alone: by SP2D, or by a payment outside the system."""
    by_sp2d = evidence.kind == Evidence.Kind.SP2D
    source = AccountKind.TREASURY if by_sp2d else _source(obligation)
    return post(
        deed,
        Posting.SP2D if by_sp2d else Posting.PAYOUT,
        f"payout:{number}",
        [
            debit(AccountName(AccountKind.VENDOR_PAYABLE, obligation.region_id, number), obligation.net),
            credit(AccountName(source, obligation.region_id), obligation.net),
        ],
        region_id=obligation.region_id,
        purchase=number,
        instrument=Instrument.LS_SP2D if by_sp2d else Instrument.CMS_TRANSFER,
        evidence=evidence,
        memo=evidence.number,
    )


def payout_sent(deed: Deed, payout: Payout, number: str) -> Posted:
    """A transfer left for the bank: the debt is on its way and not cleared yet."""
    return post(
        deed,
        Posting.PAYOUT_SENT,
        f"payout-sent:{payout.reference}",
        [
            debit(AccountName(AccountKind.VENDOR_PAYABLE, payout.region_id, number), payout.amount),
            credit(AccountName(AccountKind.PAYOUT_CLEARING, payout.region_id, number), payout.amount),
        ],
        region_id=payout.region_id,
        purchase=number,
        instrument=Instrument.CMS_TRANSFER,
        memo=payout.reference,
    )


def settled_key(payout: Payout) -> str:
    """The key under which the arrival of a transfer is booked."""
    return f"payout-settled:{payout.reference}"


def payout_settled(deed: Deed, payout: Payout, number: str, proof: Mapping[str, Any]) -> Posted:
    """A transfer arrived, as `proof` says: the one keyword argument of `post` that names it (a line by its id)."""
    return post(
        deed,
        Posting.PAYOUT,
        settled_key(payout),
        [
            debit(AccountName(AccountKind.PAYOUT_CLEARING, payout.region_id, number), payout.amount),
            credit(AccountName(AccountKind.BANK, payout.region_id), payout.amount),
        ],
        region_id=payout.region_id,
        purchase=number,
        instrument=Instrument.CMS_TRANSFER,
        memo=payout.reference,
        **proof,
    )


def payout_returned(deed: Deed, payout: Payout, reason: str) -> None:
    """The bank gave a transfer back: its bookings are reversed, the latest first, and the debt stands again."""
    keys = (settled_key(payout), f"payout-sent:{payout.reference}")
    booked = Journal.objects.filter(idem_key__in=keys).order_by("-pk")
    for journal in booked:
        reverse(deed, journal, memo=f"{payout.reference}: {reason}"[:200])


def tax_deposited(deed: Deed, obligation: PaymentObligation, number: str, tax: TaxLine) -> Posted:
    """A withheld tax reached the state treasury under its NTPN."""
    source = _source(obligation)
    return post(
        deed,
        Posting.TAX_DEPOSIT,
        f"tax:{tax.pk}",
        [
            debit(AccountName(AccountKind.TAX_PAYABLE, obligation.region_id, tax_code=tax.code), tax.amount),
            credit(AccountName(source, obligation.region_id), tax.amount),
        ],
        region_id=obligation.region_id,
        purchase=number,
        instrument=Instrument.LS_SP2D if obligation.profile == "LS" else Instrument.CMS_TRANSFER,
        memo=f"NTPN {tax.ntpn}",
    )


def _source(obligation: PaymentObligation) -> AccountKind:
    """Whose money pays: ours held in escrow, or the treasury's where the payment went past the system or by LS."""
    outside = OutsidePayment.objects.filter(obligation=obligation, state="APPROVED")
    past_us = obligation.profile == "LS" or outside.exists()
    return AccountKind.TREASURY if past_us else AccountKind.BANK


def _owed(obligation: PaymentObligation, number: str) -> list[Leg]:
    region = obligation.region_id
    taxes: dict[str, int] = {}
    for line in obligation.plan.lines:
        if line.withheld:
            taxes[line.code] = taxes.get(line.code, 0) + line.amount
    return [
        credit(AccountName(AccountKind.VENDOR_PAYABLE, region, number), obligation.net),
        credit(AccountName(AccountKind.PENALTY_PAYABLE, region), obligation.penalty),
        *(
            credit(AccountName(AccountKind.TAX_PAYABLE, region, tax_code=code), amount)
            for code, amount in sorted(taxes.items())
        ),
    ]
