"""Papers of the regional treasury: NPD, SPP, SPM (Permendagri 77/2020). Amounts are whole rupiah."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from procurement.documents.facts.parties import Agency, Bank


class RequestedLine(TypedDict):
    """One order that is paid or replenished, or the one sum that is asked for."""

    description: str
    account_code: str
    amount: int


class Deduction(TypedDict):
    """What is kept back from the payee: a tax, or a penalty."""

    label: str
    amount: int


class Payee(TypedDict):
    """Who receives the money: the vendor (LS), or the unit's treasurer (UP, GU, TU)."""

    name: str
    npwp: NotRequired[str]
    bank: NotRequired[Bank]


class TreasuryPaper(TypedDict):
    """What all three carry. `total` is the gross sum; it is the net sum and all deductions."""

    place: str
    date: str
    fiscal_year: int
    agency: Agency
    mechanism: str
    mechanism_name: str
    purpose: str
    requested: list[RequestedLine]
    deductions: list[Deduction]
    total: int
    deducted: int
    net: int
    payee: Payee


class Npd(TreasuryPaper):
    """*Nota pencairan dana*: the PPTK asks the treasurer for money."""


class Spp(TreasuryPaper):
    """*Surat permintaan pembayaran*: the treasurer asks PA/KPA."""

    npd: NotRequired[str]


class Spm(TreasuryPaper):
    """*Surat perintah membayar*: PA/KPA orders the treasury to pay."""

    spp: str
    npd: NotRequired[str]
