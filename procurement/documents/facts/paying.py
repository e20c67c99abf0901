"""Papers of money: payment certificate, bill, receipt, tax slip."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from procurement.documents.facts.goods import PricedLine
from procurement.documents.facts.parties import Bank, Header, Officer


class BaPembayaran(Header):
    """The payment certificate: what is due, what is held back, what is paid."""

    ppk: Officer
    bast: str
    bast_date: str
    value_due: int
    advance_recovered: int
    penalty: int
    retention: int
    amount_to_pay: int
    method: str
    progress_percent: int
    bank: Bank


class Invoice(Header):
    """The vendor's bill."""

    due_on: str
    lines: list[PricedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    bank: Bank
    bast: NotRequired[str]


class Kuitansi(Header):
    """The receipt. `duty_stamp` says whether an e-meterai is due (UU 10/2020: above 5.000.000)."""

    received_from: str
    total: int
    purpose: str
    bank: Bank
    duty_stamp: bool
    ledger_number: NotRequired[str]


class TaxLine(TypedDict):
    """One withheld or collected tax: base in rupiah, rate in words, legal rule, tax object code where it has one."""

    label: str
    base: int
    rate: str
    amount: int
    rule: str
    object_code: NotRequired[str]


class BuktiPotong(Header):
    """The slip for taxes withheld or collected from the vendor."""

    period: str
    withholder: str
    withholder_npwp: str
    taxes: list[TaxLine]
    total: int
    reference: str
