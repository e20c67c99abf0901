"""Orders whose money has moved, many at once, made straight in the database from one accepted order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from secrets import token_hex
from typing import Any

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.workflow.door import doing
from procurement.purchasing.models import Purchase
from procurement.settlement.ledger.accounts import AccountName, opened
from procurement.settlement.ledger.posting import Booking, Leg, post_many
from procurement.settlement.models import (
    AccountKind,
    Balance,
    Entry,
    Evidence,
    Invoice,
    Journal,
    PaymentAttempt,
    PaymentObligation,
    Payout,
    Posting,
    ProviderEvent,
    TaxDeposit,
    TaxLine,
)
from tests import people
from tests.settlement.orders import Case

_number = count(1)
MACHINE = Actor.system("Uji")


@dataclass
class Money:
    """One order's money; what does not fit its profile is None. Amounts of the rows are rupiah."""

    purchase: Purchase
    obligation: PaymentObligation
    attempt: Any = None
    payout: Any = None
    sp2d: Any = None
    tax: Any = None


def moved(
    case: Case,
    amounts: Sequence[int],
    *,
    profile: str = "GATEWAY",
    withheld: int = 0,
    book: bool = True,
    paid_out: bool = True,
) -> list[Money]:
    """Orders of the case's unit, paid: `amounts` is what the vendors receive, `withheld` tax is added to it.

    `book`: the captures stand in the books; `paid_out`: the vendors' transfers are on their way.
    """
    template = case.fresh()
    found = [
        Money(purchase, obligation)
        for purchase, obligation in _obligations(template, amounts, profile, withheld)
    ]
    if profile == "GATEWAY":
        _gateway(case, found, paid_out=paid_out)
        if book:
            _book(found)
    else:
        _treasury(case, found)
    if withheld:
        _taxes(found, withheld)
    return found


def _obligations(
    template: Purchase, amounts: Sequence[int], profile: str, withheld: int
) -> list[tuple[Purchase, PaymentObligation]]:
    now = clock.now()
    fields = {
        field.attname: getattr(template, field.attname)
        for field in Purchase._meta.concrete_fields
        if not field.primary_key
    }
    purchases = [
        Purchase(**{**fields, "number": f"EO-2026-{700_000 + next(_number):06d}", "state": "PAID"})
        for _amount in amounts
    ]
    Purchase.objects.bulk_create(purchases, batch_size=2_000)
    account = template.vendor.bank_accounts.first()
    invoices = [
        Invoice(
            purchase=purchase,
            number=f"TAGIHAN-{purchase.number}",
            price=amount + withheld,
            on_top=0,
            gross=amount + withheld,
            bank_account=account,
            receipt_number="K",
            issued_at=now,
        )
        for purchase, amount in zip(purchases, amounts, strict=True)
    ]
    Invoice.objects.bulk_create(invoices, batch_size=2_000)
    obligations = [
        PaymentObligation(
            purchase=invoice.purchase,
            region_id=template.region_id,
            invoice=invoice,
            profile=profile,
            gross=amount + withheld,
            withheld=withheld,
            net=amount,
            tax_plan={},
            profile_basis="uji",
            created_at=now,
        )
        for invoice, amount in zip(invoices, amounts, strict=True)
    ]
    PaymentObligation.objects.bulk_create(obligations, batch_size=2_000)
    return list(zip(purchases, obligations, strict=True))


def _gateway(case: Case, found: list[Money], *, paid_out: bool) -> None:
    now, maker, checker = clock.now(), people.user("Pembuat"), people.user("Pemeriksa")
    account = case.purchase.vendor.bank_accounts.first()
    for each in found:
        each.attempt = PaymentAttempt(
            obligation=each.obligation,
            region_id=each.obligation.region_id,
            state="CAPTURED",
            provider="snap",
            reference=f"BYR-{each.obligation.pk}-{token_hex(6)}",
            instrument="VIRTUAL_ACCOUNT",
            amount=each.obligation.gross,
            received=each.obligation.gross * 100,
            started_by_id=case.treasurer.user_id or 0,
            created_at=now,
        )
        each.payout = Payout(
            obligation=each.obligation,
            region_id=each.obligation.region_id,
            state="SENT",
            reference=f"TRF-{each.obligation.pk}-{token_hex(6)}",
            bank_account=account,
            amount=each.obligation.net,
            prepared_by=maker,
            approved_by=checker,
            sent_at=now,
            created_at=now,
        )
    PaymentAttempt.objects.bulk_create([each.attempt for each in found if each.attempt], batch_size=2_000)
    if paid_out:
        for start in range(0, len(found), 250):
            _owe(found[start : start + 250])
        Payout.objects.bulk_create([each.payout for each in found if each.payout], batch_size=2_000)


def _owe(found: Sequence[Money]) -> None:
    """The debts to the vendors in the books: no transfer stands without one."""
    bookings = []
    for each in found:
        region, number, sen = each.obligation.region_id, each.purchase.number, each.obligation.net * 100
        legs = (
            Leg(AccountName(AccountKind.BUDGET_EXPENSE, region), sen),
            Leg(AccountName(AccountKind.VENDOR_PAYABLE, region, number), -sen),
        )
        key = f"recognise:{number}"
        bookings.append(Booking(Posting.RECOGNISE, key, legs, region_id=region, purchase=number))
    with doing(actor=MACHINE) as deed:
        post_many(deed, bookings)


def _treasury(case: Case, found: list[Money]) -> None:
    maker, checker = people.user("Pencatat"), people.user("Pemeriksa")
    for each in found:
        number = next(_number)
        each.sp2d = Evidence(
            region_id=each.obligation.region_id,
            kind="SP2D",
            number=f"{number:05d}/SP2D/LS/1.02.0.00/2026",
            dated=clock.today(),
            amount=each.obligation.net,
            purchase_number=each.purchase.number,
            file_sha256=hashlib.sha256(str(number).encode()).hexdigest(),
            recorded_by=maker,
            recorded_at=clock.now(),
            verified_by=checker,
            verified_at=clock.now(),
        )
    Evidence.objects.bulk_create([each.sp2d for each in found if each.sp2d], batch_size=2_000)


def _taxes(found: list[Money], withheld: int) -> None:
    depositor = people.user("Bendahara")
    for each in found:
        each.tax = TaxDeposit(
            region_id=each.obligation.region_id,
            organisation_id=each.purchase.organisation_id,
            code="PPH22",
            period=clock.today().replace(day=1),
            billing_code=f"{820_000_000_000_000 + next(_number)}",
            ntpn=token_hex(8).upper(),
            amount=withheld,
            deposited_on=clock.today(),
            deposited_by=depositor,
            recorded_at=clock.now(),
        )
    lines = [
        TaxLine(
            obligation=each.obligation,
            code="PPH22",
            base="1",
            base_kind="HARGA",
            rate="1/100",
            rounding="FLOOR",
            amount=withheld,
            remitter="BENDAHARA",
            rule_id="x",
            rule_version=1,
            legal_basis="uji",
            withheld_on=clock.today(),
            deposit=each.tax,
        )
        for each in found
        if each.tax
    ]
    with transaction.atomic():  # a deposit stands with its lines only
        TaxDeposit.objects.bulk_create([each.tax for each in found if each.tax], batch_size=2_000)
        TaxLine.objects.bulk_create(lines, batch_size=2_000)


def _book(found: Sequence[Money], part: int = 250) -> None:
    """The captures in the books: provider clearing against escrow."""
    for start in range(0, len(found), part):
        with doing(actor=MACHINE):
            _book_part(found[start : start + part])


def _book_part(found: Sequence[Money]) -> None:
    events = [
        ProviderEvent(
            provider="snap",
            event_id=f"e{each.obligation.pk}",
            kind="paid",
            raw=b"{}",
            sha256="0" * 64,
            verdict="VERIFIED",
            received_at=clock.now(),
        )
        for each in found
    ]
    ProviderEvent.objects.bulk_create(events)
    region = found[0].obligation.region_id
    clearing = AccountName(AccountKind.PROVIDER_CLEARING, region)
    names = [clearing, *(AccountName(AccountKind.ESCROW, region, each.purchase.number) for each in found)]
    accounts = opened(names)
    journals = [
        Journal(
            idem_key=f"capture:{each.attempt.reference}",
            kind=Posting.CAPTURE,
            instrument="VIRTUAL_ACCOUNT",
            region_id=region,
            purchase_number=each.purchase.number,
            provider_event=event,
            fingerprint="0" * 64,
            posted_at=clock.now(),
        )
        for each, event in zip(found, events, strict=True)
        if each.attempt
    ]
    Journal.objects.bulk_create(journals)
    list(Balance.objects.filter(account__region_id=region).order_by("pk").select_for_update(of=("self",)))
    sen = [each.obligation.gross * 100 for each in found]
    escrow = [accounts[AccountName(AccountKind.ESCROW, region, each.purchase.number).code] for each in found]
    Entry.objects.bulk_create(
        [
            *(
                Entry(journal=j, account=accounts[clearing.code], amount=s)
                for j, s in zip(journals, sen, strict=True)
            ),
            *(Entry(journal=j, account=a, amount=-s) for j, a, s in zip(journals, escrow, sen, strict=True)),
        ]
    )


def balance(region_id: int, kind: AccountKind) -> int:
    """Sen on the region's account of that kind, debit positive."""
    return sum(
        Balance.objects.filter(account__region_id=region_id, account__kind=kind).values_list(
            "amount", flat=True
        )
    )


__all__ = ["Money", "balance", "moved"]
