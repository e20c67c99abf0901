"""A transfer to a vendor is drawn up: for what the ledger owes, to one version of one account."""

from __future__ import annotations

from secrets import token_hex

from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, begin
from procurement.settlement.ledger.reports import held
from procurement.settlement.models import AccountKind, PaymentObligation, Payout
from procurement.settlement.payout_workflow import OPEN_PAYOUT
from vendors.models import BankAccount
from vendors.queries.accounts import verified_account


def draw_up(
    deed: Deed,
    obligation: PaymentObligation,
    number: str,
    *,
    to: BankAccount | None = None,
    replaces: Payout | None = None,
) -> Payout:
    """Draw up a transfer of all that the ledger owes the vendor of an order, inside a deed that holds the order.

    It goes `to` an account, by default the one the vendor may be paid to now. Raises Refused `payout.nothing_owed`,
    `payout.open` (one is on its way already) and `payout.no_account`.
    """
    owed = held(AccountKind.VENDOR_PAYABLE, number) // SEN_PER_RUPIAH
    if obligation.payouts.filter(state__in=OPEN_PAYOUT).exists():
        raise Refused(
            "payout.open",
            f"Transfer untuk pesanan {number} sudah disiapkan atau sedang berjalan.",
            fix="Selesaikan transfer itu; satu pesanan hanya punya satu transfer berjalan.",
        )
    if owed <= 0:
        raise nothing_owed(number)
    account = to or verified_account(obligation.purchase.vendor_id)
    if account is None:
        raise no_account()
    payout = begin(
        Payout(
            obligation=obligation,
            region_id=obligation.region_id,
            reference=f"TRF-{obligation.pk}-{token_hex(6)}",
            amount=owed,
            bank_account=account,
            replaces=replaces,
        ),
        at=deed.at,
    )
    deed.record(
        "payout.draw_up",
        payout,
        {
            "reference": payout.reference,
            "number": number,
            "amount_rupiah": owed,
            "bank_account_version": account.version,
            "replaces": replaces.reference if replaces else "",
        },
    )
    return payout


def nothing_owed(number: str) -> Refused:
    """The ledger owes the vendor of that order nothing."""
    return Refused(
        "payout.nothing_owed",
        f"Tidak ada utang kepada penyedia untuk pesanan {number}.",
        fix="Transfer disiapkan setelah dana pesanan dilepas.",
    )


def no_account() -> Refused:
    """There is no account that the vendor may be paid to."""
    return Refused(
        "payout.no_account",
        "Penyedia tidak punya rekening terverifikasi yang dapat dibayar sekarang.",
        rule="Pembayaran hanya ke rekening penyedia sendiri yang sudah diverifikasi",
        fix="Minta penyedia menambahkan rekening dan operator memverifikasinya.",
    )
