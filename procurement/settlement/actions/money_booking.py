"""Which accounts money moves that did not fit, is given back or is disputed. Runs inside the caller's deed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, Sum

from marketplace.workflow.door import Deed
from procurement.settlement.ledger.accounts import AccountName
from procurement.settlement.ledger.posting import Leg, Posted, post
from procurement.settlement.ledger.reports import held
from procurement.settlement.models import (
    AccountKind,
    Entry,
    Journal,
    PaymentAttempt,
    Posting,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)

SUSPENSE_OF = {
    UnmatchedMoney.Kind.LATE: AccountKind.SUSPENSE_LATE,
    UnmatchedMoney.Kind.OVER: AccountKind.SUSPENSE_OVER,
    UnmatchedMoney.Kind.UNIDENTIFIED: AccountKind.SUSPENSE_UNIDENTIFIED,
}
"""Where money that did not fit lies; the other kinds lie nowhere, they are findings."""


def captured_unidentified(deed: Deed, region_id: int, sen: int, event: ProviderEvent) -> Posted:
    """`sen` came that nobody asked for: to suspense in the region of who runs the platform."""
    return post(
        deed,
        Posting.CAPTURE_UNIDENTIFIED,
        f"unidentified:{event.pk}",
        [
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, region_id), sen),
            Leg(AccountName(AccountKind.SUSPENSE_UNIDENTIFIED, region_id), -sen),
        ],
        region_id=region_id,
        provider_event=event,
    )


def reattached(deed: Deed, money: UnmatchedMoney, number: str) -> Posted:
    """Money in suspense goes to the escrow of its order, proved by the event that brought it."""
    assert money.region_id is not None  # who has no region has nothing in suspense
    source = SUSPENSE_OF[UnmatchedMoney.Kind(money.kind)]
    return post(
        deed,
        Posting.REATTACH,
        f"reattach:{money.pk}",
        [
            Leg(AccountName(source, money.region_id), money.amount),
            Leg(AccountName(AccountKind.ESCROW, money.region_id, number), -money.amount),
        ],
        region_id=money.region_id,
        purchase=number,
        provider_event=money.provider_event,
    )


def refund_due(deed: Deed, refund: Refund) -> Posted:
    """An approved refund is set aside: nobody else can spend it any more."""
    source = AccountKind(refund.source)
    order = refund.purchase_number if source == AccountKind.ESCROW else ""
    return post(
        deed,
        Posting.REFUND_DUE,
        f"refund-due:{refund.reference}",
        [
            Leg(AccountName(source, refund.region_id, order), refund.amount),
            Leg(
                AccountName(AccountKind.REFUND_PAYABLE, refund.region_id, refund.books_under), -refund.amount
            ),
        ],
        region_id=refund.region_id,
        purchase=refund.purchase_number,
        memo=refund.reference,
    )


def refunded(deed: Deed, refund: Refund, event: ProviderEvent) -> Posted:
    """The provider gave the money back."""
    return post(
        deed,
        Posting.REFUND,
        f"refund:{refund.reference}",
        [
            Leg(AccountName(AccountKind.REFUND_PAYABLE, refund.region_id, refund.books_under), refund.amount),
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, refund.region_id), -refund.amount),
        ],
        region_id=refund.region_id,
        purchase=refund.purchase_number,
        provider_event=event,
        memo=refund.reference,
    )


def refunded_outside(deed: Deed, refund: Refund, legs: Sequence[Leg], event: ProviderEvent) -> Posted:
    """The provider gave money back that we had not asked it to: `legs` say where it lay."""
    return post(
        deed,
        Posting.REFUND,
        f"refund:{refund.reference}",
        [*legs, Leg(AccountName(AccountKind.PROVIDER_CLEARING, refund.region_id), -refund.amount)],
        region_id=refund.region_id,
        purchase=refund.purchase_number,
        provider_event=event,
        memo=refund.reference,
    )


def dispute_opened(
    deed: Deed, attempt: PaymentAttempt, number: str, dispute: str, sen: int, event: ProviderEvent
) -> Posted:
    """The cardholder's bank took `sen` back for the time being."""
    return post(
        deed,
        Posting.DISPUTE,
        f"dispute:{attempt.provider}:{dispute}",
        [
            Leg(AccountName(AccountKind.DISPUTES_RECEIVABLE, attempt.region_id, number), sen),
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, attempt.region_id), -sen),
        ],
        region_id=attempt.region_id,
        purchase=number,
        provider_event=event,
        memo=attempt.reference,
    )


def dispute_closed(
    deed: Deed, opened: Journal, legs: Sequence[Leg], event: ProviderEvent, *, won: bool
) -> Posted:
    """The dispute is over: the money came back to us, or it is gone from where `legs` say it lay."""
    sen = sum(leg.amount for leg in legs)
    account = AccountName(AccountKind.DISPUTES_RECEIVABLE, opened.region_id, opened.purchase_number)
    return post(
        deed,
        Posting.DISPUTE_WON if won else Posting.DISPUTE_LOST,
        f"dispute-closed:{opened.pk}",
        [*legs, Leg(account, -sen)],
        region_id=opened.region_id,
        purchase=opened.purchase_number,
        provider_event=event,
        memo=opened.memo,
    )


def won_back(region_id: int, sen: int) -> list[Leg]:
    """A dispute that was won brings `sen` back to where payments come in."""
    return [Leg(AccountName(AccountKind.PROVIDER_CLEARING, region_id), sen)]


def loose(money: UnmatchedMoney) -> int:
    """Sen of money that did not fit which still lie in suspense, promised to nobody."""
    if money.kind not in SUSPENSE_OF or Journal.objects.filter(idem_key=f"reattach:{money.pk}").exists():
        return 0
    refunds = Refund.objects.filter(provider=money.provider_event.provider, payment_ref=money.payment_ref)
    by_refund = Q(journal__memo__in=refunds.values("reference"))
    by_dispute = Q(
        journal__kind=Posting.DISPUTE_LOST, journal__memo=money.attempt.reference if money.attempt else "-"
    )
    kind = SUSPENSE_OF[UnmatchedMoney.Kind(money.kind)]
    spent = Entry.objects.filter(by_refund | by_dispute, account__kind=kind).aggregate(sen=Sum("amount"))
    return max(money.amount - (spent["sen"] or 0), 0)


def where_it_lies(
    attempt: PaymentAttempt | None, money: Sequence[UnmatchedMoney], sen: int, *, region_id: int, number: str
) -> list[Leg]:
    """Debits for `sen` of a payment that are gone: out of suspense first, then escrow; the rest the vendor owes.

    Money that belongs to no order and lies in suspense no more has nobody to owe it: the debit is refused there.
    """
    legs: list[Leg] = []
    for each in money:
        part = min(loose(each), sen)
        if part:
            name = AccountName(SUSPENSE_OF[UnmatchedMoney.Kind(each.kind)], region_id)
            legs.append(Leg(name, part))
            sen -= part
    if attempt is None:
        return [*legs, Leg(AccountName(AccountKind.SUSPENSE_UNIDENTIFIED, region_id), sen)] if sen else legs
    part = min(held(AccountKind.ESCROW, number), sen)
    legs.append(Leg(AccountName(AccountKind.ESCROW, region_id, number), part))
    legs.append(Leg(AccountName(AccountKind.VENDOR_RECEIVABLE, region_id, number), sen - part))
    return legs
