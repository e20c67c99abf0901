"""The treasurer's cash book (BKU) of a unit, derived from the ledger's journals and the treasury's documents.

Nothing is posted for it: every line is what a journal or a verified SP2D says. Amounts are whole rupiah.

* UP, GU and TU reach the treasurer's account with their verified SP2D.
* An order paid from the imprest is spending of its gross; withheld taxes and penalties come in, and taxes go out
  again with their NTPN. So the bank pays net first and the taxes later, as in the worked order (handbook §12).
* An LS comes in and goes out at once: the treasury pays; its money never passes the treasurer's account.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from procurement.purchasing.models import Purchase
from procurement.settlement.models import AccountKind, Journal, Posting
from procurement.settlement.queries import TAX_LABELS
from procurement.treasury.models import PaymentRequest
from procurement.treasury.workflow import PAID_OUT

SHOWN: Final = (Posting.RELEASE, Posting.RECOGNISE, Posting.TAX_DEPOSIT)
FROM_IMPREST, BY_TREASURY = "UP", "LS"
EXPENSE, PAYABLE, PURSE, TREASURY = (
    gettext_lazy("Beban/Persediaan"),
    gettext_lazy("Utang Belanja Barang dan Jasa"),
    gettext_lazy("Kas di Bendahara Pengeluaran"),
    gettext_lazy("RK PPKD"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `balance` is the cash book's after it; `tax` says that the tax book holds it, `bank` the bank book.

    `account` is what the unit's own ledger calls the other side; empty: the debt to vendors.
    """

    at: datetime
    reference: str
    text: str
    receipt: int = 0
    spending: int = 0
    tax: bool = False
    bank: bool = True
    account: str = ""
    balance: int = 0

    @property
    def day(self) -> date:
        """Its Jakarta day."""
        return clock.day_of(self.at)


@dataclass(frozen=True, slots=True)
class Book:
    """One book over one month: opening + receipts − spending = closing."""

    opening: int
    rows: tuple[Row, ...]

    @property
    def receipts(self) -> int:
        """All that came in."""
        return sum(row.receipt for row in self.rows)

    @property
    def spending(self) -> int:
        """All that went out."""
        return sum(row.spending for row in self.rows)

    @property
    def closing(self) -> int:
        """What is left at the end."""
        return self.opening + self.receipts - self.spending


@dataclass(frozen=True, slots=True)
class Month:
    """The cash book of a unit's month with its two subsidiary books."""

    first: date
    cash: Book
    bank: Book
    tax: Book


def month_of(unit_id: int, first: date) -> Month:
    """The books of the unit for the month that begins on `first`: three queries, whatever the rows."""
    rows = all_rows(unit_id, until=_after(first))
    return Month(
        first,
        cash=_book(rows, first),
        bank=_book([row for row in rows if row.bank], first),
        tax=_book([row for row in rows if row.tax], first),
    )


def all_rows(unit_id: int, *, until: datetime) -> list[Row]:
    """Every line of the unit before that moment, oldest first, without balances."""
    rows = [*_from_journals(unit_id, until), *_from_requests(unit_id, until)]
    return sorted(rows, key=lambda row: row.at)


def _book(rows: Iterable[Row], first: date) -> Book:
    begin = clock.midnight(first)
    opening, shown = 0, []
    for row in rows:
        if row.at < begin:
            opening += row.receipt - row.spending
        else:
            shown.append(row)
    balance, told = opening, []
    for row in shown:
        balance += row.receipt - row.spending
        told.append(replace(row, balance=balance))
    return Book(opening, tuple(told))


def _after(first: date) -> datetime:
    days = calendar.monthrange(first.year, first.month)[1]
    following = date.fromordinal(first.toordinal() + days)
    return clock.midnight(following)


# ── what the journals say ────────────────────────────────────────────────────────────────────────────────────────
def _from_journals(unit_id: int, until: datetime) -> list[Row]:
    numbers = Purchase.objects.filter(organisation_id=unit_id).values("number")
    found = (
        Journal.objects.filter(
            Q(kind__in=SHOWN) | Q(reverses__kind__in=SHOWN), purchase_number__in=numbers, posted_at__lt=until
        )
        .select_related("reverses")
        .prefetch_related("entries__account")
        .order_by("posted_at", "pk")
    )
    return [row for journal in found for row in _rows_of(journal)]


def _rows_of(journal: Journal) -> list[Row]:
    """The lines of a journal; a reversal gives the same lines the other way round."""
    kind = journal.reverses.kind if journal.reverses else journal.kind
    if kind == Posting.TAX_DEPOSIT:
        rows = _deposit(journal)
    else:
        rows = _payment(journal, by_treasury=kind == Posting.RECOGNISE)
    if not journal.reverses:
        return rows
    text = _("Pembalikan: %(text)s")
    return [
        replace(row, receipt=row.spending, spending=row.receipt, text=text % {"text": row.text})
        for row in rows
    ]


def _legs(journal: Journal) -> list[tuple[str, str, int]]:
    """(kind of account, tax code, rupiah credited) of each leg; of a reversal as its original had them."""
    sign = -1 if journal.reverses else 1
    return [
        (entry.account.kind, entry.account.tax_code, -sign * entry.amount // SEN_PER_RUPIAH)
        for entry in journal.entries.all()
    ]


def _payment(journal: Journal, *, by_treasury: bool) -> list[Row]:
    number, at = journal.purchase_number, journal.posted_at
    legs = _legs(journal)
    gross = sum(-credited for _kind, _code, credited in legs if credited < 0)
    rows = []
    if by_treasury:
        rows.append(Row(at, number, _("Terima SP2D-LS"), receipt=gross, bank=False, account=str(TREASURY)))
    way = BY_TREASURY if by_treasury else FROM_IMPREST
    text = _("Belanja %(way)s, pesanan %(number)s") % {"way": way, "number": number}
    rows.append(Row(at, number, text, spending=gross, bank=not by_treasury))
    for kind, code, credited in sorted(legs):
        if kind == AccountKind.TAX_PAYABLE:
            text = _("Pungut %(tax)s") % {"tax": TAX_LABELS.get(code, code)}
            held = Row(at, number, text, receipt=credited, tax=True, bank=not by_treasury)
            rows.append(replace(held, account=_pfk(code)))
        elif kind == AccountKind.PENALTY_PAYABLE and not by_treasury:
            text = _("Denda keterlambatan")
            rows.append(Row(at, number, text, receipt=credited, account=_("Utang denda")))
    return rows


def _pfk(code: str) -> str:
    """What the unit's ledger calls a tax held for the state."""
    return _("Utang PFK - %(tax)s") % {"tax": TAX_LABELS.get(code, code)}


def _deposit(journal: Journal) -> list[Row]:
    by_treasury = any(kind == AccountKind.TREASURY for kind, _code, _sum in _legs(journal))
    return [
        Row(
            journal.posted_at,
            journal.purchase_number,
            _("Setor %(tax)s, %(proof)s") % {"tax": TAX_LABELS.get(code, code), "proof": journal.memo},
            spending=-credited,
            tax=True,
            bank=not by_treasury,
            account=_pfk(code),
        )
        for kind, code, credited in _legs(journal)
        if kind == AccountKind.TAX_PAYABLE
    ]


# ── what the treasury's documents say ────────────────────────────────────────────────────────────────────────────
def _from_requests(unit_id: int, until: datetime) -> list[Row]:
    found = PaymentRequest.objects.filter(
        organisation_id=unit_id, state__in=PAID_OUT, sp2d_verified_at__lt=until
    ).exclude(kind=PaymentRequest.Kind.LS)
    rows = []
    for request in found.order_by("pk"):
        assert request.sp2d_verified_at is not None
        text = _("Terima SP2D-%(kind)s") % {"kind": request.kind}
        came = Row(request.sp2d_verified_at, request.sp2d_number, text, receipt=request.net)
        rows.append(replace(came, account=str(TREASURY)))
        rows += _spent(request, until)
    return rows


def _spent(request: PaymentRequest, until: datetime) -> list[Row]:
    """What a TU was spent on, and what went back, once it is accounted for."""
    if request.accounted_on is None or request.spent is None:
        return []
    at = datetime.combine(request.accounted_on, time(23, 59), tzinfo=clock.JAKARTA)
    if at >= until:
        return []
    text, account = _("Belanja TU menurut LPJ"), str(EXPENSE)
    rows = [Row(at, request.account_number, text, spending=request.spent, account=account)]
    if request.returned:
        text, account = _("Setor sisa TU"), str(TREASURY)
        rows.append(Row(at, request.sts_number, text, spending=request.returned, account=account))
    return [row for row in rows if row.spending]


# ── the unit's own ledger ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Posted:
    """One side of an entry in the unit's ledger (handbook §12, PSAP names); exactly one of both sums is above zero."""

    at: datetime
    reference: str
    account: str
    debit: int = 0
    credit: int = 0

    @property
    def day(self) -> date:
        """Its Jakarta day."""
        return clock.day_of(self.at)


def unit_ledger(unit_id: int, *, until: datetime) -> list[Posted]:
    """The unit's journal as the handbook's settlement table has it, derived and never stored: four queries.

    The BAST makes the debt; the imprest pays it net and keeps the taxes as PFK until their NTPN; UP, GU and TU come
    from the treasury (RK PPKD); an LS is paid by the treasury whole.
    """
    rows = all_rows(unit_id, until=until)
    entries = [entry for row in rows for entry in _both_sides(row)]
    return sorted([*_debts(unit_id, until), *entries], key=lambda entry: entry.at)


def _debts(unit_id: int, until: datetime) -> list[Posted]:
    found = Purchase.objects.filter(
        organisation_id=unit_id, bast_vendor_at__lt=until, accepted_total__gt=0
    ).values_list("number", "bast_vendor_at", "accepted_total", "budget_line__rekening")
    entries = []
    for number, at, total, rekening in found.order_by("bast_vendor_at", "pk"):
        assert at is not None and total is not None
        entries.append(Posted(at, number, f"{EXPENSE} ({rekening})", debit=total))
        entries.append(Posted(at, number, str(PAYABLE), credit=total))
    return entries


def _both_sides(row: Row) -> list[Posted]:
    """A line of the cash book as an entry: cash on one side, what it is for on the other.

    LS lines that come in and go out meet in RK PPKD; their taxes are the treasury's and no debt of the unit.
    """
    if row.tax and not row.bank:
        return []
    other, cash = _accounts(row)
    if row.receipt:
        sides = [(cash, row.receipt, 0), (other, 0, row.receipt)]
    else:
        sides = [(other, row.spending, 0), (cash, 0, row.spending)]
    if other == cash:
        return []
    return [Posted(row.at, row.reference, account, debit, credit) for account, debit, credit in sides]


def _accounts(row: Row) -> tuple[str, str]:
    return row.account or str(PAYABLE), str(PURSE) if row.bank else str(TREASURY)
