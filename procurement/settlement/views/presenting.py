"""Turns tax plans and balances into the rows that templates show."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import segno
from django.utils.translation import gettext as _

from procurement.settlement.models import TaxLine
from procurement.settlement.papers import TAX_LABELS, rate_in_words
from procurement.taxation.queries import TaxLine as PlannedTax
from procurement.taxation.queries import TaxPlan

REMITTERS = {"BENDAHARA": "Bendahara", "PLATFORM": "Platform", "VENDOR": "Penyedia"}


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One tax for people. `base` is whole rupiah, rounded down for show; the exact fraction stays in the plan."""

    label: str
    base: int
    rate: str
    amount: int
    remitter: str
    basis: str
    line: TaxLine | None = None


def qr_picture(text: str) -> str:
    """A QR code as the address of a picture that needs no file."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4))


def tax_rows(plan: TaxPlan, deposited: list[TaxLine] | None = None) -> list[TaxRow]:
    """The taxes of a plan, each with its deposit when there is one."""
    waiting = list(deposited or [])
    return [_row(tax, _take(waiting, tax)) for tax in plan.lines]


def _row(tax: PlannedTax, line: TaxLine | None) -> TaxRow:
    label = TAX_LABELS.get(tax.code, tax.code)
    if tax.base_kind == "NILAI_LAIN":
        label = _("%(tax)s (dasar nilai lain)") % {"tax": label}
    return TaxRow(
        label,
        int(Fraction(tax.base)),
        rate_in_words(tax.rate),
        tax.amount,
        REMITTERS[tax.remitter],
        tax.legal_basis,
        line,
    )


def _take(waiting: list[TaxLine], tax: PlannedTax) -> TaxLine | None:
    for line in waiting:
        if (line.code, line.rule_id) == (tax.code, tax.rule_id):
            waiting.remove(line)
            return line
    return None


def money_rows(plan: TaxPlan, penalty: int) -> list[dict[str, Any]]:
    """From the price to what the vendor receives, for `money_summary`."""
    rows: list[dict[str, Any]] = [{"label": _("Harga sebelum pajak"), "amount": plan.price}]
    rows += [
        {"label": TAX_LABELS.get(tax.code, tax.code), "amount": tax.amount}
        for tax in plan.lines
        if tax.on_top
    ]
    rows.append({"label": _("Dibayar anggaran"), "amount": plan.gross, "total": True})
    rows += [
        {"label": TAX_LABELS.get(tax.code, tax.code), "amount": -tax.amount, "note": _("dipungut/dipotong")}
        for tax in plan.lines
        if tax.withheld and tax.amount
    ]
    if penalty:
        rows.append({"label": _("Denda keterlambatan"), "amount": -penalty})
    rows.append({"label": _("Diterima penyedia"), "amount": plan.cash - penalty, "total": True})
    return rows
