"""What each kind of paper says: the shape of its facts (handbook §5), checked when the paper is issued.

Facts are plain JSON: text, whole numbers (rupiah, pieces), yes/no, lists and records. Days are written
`2026-10-08`, moments `2026-10-08T09:30:00+07:00`. A missing or wrongly shaped fact is a programming error and is
raised at issue time (`WrongFacts`), never at render time. Amounts in words are not facts: they are made from the
figures when the paper is printed, so the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NotRequired, TypedDict, get_args, get_origin, get_type_hints


class WrongFacts(ValueError):
    """Facts do not have the shape their paper needs: a programming error; the message names the place."""


class Agency(TypedDict):
    """The buying unit (SKPD or satuan kerja). `code` stands in the paper's number, such as `DISDIK`."""

    government: str
    name: str
    code: str
    address: str


class Vendor(TypedDict):
    """The seller. `npwp` has 16 digits; `nitku` 22."""

    name: str
    address: str
    npwp: str
    nib: str
    signatory: str
    position: str
    nitku: NotRequired[str]


class Officer(TypedDict):
    """An official named in the text of a paper."""

    name: str
    position: str
    decree: str
    nip: NotRequired[str]


class Signature(TypedDict):
    """One electronic signature. `caption` stands above it, such as “Pejabat Pembuat Komitmen”."""

    caption: str
    name: str
    position: str
    organisation: str
    signed_at: str
    decree: NotRequired[str]
    nip: NotRequired[str]


class PricedLine(TypedDict):
    """One ordered or accepted item. `total` is what is printed; the sum is checked."""

    name: str
    unit: str
    quantity: int
    unit_price: int
    total: int
    discount: NotRequired[int]
    product_id: NotRequired[str]
    specification: NotRequired[str]
    kbki: NotRequired[str]
    tkdn: NotRequired[str]


class ShippedLine(TypedDict):
    """One item on its way."""

    name: str
    unit: str
    quantity: int
    condition: str


class CountedLine(TypedDict):
    """One item as it was counted on arrival. ordered = good + damaged + short when nothing came too much."""

    name: str
    unit: str
    ordered: int
    received: int
    good: int
    damaged: int
    short: int


class AmountLine(TypedDict):
    """A named amount, such as an estimated tax."""

    label: str
    amount: int


class Delivery(TypedDict):
    """Where and to whom."""

    address: str
    receiver: str


class Clause(TypedDict):
    """One condition: a heading and its text."""

    title: str
    text: str


class Bank(TypedDict):
    """The vendor's verified account."""

    bank: str
    account: str
    holder: str


class Header(TypedDict):
    """What every paper carries at its head."""

    place: str
    date: str
    fiscal_year: int
    fund_source: str
    sub_activity: str
    account_code: str
    rup: str
    order: str
    agency: Agency
    vendor: Vendor
    package: NotRequired[str]
    order_paper: NotRequired[str]
    order_date: NotRequired[str]


class SuratPesanan(Header):
    """The purchase order, signed by PPK and vendor."""

    ppk: Officer
    lines: list[PricedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    tax_estimate: list[AmountLine]
    deliveries: list[Delivery]
    deliver_by: str
    warranty: str
    payment: str
    penalty: str
    clauses: list[Clause]


class SuratJalan(Header):
    """The delivery note that travels with the goods."""

    courier: str
    vehicle: str
    tracking: str
    shipped_on: str
    deliveries: list[Delivery]
    lines: list[ShippedLine]
    photos: list[str]
    remarks: NotRequired[str]


class TandaTerima(Header):
    """The receiver's count. `photos` are SHA-256 of the pictures taken."""

    arrived_at: str
    location: str
    lines: list[CountedLine]
    photos: list[str]
    remarks: str
    delivery_note: NotRequired[str]


class Bast(Header):
    """The hand-over certificate, signed by both."""

    ppk: Officer
    final: bool
    location: str
    checked_on: str
    lines: list[PricedLine]
    subtotal: int
    shipping: int
    ppn: int
    ppn_label: str
    total: int
    late_days: int
    penalty: int
    statement: str


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
    """One withheld or collected tax: base in rupiah, rate in words, legal rule."""

    label: str
    base: int
    rate: str
    amount: int
    rule: str


class BuktiPotong(Header):
    """The slip for taxes withheld or collected from the vendor."""

    period: str
    withholder: str
    withholder_npwp: str
    taxes: list[TaxLine]
    total: int
    reference: str


class BaPembatalan(Header):
    """The end of an order before its fulfilment. `ending` is *Penghentian* or *Pemutusan* in words."""

    ppk: Officer
    ending: str
    ground: str
    warnings: list[str]
    evaluation: str
    value_to_pay: int
    consequences: str


def check(shape: type, facts: Mapping[str, Any]) -> None:
    """Raise WrongFacts unless `facts` have the `shape` (a TypedDict of this module) and their sums agree."""
    _check_record(shape, facts, "facts")
    _check_sums(facts)


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS: Final = frozenset(
    {"date", "order_date", "deliver_by", "shipped_on", "checked_on", "bast_date", "due_on"}
)


def _check_record(shape: type, value: object, where: str) -> None:
    if not isinstance(value, Mapping):
        raise WrongFacts(f"{where}: a record is needed, not {type(value).__name__}")
    hints = get_type_hints(shape, include_extras=True)
    optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    missing = sorted(hints.keys() - optional - value.keys())
    unknown = sorted(value.keys() - hints.keys())
    if missing or unknown:
        raise WrongFacts(f"{where}: missing {missing}, unknown {unknown}")
    for name, member in value.items():
        hint = hints[name]
        _check_value(get_args(hint)[0] if name in optional else hint, member, f"{where}.{name}")
        if name in _DAYS and not _DAY.fullmatch(member):
            raise WrongFacts(f"{where}.{name}: a day is written 2026-10-08, not {member!r}")


def _check_value(hint: Any, value: object, where: str) -> None:
    if get_origin(hint) is list:
        if not isinstance(value, (list, tuple)):
            raise WrongFacts(f"{where}: a list is needed, not {type(value).__name__}")
        for index, member in enumerate(value):
            _check_value(get_args(hint)[0], member, f"{where}[{index}]")
    elif hint in (str, int, bool):
        # bool is an int in Python, but "yes" is no amount
        if type(value) is not hint:
            raise WrongFacts(f"{where}: {hint.__name__} is needed, not {type(value).__name__}")
    else:
        _check_record(hint, value, where)


def _check_sums(facts: Mapping[str, Any]) -> None:
    for holds, sentence in _SUMS:
        if not holds(facts):
            raise WrongFacts(sentence)


def _lines_add_up(facts: Mapping[str, Any]) -> bool:
    return "subtotal" not in facts or sum(line["total"] for line in facts["lines"]) == facts["subtotal"]


def _total_adds_up(facts: Mapping[str, Any]) -> bool:
    if "subtotal" not in facts:
        return True
    return bool(facts["subtotal"] + facts["shipping"] + facts["ppn"] == facts["total"])


def _taxes_add_up(facts: Mapping[str, Any]) -> bool:
    return "taxes" not in facts or sum(tax["amount"] for tax in facts["taxes"]) == facts["total"]


def _payment_adds_up(facts: Mapping[str, Any]) -> bool:
    if "amount_to_pay" not in facts:
        return True
    held_back = facts["advance_recovered"] + facts["penalty"] + facts["retention"]
    return bool(facts["value_due"] - held_back == facts["amount_to_pay"])


_SUMS: Final[tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...]] = (
    (_lines_add_up, "subtotal is not the sum of the lines"),
    (_total_adds_up, "total is not subtotal + shipping + ppn"),
    (_taxes_add_up, "total is not the sum of the taxes"),
    (_payment_adds_up, "amount_to_pay is not value_due less what is held back"),
)
