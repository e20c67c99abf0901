"""Deposits of withheld taxes: one NTPN for one line, or for many lines of one tax and period, in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, doing
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking
from procurement.settlement.actions.paying import complete
from procurement.settlement.models import TaxDeposit, TaxLine
from procurement.settlement.tax_calendar import account_of

ONE_DEPOSIT = "Satu NTPN adalah bukti satu setoran: satu kode billing, satu kode akun pajak, satu masa pajak"
"""The rule that lines of one deposit follow (PMK 81/2024, treasury receipts)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on the treasury's receipt (bukti penerimaan negara)."""

    billing_code: str
    ntpn: str
    deposited_on: date


def record_deposit(
    *, actor: Actor, tax_line_id: int, billing_code: str, ntpn: str, deposited_on: date
) -> TaxLine:
    """Record that one withheld tax was deposited under its own NTPN. Raises as `record_deposits` does."""
    receipt = Receipt(billing_code, ntpn, deposited_on)
    record_deposits(actor=actor, tax_line_ids=[tax_line_id], receipt=receipt)
    return TaxLine.objects.select_related("deposit", "obligation").get(pk=tax_line_id)


def record_deposits(*, actor: Actor, tax_line_ids: Sequence[int], receipt: Receipt) -> TaxDeposit:
    """Record one deposit of withheld taxes of one code and period under one billing code and NTPN.

    Every line is booked by itself; an order whose last tax this was becomes complete. Raises Refused `tax.none`,
    `tax.mixed`, `tax.deposited`, `tax.not_paid_yet`, `tax.date`, `tax.ntpn`, `tax.billing`, `tax.ntpn_used`;
    TaxLine.DoesNotExist when one of the lines is another unit's. All or nothing.
    """
    actor.require(Role.TREASURER)
    receipt = Receipt(receipt.billing_code.strip(), receipt.ntpn.strip().upper(), receipt.deposited_on)
    _check(receipt)
    wanted = sorted(set(tax_line_ids))
    if not wanted:
        raise Refused(
            "tax.none", "Belum ada pajak yang dipilih.", fix="Centang pajak yang disetor dengan NTPN ini."
        )
    try:
        with doing(actor=actor) as deed:
            deposit, purchases = _deposited(deed, actor, wanted, receipt)
    except IntegrityError as broken:
        if "settlement_taxdeposit_ntpn_once" in str(broken):
            raise Refused(
                "tax.ntpn_used",
                f"NTPN {receipt.ntpn} sudah dipakai untuk setoran lain.",
                rule=ONE_DEPOSIT,
                fix="Periksa bukti setornya; beberapa pajak dengan satu NTPN dicatat bersama.",
            ) from broken
        raise
    for purchase in purchases:
        complete(purchase.pk)
    return deposit


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _deposited(
    deed: Deed, actor: Actor, wanted: list[int], receipt: Receipt
) -> tuple[TaxDeposit, list[Purchase]]:
    own = TaxLine.objects.filter(
        pk__in=wanted, obligation__purchase__organisation_id=actor.organisation_id or 0
    )
    ids = sorted(set(own.values_list("obligation__purchase_id", flat=True)))
    locked = Purchase.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    purchases = {purchase.pk: purchase for purchase in locked}
    lines = list(own.select_for_update(of=("self",)).select_related("obligation", "deposit").order_by("pk"))
    if len(lines) != len(wanted):
        raise TaxLine.DoesNotExist(f"{len(wanted) - len(lines)} of the taxes are not of this unit")
    for tax in lines:
        _depositable(purchases[tax.obligation.purchase_id], tax)
    _alike(lines)
    _within_period(lines[0].period, receipt.deposited_on)
    deposit = _made(deed, actor, lines, receipt)
    for tax in lines:
        purchase = purchases[tax.obligation.purchase_id]
        tax.deposit = deposit
        tax.save(update_fields=["deposit"])
        booking.tax_deposited(deed, tax.obligation, purchase.number, tax)
        deed.record("tax.deposit", tax, _facts(purchase, tax))
        enqueue("settlement.complete", {"purchase": purchase.pk}, key=f"tax:{tax.pk}")
    return deposit, list(purchases.values())


def _made(deed: Deed, actor: Actor, lines: Sequence[TaxLine], receipt: Receipt) -> TaxDeposit:
    first = lines[0]
    return TaxDeposit.objects.create(
        region_id=first.obligation.region_id,
        organisation_id=actor.organisation_id or 0,
        code=first.code,
        period=first.period,
        account=account_of(first.code, receipt.deposited_on, first.obligation.region_id),
        billing_code=receipt.billing_code,
        ntpn=receipt.ntpn,
        amount=sum(tax.amount for tax in lines),
        deposited_on=receipt.deposited_on,
        deposited_by_id=actor.user_id or 0,
        recorded_at=deed.at,
    )


def _check(receipt: Receipt) -> None:
    ntpn, billing_code = receipt.ntpn, receipt.billing_code
    if len(ntpn) != 16 or not ntpn.isascii() or not ntpn.isalnum():
        raise Refused(
            "tax.ntpn",
            "NTPN terdiri dari 16 huruf dan angka.",
            fix="Salin dari bukti penerimaan negara.",
            field="ntpn",
        )
    if len(billing_code) != 15 or not billing_code.isascii() or not billing_code.isdigit():
        raise Refused(
            "tax.billing",
            "Kode billing terdiri dari 15 angka.",
            fix="Salin dari lembar kode billing.",
            field="billing_code",
        )
    if receipt.deposited_on > clock.today():
        raise Refused(
            "tax.date",
            "Tanggal setor berada di masa depan.",
            fix="Salin dari bukti penerimaan negara.",
            field="deposited_on",
        )


def _alike(lines: Sequence[TaxLine]) -> None:
    """Refuse lines of several codes, periods or remitters: they cannot share one billing code."""
    kinds = {(tax.code, tax.period, tax.remitter) for tax in lines}
    if len(kinds) > 1:
        told = ", ".join(sorted({f"{code} {period:%m-%Y}" for code, period, _remitter in kinds}))
        raise Refused(
            "tax.mixed",
            f"Pajak yang dipilih tidak sejenis: {told}.",
            rule=ONE_DEPOSIT,
            fix="Catat tiap jenis pajak dan masa pajak dengan NTPN-nya sendiri.",
        )


def _within_period(period: date, deposited_on: date) -> None:
    """A tax is deposited once it was withheld: not before its period begins."""
    if deposited_on < period:
        raise Refused(
            "tax.date",
            f"Tanggal setor mendahului masa pajaknya, {period:%m-%Y}.",
            fix="Salin dari bukti penerimaan negara.",
            field="deposited_on",
        )


def _depositable(purchase: Purchase, tax: TaxLine) -> None:
    if tax.deposit is not None:
        raise Refused("tax.deposited", f"Setoran {tax.code} sudah dicatat dengan NTPN {tax.deposit.ntpn}.")
    if purchase.state != "PAID":
        raise Refused(
            "tax.not_paid_yet",
            f"Pajak pesanan {purchase.number} disetor setelah pesanan dibayar dan sebelum pesanan selesai.",
        )


def _facts(purchase: Purchase, tax: TaxLine) -> dict[str, object]:
    return {
        "code": tax.code,
        "amount_rupiah": tax.amount,
        "number": purchase.number,
        "ntpn": tax.ntpn,
        "billing_code": tax.billing_code,
        "deposited_on": tax.deposited_on.isoformat() if tax.deposited_on else "",
        "deposit": tax.deposit_id,
    }
