"""Money that does not fit is kept visible from the moment it comes; too much of it is asked back by rule."""

from __future__ import annotations

from secrets import token_hex

from marketplace.accounts.models import Organisation
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.workflow.door import Deed, begin, doing, move_along
from procurement.settlement.actions import booking, money_booking
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.ledger.reports import held
from procurement.settlement.models import (
    AccountKind,
    Journal,
    PaymentAttempt,
    PaymentObligation,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.providers.base import Fact

Kind = UnmatchedMoney.Kind


def still_owed(attempt: PaymentAttempt) -> int:
    """Sen this attempt may bring to the order's escrow: nothing once the order is released, else what is missing.

    The obligation is locked, so that of two captures at once one is the first.
    """
    obligations = PaymentObligation.objects.select_for_update(of=("self",), no_key=True)
    obligation = obligations.select_related("purchase").get(pk=attempt.obligation_id)
    return missing(obligation)


def missing(obligation: PaymentObligation) -> int:
    """Sen that the escrow of an order still lacks; the caller has locked the obligation."""
    number = obligation.purchase.number
    if Journal.objects.filter(idem_key=f"release:{number}").exists():
        return 0
    return max(obligation.gross * SEN_PER_RUPIAH - held(AccountKind.ESCROW, number), 0)


def to_ask(obligation: PaymentObligation) -> int:
    """Whole rupiah that the order still lacks: all of it, or the rest after too little came."""
    return -(-missing(obligation) // SEN_PER_RUPIAH)


def book_late(attempt: PaymentAttempt, event: ProviderEvent, fact: Fact) -> None:
    """Money for an attempt that had expired: to suspense, once; told again with another amount, a contradiction."""
    known = UnmatchedMoney.objects.filter(attempt=attempt, kind=Kind.LATE).first()
    if known is not None:
        if known.amount != fact.amount:
            unmatched(event, Kind.CONTRADICTED, attempt, fact)
        return
    with doing(actor=CASHIER) as deed:
        locked = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
        if UnmatchedMoney.objects.filter(attempt=attempt, kind=Kind.LATE).exists():
            return
        number = locked.obligation.purchase.number
        booking.captured_late(deed, locked, number, fact.amount, event)
        locked.provider_ref = locked.provider_ref or fact.provider_ref
        locked.save(update_fields=["provider_ref"])
        record_unmatched(deed, event, Kind.LATE, locked, fact.amount, fact.provider_ref)


def unmatched(
    event: ProviderEvent, kind: UnmatchedMoney.Kind, attempt: PaymentAttempt | None, fact: Fact
) -> None:
    """Record a finding or unknown money once per event."""
    if UnmatchedMoney.objects.filter(provider_event=event).exists():
        return
    with doing(actor=CASHIER) as deed:
        ProviderEvent.objects.select_for_update(no_key=True).get(pk=event.pk)
        if UnmatchedMoney.objects.filter(provider_event=event).exists():
            return
        if kind == Kind.UNIDENTIFIED and _known_already(event, fact):
            return
        record_unmatched(deed, event, kind, attempt, fact.amount, fact.provider_ref)


def _known_already(event: ProviderEvent, fact: Fact) -> bool:
    """Whether the same payment of nobody was told before, by another event."""
    told = UnmatchedMoney.objects.filter(kind=Kind.UNIDENTIFIED, payment_ref=fact.provider_ref)
    return bool(fact.provider_ref) and told.filter(provider_event__provider=event.provider).exists()


def record_unmatched(
    deed: Deed,
    event: ProviderEvent,
    kind: UnmatchedMoney.Kind,
    attempt: PaymentAttempt | None,
    amount: int,
    payment_ref: str,
) -> None:
    """Keep `amount` sen visible until two persons have decided; what is too much is asked back at once."""
    region_id = attempt.region_id if attempt else _home_region()
    money = UnmatchedMoney(
        kind=kind,
        provider_event=event,
        attempt=attempt,
        amount=amount,
        region_id=region_id,
        payment_ref=payment_ref,
    )
    if kind == Kind.OVER:
        money.resolution, money.reason = UnmatchedMoney.Resolution.REFUND, OVER_REASON
        begin(money, at=deed.at, state="PROPOSED")
        request(deed, money, amount, OVER_REASON)
    else:
        begin(money, at=deed.at)
    if kind == Kind.UNIDENTIFIED and region_id is not None:
        money_booking.captured_unidentified(deed, region_id, amount, event)
    facts = {
        "kind": kind.value,
        "amount_rupiah": amount // SEN_PER_RUPIAH,
        "sen": amount,
        "reference": attempt.reference if attempt else "",
        "provider_event": event.pk,
    }
    deed.record("money.unmatched", money, facts)


OVER_REASON = "Kelebihan bayar selalu dikembalikan"


def _home_region() -> int | None:
    """The region of who runs the platform: the account with the provider is theirs."""
    operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR).order_by("pk")
    return operators.values_list("region_id", flat=True).first()


def request(
    deed: Deed, money: UnmatchedMoney, amount: int, reason: str, *, requested_by: int | None = None
) -> Refund:
    """Ask for money that did not fit to be given back, inside the caller's deed; None asks by rule."""
    assert money.region_id is not None  # who has no region has nothing in suspense
    attempt = money.attempt
    source = money_booking.SUSPENSE_OF.get(UnmatchedMoney.Kind(money.kind), AccountKind.ESCROW)
    refund = Refund(
        region_id=money.region_id,
        reference=f"KMB-{money.pk}-{token_hex(6)}",
        provider=money.provider_event.provider,
        payment_ref=money.payment_ref,
        attempt=attempt,
        unmatched=money,
        purchase_number=attempt.obligation.purchase.number if attempt else "",
        source=source.value,
        amount=amount,
        reason=reason,
        requested_by_id=requested_by,
    )
    begin(refund, at=deed.at)
    deed.record("refund.request", refund, told_of(refund))
    return refund


def told_of(refund: Refund) -> dict[str, object]:
    """What the log says of a refund."""
    return {
        "reference": refund.reference,
        "amount_rupiah": refund.amount // SEN_PER_RUPIAH,
        "sen": refund.amount,
        "purchase": refund.purchase_number,
        "source": str(refund.source),
    }


def ask_for_what_is_left(deed: Deed, money: UnmatchedMoney, left: int) -> None:
    """Part of the money is gone: a request for more than is left gives way to one for what is left."""
    for refund in money.refunds.filter(state="REQUESTED", amount__gt=left):
        move_along(as_cashier(deed), Refund, refund.pk, "reject", facts=told_of(refund))
        request(deed, money, left, refund.reason, requested_by=refund.requested_by_id)


def settle(deed: Deed, money: UnmatchedMoney, resolution: UnmatchedMoney.Resolution) -> None:
    """Money that did not fit is dealt with without a decision; a request that waits for one falls away."""
    for refund in money.refunds.filter(state="REQUESTED"):
        move_along(as_cashier(deed), Refund, refund.pk, "reject", facts=told_of(refund))
    UnmatchedMoney.objects.filter(pk=money.pk).update(resolution=resolution)
    facts = {"kind": str(money.kind), "resolution": resolution.value, "sen": money.amount}
    move_along(as_cashier(deed), UnmatchedMoney, money.pk, "settle", facts=facts)


def as_cashier(deed: Deed) -> Deed:
    """The same deed in the name of the books, for what follows from it by rule."""
    if deed.actor.role == CASHIER.role:
        return deed
    other = Deed(CASHIER)
    other.uuid, other.at = deed.uuid, deed.at
    return other
