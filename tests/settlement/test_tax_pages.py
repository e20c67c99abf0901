"""Pages of taxes over HTTP: simulator, calendar, deposits in one act, slips, files for the tax office."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.regulation.models import Holiday, Parameter
from marketplace.regulation.queries import forget_rules
from procurement.planning.models import BudgetLine
from procurement.purchasing.queries.taxes import paid_from_school_fund
from procurement.settlement.models import TaxDeposit, TaxExport
from procurement.settlement.papers import bears_duty_stamp
from procurement.settlement.tax_calendar import account_of, due_day
from procurement.settlement.withholding import COLUMNS
from procurement.taxation.actions import load_tax_rules
from tests import people
from tests.settlement.orders import Case, accepted
from tests.settlement.taxed import BILLING, line, paid
from tests.settlement.test_billing import approved
from tests.settlement.test_pages import browser, page, submit

pytestmark = pytest.mark.django_db(transaction=True)
Budget = Callable[[int], AbstractContextManager[Any]]
NPWP = "0012345678901000"
MONTH = "2026-11"


# ── the simulator ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("role", [Role.TREASURER, Role.PPK, Role.VENDOR, Role.AUDITOR])
def test_the_simulator_answers_officers_and_vendors(role: Role) -> None:
    load_tax_rules()
    client = people.signed_in(people.appointment(role))
    assert "Hitung" in page(client, "tax-simulator")
    log = LogEntry.objects.count()
    asked = {"kind": "goods", "price": "10.000.000", "pkp": "on", "mech": "UP", "date": "2026-10-22"}
    said = client.get(reverse("tax-simulator"), asked).content.decode()
    for figure in ("Rp11.100.000", "Rp1.100.000", "Rp150.000", "Rp9.850.000", "PMK 131/2024", "penyedia PKP"):
        assert figure in said
    assert LogEntry.objects.count() == log


def test_the_simulator_refuses_in_words() -> None:
    load_tax_rules()
    client = people.signed_in(people.appointment(Role.PPK))
    answer = client.get(reverse("tax-simulator"), {"kind": "goods", "price": "1000", "date": "2001-01-01"})
    assert answer.status_code == 409 and "tidak memuat aturan" in answer.content.decode()
    for price in ("", "sepuluh", "0"):
        said = client.get(reverse("tax-simulator"), {"kind": "goods", "price": price}).content.decode()
        assert "error-summary" in said


def test_the_simulator_reads_inclusive_prices_and_the_construction_class() -> None:
    load_tax_rules()
    client = people.signed_in(people.appointment(Role.TREASURER))
    asked = {"kind": "construction", "construction_class": "medium", "price": "111.000.000", "pkp": "on",
             "tax_inclusive": "on", "date": "2026-10-22"}  # fmt: skip
    said = client.get(reverse("tax-simulator"), asked).content.decode()
    assert "Rp2.650.000" in said and "Rp100.000.000" in said and "2,65%" in said


def test_desks_and_the_vendor_s_page_lead_there() -> None:
    for role in (Role.TREASURER, Role.PPK):
        assert reverse("tax-simulator") in page(people.signed_in(people.appointment(role)), "desk")
    vendor = people.signed_in(people.appointment(Role.VENDOR))
    assert reverse("tax-simulator") in page(vendor, "vendor-money")
    assert reverse("tax-calendar") in page(people.signed_in(people.appointment(Role.TREASURER)), "desk")


# ── days, accounts, stamps: dated ────────────────────────────────────────────────────────────────────────────────
def test_due_days_move_over_weekends_and_holidays() -> None:
    assert clock.day_of(due_day(date(2026, 11, 1), "tax.deposit_day")) == date(2026, 12, 15)
    Holiday.objects.get_or_create(
        day=date(2026, 12, 15), defaults={"name": "Uji", "kind": "LIBUR", "legal_basis": "SKB"}
    )
    forget_rules()
    assert clock.day_of(due_day(date(2026, 11, 1), "tax.deposit_day")) == date(2026, 12, 16)
    # 15 August 2026 is a Saturday and the 17th is Independence Day, when the calendar is loaded
    assert clock.day_of(due_day(date(2026, 7, 1), "tax.deposit_day")) >= date(2026, 8, 17)
    assert clock.day_of(due_day(date(2026, 8, 1), "tax.report_day")) == date(2026, 9, 21)


def test_due_days_and_accounts_follow_the_law_of_their_period() -> None:
    assert clock.day_of(due_day(date(2024, 11, 1), "tax.deposit_day")) == date(2024, 12, 10)
    assert clock.day_of(due_day(date(2024, 12, 1), "tax.deposit_day")) == date(2025, 1, 10)
    assert clock.day_of(due_day(date(2025, 1, 1), "tax.deposit_day")) == date(2025, 2, 17)
    assert (account_of("PPN", date(2026, 1, 1)), account_of("TIDAK", date(2026, 1, 1))) == ("411211-920", "")


def test_the_duty_stamp_follows_the_dated_sum() -> None:
    day = date(2026, 10, 22)
    assert [bears_duty_stamp(sum_, day) for sum_ in (4_999_999, 5_000_000, 5_000_001)] == [False, False, True]
    Parameter.objects.filter(code="duty_stamp.above").update(valid_to=date(2026, 10, 22))
    Parameter.objects.create(
        code="duty_stamp.above", value=10_000_000, unit="rupiah", valid_from=date(2026, 10, 23),
        legal_basis="UU contoh", state=Parameter.State.ACTIVE,
    )  # fmt: skip
    forget_rules()
    assert bears_duty_stamp(6_000_000, day) and not bears_duty_stamp(6_000_000, date(2026, 10, 23))


def test_purchases_from_school_funds_bear_no_article_22_tax() -> None:
    case = accepted(mechanism="LS")
    BudgetLine.objects.filter(pk=case.purchase.budget_line_id).update(sumber_dana="Dana BOS Reguler")
    obligation = approved(case)
    assert (obligation.gross, obligation.withheld) == (20_868_000, 2_068_000)
    assert "BOS/BOP" in obligation.plan.reason
    words = ("APBD", "BOSP", "BOS Kinerja", "Jembos", "")
    assert [paid_from_school_fund(each, date(2026, 10, 22), 0) for each in words] == [
        False, True, True, False, False,
    ]  # fmt: skip


# ── the calendar and deposits ────────────────────────────────────────────────────────────────────────────────────
def two() -> tuple[Case, Case]:
    first = paid("SP2D-1")
    return first, paid("SP2D-2", at=first.purchase.organisation)


def test_several_taxes_are_deposited_by_one_click() -> None:
    first, second = two()
    client = browser(first, Role.TREASURER)
    said = page(client, "tax-calendar")
    assert reverse("tax-export") in said and reverse("tax-slips") in said
    assert "Rp4.136.000" in said and "411211-920" in said and "Rp4.700.000" in said
    address = f"{reverse('tax-deposits')}?masa={MONTH}&pajak=PPN"
    assert "Catat setoran" in page(client, "tax-deposits")
    said = client.get(address).content.decode()
    assert first.purchase.number in said and reverse("payment", args=[second.purchase.number]) in said
    form = {"taxes": [line(first, "PPN").pk, line(second, "PPN").pk], "billing_code": BILLING,
            "ntpn": "A" * 16, "deposited_on": "2026-11-01"}  # fmt: skip
    assert client.post(address, {**form, "taxes": []}).status_code == 422
    assert client.post(address, {**form, "ntpn": "?" * 16}).status_code == 409
    assert TaxDeposit.objects.count() == 0
    assert client.post(address, form).status_code == 302
    assert TaxDeposit.objects.get().amount == 4_136_000
    assert "A" * 16 in client.get(address).content.decode()
    assert "Sudah disetor" in page(client, "tax-calendar")


def test_the_second_person_reads_and_does_not_deposit() -> None:
    first = paid("SP2D-1")
    client = browser(first, Role.PPK_SKPD)
    address = f"{reverse('tax-deposits')}?masa={MONTH}&pajak=PPN"
    assert "Catat setoran" not in client.get(address).content.decode()
    form = {"taxes": [line(first, "PPN").pk], "billing_code": BILLING, "ntpn": "A" * 16,
            "deposited_on": "2026-11-01"}  # fmt: skip
    client.post(address, form)
    assert TaxDeposit.objects.count() == 0


def test_other_units_see_nothing_of_it() -> None:
    first = paid("SP2D-1")
    stranger = people.signed_in(people.appointment(Role.TREASURER))
    assert "Belum ada pajak" in page(stranger, "tax-calendar")
    assert "Belum ada pajak" in page(stranger, "tax-deposits")
    assert stranger.get(f"{reverse('tax-deposits')}?masa={MONTH}&pajak=PPN").status_code == 404
    said = stranger.get(f"{reverse('tax-slips')}?masa={MONTH}").content.decode()
    assert first.purchase.vendor.organisation.name not in said
    for role in (Role.VENDOR, Role.PPK, Role.AUDITOR):
        for name in ("tax-calendar", "tax-deposits", "tax-slips", "tax-export"):
            page(people.signed_in(people.appointment(role)), name, status=403)


def test_the_pages_cost_the_same_for_one_and_for_many(
    assert_max_queries: Budget, assert_flat_in_rows: Callable[..., None]
) -> None:
    first = paid("SP2D-1")
    client = browser(first, Role.TREASURER)
    addresses = [
        reverse("tax-calendar"),
        f"{reverse('tax-deposits')}?masa={MONTH}&pajak=PPN",
        f"{reverse('tax-slips')}?masa={MONTH}",
    ]

    def look() -> None:
        for address in addresses:
            assert client.get(address).status_code == 200

    look()
    with assert_max_queries(36):
        look()
    assert_flat_in_rows(look, lambda: [paid(f"SP2D-{n}", at=first.purchase.organisation) for n in (7, 8)])


# ── slips and files ──────────────────────────────────────────────────────────────────────────────────────────────
def settled(case: Case) -> None:
    client = browser(case, Role.TREASURER)
    for code, ntpn in (("PPN", "P"), ("PPH22", "H")):
        submit(
            client, "payment-deposit", case.purchase.number, line(case, code).pk, billing_code=BILLING,
            ntpn=ntpn * 8 + f"{case.purchase.pk:08d}", deposited_on="2026-11-01",
        )  # fmt: skip


def test_slips_are_listed_by_vendor_and_tax_and_taken_along() -> None:
    first, _second = two()
    settled(first)
    client = browser(first, Role.TREASURER)
    said = client.get(f"{reverse('tax-slips')}?masa={MONTH}").content.decode()
    assert said.count("Rp18.800.000") == 2 and "Rp564.000" in said and "1 belum terbit" in said
    assert "PPN" not in said.split("<table")[1]
    raw = client.get(f"{reverse('tax-slips')}?masa={MONTH}&berkas=csv").content.decode()
    head, *told = csv.reader(io.StringIO(raw), delimiter=";")
    assert [row[head.index("dipotong")] for row in told] == ["282000", "282000"]
    assert sorted((bool(row[-2]), row[-1]) for row in told) == [(False, "1"), (True, "0")]


def made(client: Client, shape: str, **more: str) -> Any:
    return client.post(reverse("tax-export"), {"masa": MONTH, "shape": shape, "npwp": NPWP, **more})


def test_both_files_say_the_same_and_hold_nothing_of_other_units() -> None:
    first, second = two()
    foreign = paid("SP2D-9")
    client = browser(first, Role.TREASURER)
    xml, xlsx = made(client, "xml"), made(client, "xlsx")
    root = ElementTree.fromstring(xml.content)
    items = root.findall("ListOfBpu/Bpu")
    assert root.tag == "BpuBulk" and root.findtext("TIN") == NPWP
    assert [each.tag for each in items[0]] == [tag for _header, tag in COLUMNS]
    table = CalamineWorkbook.from_filelike(io.BytesIO(xlsx.content)).get_sheet_by_name("DATA").to_python()
    assert table[0][2] == NPWP and table[2][1:] == [header for header, _tag in COLUMNS]
    by_xml = [int(each.findtext("TaxBase") or 0) for each in items]
    by_sheet = [int(float(str(row[7]))) for row in table[3:]]
    assert by_xml == by_sheet == [18_800_000, 18_800_000]
    assert {each.findtext("DocumentNumber") for each in items} == {row[10] for row in table[3:]}
    assert {each.findtext("SP2DNumber") for each in items} == {"SP2D-1", "SP2D-2"}
    assert (items[0].findtext("Rate"), items[0].findtext("TaxObjectCode")) == ("1.5", "22-910-01")
    assert items[0].findtext("GovTreasurerOpt") == "Direct"
    assert foreign.purchase.number.encode() not in xml.content and b"SP2D-9" not in xml.content
    sums = CalamineWorkbook.from_filelike(io.BytesIO(xlsx.content)).get_sheet_by_name("RINGKASAN").to_python()
    assert [int(float(str(row[1]))) for row in sums] == [2, 37_600_000, 564_000]
    assert list(TaxExport.objects.values_list("rows", "base", "amount")) == [(2, 37_600_000, 564_000)] * 2
    assert LogEntry.objects.filter(act="tax.export").count() == 2
    assert second.purchase.vendor.npwp.encode() in xml.content
    told = [str(entry.facts) for entry in LogEntry.objects.filter(act="tax.export")]
    assert not any(second.purchase.vendor.npwp in each for each in told)


def test_an_empty_period_and_a_wrong_npwp_make_no_file() -> None:
    unit = people.appointment(Role.TREASURER)
    client = people.signed_in(unit)
    month = f"{clock.today():%Y-%m}"
    log = LogEntry.objects.count()
    assert made(client, "xml", masa=month).status_code == 409
    answer = made(client, "xml", masa=month, npwp="12")
    assert answer.status_code == 422 and "error-summary" in answer.content.decode()
    assert (TaxExport.objects.count(), LogEntry.objects.count()) == (0, log)


def test_taxes_belong_to_the_month_of_the_sp2d() -> None:
    first = paid("SP2D-1")
    assert {line(first, code).period for code in ("PPN", "PPH22")} == {date(2026, 11, 1)}
    assert isinstance(due_day(date(2026, 11, 1), "tax.report_day"), datetime)
