"""One NTPN is one deposit: of one tax, or of many payments' taxes of one code and period, in one act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.settlement.actions import Receipt, record_deposit, record_deposits
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import Journal, TaxDeposit, TaxLine
from tests import people
from tests.settlement.orders import DEPOSITED, Case
from tests.settlement.taxed import BILLING, line, paid

pytestmark = pytest.mark.django_db(transaction=True)


def two() -> tuple[Case, Case]:
    first = paid("SP2D-1")
    return first, paid("SP2D-2", at=first.purchase.organisation)


def deposit(case: Case, *lines: TaxLine, ntpn: str = "A" * 16, billing: str = BILLING) -> TaxDeposit:
    ids = [each.pk for each in lines]
    return record_deposits(actor=case.treasurer, tax_line_ids=ids, receipt=Receipt(billing, ntpn, DEPOSITED))


def refused(act: Callable[[], object], code: str) -> Refused:
    before = (LogEntry.objects.count(), Journal.objects.count(), TaxDeposit.objects.count())
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert (LogEntry.objects.count(), Journal.objects.count(), TaxDeposit.objects.count()) == before
    return refusal.value


def test_no_tax_is_deposited_before_its_period() -> None:
    case = paid("SP2D-1")
    due = line(case, "PPN")
    receipt = Receipt(BILLING, "A" * 16, due.period - timedelta(days=1))
    found = refused(
        lambda: record_deposits(actor=case.treasurer, tax_line_ids=[due.pk], receipt=receipt), "tax.date"
    )
    assert found.field == "deposited_on"


def test_one_ntpn_deposits_the_same_tax_of_several_orders() -> None:
    first, second = two()
    made = deposit(first, line(first, "PPN"), line(second, "PPN"))
    assert (made.code, made.amount, made.period, made.account) == (
        "PPN", 4_136_000, date(2026, 11, 1), "411211-920",
    )  # fmt: skip
    assert {line(each, "PPN").ntpn for each in (first, second)} == {"A" * 16}
    assert Journal.objects.filter(kind="TAX_DEPOSIT").count() == 2
    assert {first.fresh().state, second.fresh().state} == {"PAID"}
    deposit(first, line(first, "PPH22"), line(second, "PPH22"), ntpn="b" * 16)
    assert {first.fresh().state, second.fresh().state} == {"TAX_SETTLED"}
    assert LogEntry.objects.filter(act="tax.deposit").count() == 4 and disagreements() == []


def test_one_line_alone_works_as_a_deposit_of_its_own() -> None:
    first, second = two()
    tax = record_deposit(
        actor=first.treasurer, tax_line_id=line(first, "PPN").pk, billing_code=BILLING, ntpn="c" * 16,
        deposited_on=DEPOSITED,
    )  # fmt: skip
    assert tax.deposit is not None and (tax.ntpn, tax.deposit.amount) == ("C" * 16, 2_068_000)
    said = refused(lambda: deposit(first, line(second, "PPN"), ntpn="C" * 16), "tax.ntpn_used")
    assert said.rule is not None and "satu setoran" in said.rule


def test_taxes_of_another_code_period_or_state_are_refused_together() -> None:
    first, second = two()
    refused(lambda: deposit(first, line(first, "PPN"), line(second, "PPH22")), "tax.mixed")
    TaxLine.objects.filter(pk=line(second, "PPN").pk).update(withheld_on=date(2026, 10, 31))
    refused(lambda: deposit(first, line(first, "PPN"), line(second, "PPN")), "tax.mixed")
    refused(lambda: deposit(first), "tax.none")
    refused(lambda: deposit(first, line(first, "PPN"), billing="12"), "tax.billing")
    refused(lambda: deposit(first, line(first, "PPN"), ntpn="pendek"), "tax.ntpn")
    deposit(first, line(first, "PPN"))
    refused(lambda: deposit(first, line(first, "PPN"), ntpn="D" * 16), "tax.deposited")
    assert line(second, "PPN").deposit_id is None


def test_nothing_is_deposited_from_the_future() -> None:
    first = paid("SP2D-1")
    receipt = Receipt(BILLING, "E" * 16, clock.today() + timedelta(days=1))
    ids = [line(first, "PPN").pk]
    refused(lambda: record_deposits(actor=first.treasurer, tax_line_ids=ids, receipt=receipt), "tax.date")


def test_another_unit_s_tax_is_not_found_and_takes_the_whole_act_with_it() -> None:
    first, foreign = paid("SP2D-1"), paid("SP2D-2")
    log = LogEntry.objects.count()
    with pytest.raises(TaxLine.DoesNotExist):
        deposit(first, line(first, "PPN"), line(foreign, "PPN"))
    with pytest.raises(TaxLine.DoesNotExist):
        deposit(foreign, line(first, "PPN"))
    assert (TaxDeposit.objects.count(), LogEntry.objects.count()) == (0, log)
    with pytest.raises(Refused):
        record_deposits(
            actor=people.actor(Role.PPK_SKPD, first.purchase.organisation),
            tax_line_ids=[line(first, "PPN").pk],
            receipt=Receipt(BILLING, "F" * 16, DEPOSITED),
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_taxdeposit SET amount = amount + 1",
        "DELETE FROM settlement_taxdeposit",
        "UPDATE settlement_taxline SET deposit_id = NULL WHERE deposit_id IS NOT NULL",
        "UPDATE settlement_taxline SET amount = amount - 1",
        "UPDATE settlement_taxline SET deposit_id = (SELECT min(id) FROM settlement_taxdeposit)"
        " WHERE deposit_id IS NULL",
        "DELETE FROM settlement_taxline",
    ],
)
def test_postgresql_itself_holds_a_deposit_to_its_lines(statement: str) -> None:
    first = paid("SP2D-1")
    deposit(first, line(first, "PPN"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert TaxDeposit.objects.get().amount == line(first, "PPN").amount


def test_a_deposit_without_lines_does_not_stand() -> None:
    first = paid("SP2D-1")
    fields: dict[str, Any] = {
        "region": first.purchase.region, "organisation": first.purchase.organisation, "code": "PPN",
        "period": date(2026, 11, 1), "billing_code": BILLING, "ntpn": "Z" * 16, "amount": 5,
        "deposited_on": DEPOSITED, "deposited_by_id": first.treasurer.user_id, "recorded_at": clock.now(),
    }  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        TaxDeposit.objects.create(**fields)
