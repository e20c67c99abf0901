"""The cash book derived from journals and SP2D: it adds up, taxes return to zero, the worked order has its numbers."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.workflow.door import doing
from procurement.settlement.actions import record_deposit
from procurement.settlement.ledger.posting import reverse
from procurement.settlement.models import Journal, PaymentObligation, TaxLine
from procurement.treasury import actions
from procurement.treasury.models import PaymentRequest
from procurement.treasury.queries import cover_of
from procurement.treasury.queries.cash_book import Book, Month, month_of, unit_ledger
from tests import people
from tests.settlement.orders import Case
from tests.settlement.test_gateway import paid
from tests.treasury.test_requests import ALL_STEPS, GROSS, NET, Desk

pytestmark = pytest.mark.django_db(transaction=True)
PPN, PPH22 = 2_068_000, 282_000
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def desk() -> Desk:
    return Desk(people.organisation())


class Days:
    """The clock stands on days of October 2026."""

    def __init__(self) -> None:
        self.stack = ExitStack()

    def on(self, day: int, hour: int = 9) -> None:
        """Go to that day."""
        self.stack.close()
        self.stack.enter_context(clock.frozen(datetime(2026, 10, day, hour, tzinfo=clock.JAKARTA)))


@pytest.fixture
def days() -> Any:
    made = Days()
    yield made
    made.stack.close()


def deposit_taxes(case: Case, day: int) -> None:
    """Every withheld tax of the order gets its NTPN."""
    for line in TaxLine.objects.filter(obligation__purchase=case.purchase):
        record_deposit(
            actor=case.treasurer,
            tax_line_id=line.pk,
            billing_code="820231123456789",
            ntpn=f"{line.pk:016d}",
            deposited_on=date(2026, 10, day),
        )


def worked(desk: Desk, days: Days, stripe: Any) -> Case:
    """The handbook's order: BAST on the 20th, paid from UP on the 22nd, taxes deposited on the 23rd, GU after it."""
    days.on(20)
    case = desk.order()
    days.on(22)
    paid(case, stripe)
    days.on(23)
    deposit_taxes(case, 23)
    days.on(26)
    desk.step(actions.request_gu(actor=desk[Role.TREASURER]), "verify", "sign", "record_sp2d", "verify_sp2d")
    return case


def consistent(month: Month) -> Month:
    """Each book: opening + receipts − spending = closing, line by line."""
    for book in (month.cash, month.bank, month.tax):
        balance = book.opening
        for row in book.rows:
            balance += row.receipt - row.spending
            assert row.balance == balance
            assert (row.receipt > 0) != (row.spending > 0)
        assert balance == book.closing == book.opening + book.receipts - book.spending
    return month


def lines(book: Book) -> list[tuple[int, str, int, int]]:
    return [(row.day.day, row.text.split(",")[0], row.receipt, row.spending) for row in book.rows]


def test_the_worked_order_in_the_cash_book_with_its_numbers(desk: Desk, days: Days, stripe: Any) -> None:
    case = worked(desk, days, stripe)
    month = consistent(month_of(desk.unit.pk, OCTOBER))
    assert lines(month.cash) == [
        (22, "Belanja UP", 0, GROSS),
        (22, "Pungut PPh Pasal 22", PPH22, 0),
        (22, "Pungut PPN", PPN, 0),
        (23, "Setor PPN", 0, PPN),
        (23, "Setor PPh Pasal 22", 0, PPH22),
        (26, "Terima SP2D-GU", GROSS, 0),
    ]
    assert [row.balance for row in month.cash.rows][2] == -NET
    assert (month.tax.receipts, month.tax.spending, month.tax.closing) == (2_350_000, 2_350_000, 0)
    assert (month.cash.closing, month.bank.closing) == (0, 0)

    days.on(27)
    entries = unit_ledger(desk.unit.pk, until=clock.now())
    assert sum(entry.debit for entry in entries) == sum(entry.credit for entry in entries)
    number = case.purchase.budget_line.rekening
    sums: dict[tuple[int, str], list[int]] = {}
    for entry in entries:
        both = sums.setdefault((entry.day.day, entry.account), [0, 0])
        both[0] += entry.debit
        both[1] += entry.credit
    assert {key: debit - credit for key, (debit, credit) in sums.items()} == {
        (20, f"Beban/Persediaan ({number})"): GROSS,
        (20, "Utang Belanja Barang dan Jasa"): -GROSS,
        (22, "Utang Belanja Barang dan Jasa"): GROSS,
        (22, "Kas di Bendahara Pengeluaran"): -NET,
        (22, "Utang PFK - PPN"): -PPN,
        (22, "Utang PFK - PPh Pasal 22"): -PPH22,
        (23, "Utang PFK - PPN"): PPN,
        (23, "Utang PFK - PPh Pasal 22"): PPH22,
        (23, "Kas di Bendahara Pengeluaran"): -2_350_000,
        (26, "Kas di Bendahara Pengeluaran"): GROSS,
        (26, "RK PPKD"): -GROSS,
    }


def test_gu_asks_back_what_was_paid_and_nothing_twice(desk: Desk, days: Days, stripe: Any) -> None:
    days.on(20)
    first = desk.order()
    paid(first, stripe)
    assert cover_of(desk.unit).used == GROSS
    request = actions.request_gu(actor=desk[Role.TREASURER])
    assert (request.gross, request.deductions, request.net) == (GROSS, 0, GROSS)
    assert cover_of(desk.unit).used == GROSS  # asked for is not yet given back
    with pytest.raises(Exception, match="belum diganti"):
        actions.request_gu(actor=desk[Role.TREASURER])
    desk.step(request, "verify", "sign", "record_sp2d", "verify_sp2d")
    assert cover_of(desk.unit).used == 0
    assert PaymentRequest.objects.count() == 1
    assert PaymentObligation.objects.get().treasury_items.count() == 1


def test_ls_comes_in_and_goes_out_and_a_tu_leaves_nothing(desk: Desk, days: Days) -> None:
    days.on(5)
    case = desk.order(mechanism="LS")
    desk.step(actions.request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number]), *ALL_STEPS)
    month = consistent(month_of(desk.unit.pk, OCTOBER))
    assert (month.cash.closing, month.bank.rows, month.tax.closing) == (2_350_000, (), 2_350_000)
    days.on(6)
    deposit_taxes(case, 6)
    asked = actions.request_tu(actor=desk[Role.PPTK], amount=5_000_000, purpose="Konsumsi rapat koordinasi")
    tu = desk.step(asked, *ALL_STEPS)
    days.on(12)
    actions.account(
        actor=desk[Role.TREASURER], request_id=tu.pk, spent=4_200_000, number="LPJ-TU/1", sts="STS-1"
    )
    month = consistent(month_of(desk.unit.pk, OCTOBER))
    assert (month.cash.closing, month.bank.closing, month.tax.closing) == (0, 0, 0)
    assert lines(month.bank) == [
        (6, "Terima SP2D-TU", 5_000_000, 0),
        (12, "Belanja TU menurut LPJ", 0, 4_200_000),
        (12, "Setor sisa TU", 0, 800_000),
    ]
    november = consistent(month_of(desk.unit.pk, date(2026, 11, 1)))
    assert (november.cash.opening, november.cash.rows) == (0, ())


def test_a_reversed_journal_is_reversed_in_the_book(desk: Desk, days: Days, stripe: Any) -> None:
    days.on(20)
    case = desk.order()
    paid(case, stripe)
    release = Journal.objects.get(kind="RELEASE")
    with doing(actor=case.treasurer) as deed:
        reverse(deed, release, memo="Salah buku")
    month = consistent(month_of(desk.unit.pk, OCTOBER))
    assert (month.cash.closing, month.tax.closing, len(month.cash.rows)) == (0, 0, 6)


def test_other_units_books_stay_theirs_and_rows_cost_no_queries(
    desk: Desk, days: Days, stripe: Any, assert_flat_in_rows: Any
) -> None:
    days.on(20)
    paid(desk.order(), stripe)
    assert month_of(people.organisation().pk, OCTOBER).cash.rows == ()
    small = [("BARANG", 10, 52_000)]
    assert_flat_in_rows(
        lambda: month_of(desk.unit.pk, OCTOBER),
        lambda: [paid(desk.order(lines=small, shipping=0), stripe) for _time in range(3)],
    )
