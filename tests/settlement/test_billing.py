"""From BAST to approved payment: computed invoices, the three-way match, the way of payment, the persons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from marketplace.accounts.personal_data import keyed_hash
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.purchasing.models import PurchaseLine
from procurement.settlement.actions import (
    approve_payment,
    issue_invoice,
    return_invoice,
    verify_invoice,
)
from procurement.settlement.models import Invoice, PaymentObligation, TaxLine
from procurement.taxation.actions import load_tax_rules
from procurement.taxation.models import TaxRule
from procurement.taxation.queries import rules_in_force
from procurement.taxation.table import shipped_rules
from tests import people
from tests.fulfilment.test_delivery import short_story
from tests.settlement.orders import Case, accepted, with_account
from vendors.models import BankAccount

pytestmark = pytest.mark.django_db(transaction=True)


def approved(case: Case) -> PaymentObligation:
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    return approve_payment(actor=case.approver, purchase_id=case.purchase.pk)


def test_the_worked_order_is_billed_verified_and_approved_to_the_rupiah() -> None:
    case = accepted()
    obligation = approved(case)
    assert (obligation.gross, obligation.withheld, obligation.net) == (20_868_000, 2_350_000, 18_518_000)
    assert obligation.profile == "GATEWAY"
    assert list(TaxLine.objects.values_list("code", "amount")) == [("PPN", 2_068_000), ("PPH22", 282_000)]
    assert case.fresh().state == "PAYMENT_APPROVED"
    assert case.fresh().approver_user_id == case.approver.user_id
    assert set(Paper.objects.values_list("kind", flat=True)) == {"invoice", "kuitansi", "ba_pembayaran"}
    receipt = Paper.objects.get(kind="kuitansi")
    assert (receipt.facts["total"], receipt.facts["duty_stamp"]) == (20_868_000, True)


def test_a_receipt_of_five_million_bears_no_stamp_and_one_rupiah_more_does() -> None:
    for price, stamped in ((5_000_000, False), (5_000_001, True)):
        case = accepted([("BARANG", 1, price)], shipping=0, pkp=False)
        issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
        assert Paper.objects.filter(kind="kuitansi").latest("pk").facts["duty_stamp"] is stamped


@pytest.mark.parametrize(
    ("price", "mechanism", "profile"),
    [
        (50_000_000, "UP", "GATEWAY"),
        (50_000_001, "UP", "LS"),
        (1_000_000, "LS", "LS"),
        (60_000_000, "KKPD", "GATEWAY"),
    ],
)
def test_the_way_of_payment_follows_the_dated_limit(price: int, mechanism: str, profile: str) -> None:
    case = accepted([("BARANG", 1, price)], shipping=0, pkp=False, mechanism=mechanism)
    assert approved(case).profile == profile


def test_three_way_match_refuses_with_both_figures() -> None:
    case = accepted()
    invoice = issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    Invoice.objects.filter(pk=invoice.pk).update(gross=invoice.gross + 1, price=invoice.price + 1)
    log, before = LogEntry.objects.count(), case.fresh()
    with pytest.raises(Refused) as refusal:
        verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    assert refusal.value.code == "match.invoice"
    assert "Rp20.868.001" in refusal.value.sentence and "Rp20.868.000" in refusal.value.sentence
    assert (LogEntry.objects.count(), case.fresh().state) == (log, before.state)


def test_accepted_lines_that_do_not_make_the_bast_are_not_billed() -> None:
    case = accepted()
    line = PurchaseLine.objects.filter(purchase=case.purchase).first()
    assert line is not None
    PurchaseLine.objects.filter(pk=line.pk).update(accepted=line.quantity - 1)
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert refusal.value.code == "match.lines"
    assert case.fresh().state == "ACCEPTED"
    assert (Invoice.objects.count(), Paper.objects.count(), LogEntry.objects.count()) == (0, 0, log)


def test_without_a_verified_account_there_is_no_invoice() -> None:
    case = accepted(verified_account=False)
    with pytest.raises(Refused) as refusal:
        issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert refusal.value.code == "invoice.no_account"
    assert Invoice.objects.count() == 0 and case.fresh().state == "ACCEPTED"


@pytest.mark.parametrize("missing", ["approval", "waiting time", "stopped by its owner"])
def test_a_changed_account_is_billed_to_only_when_it_may_be_paid_to(missing: str) -> None:
    case = accepted()
    standing = BankAccount.objects.get(vendor=case.purchase.vendor_id)
    changed = BankAccount(
        vendor_id=standing.vendor_id,
        version=2,
        bank_code="008",
        number="99900011122",
        number_hash=keyed_hash(
            "bank_account", f"008:{'99900011122' if missing != 'another number' else '1'}"
        ),
        holder_name=standing.holder_name,
        added_at=clock.now(),
        verified_at=clock.now(),
        verified_by=standing.verified_by,
    )
    if missing != "approval":
        later = timedelta(days=3) if missing == "waiting time" else timedelta()
        changed.approved_at, changed.approved_by = clock.now(), people.user("Operator kedua")
        changed.usable_from = clock.now() + later
    if missing == "stopped by its owner":
        changed.stopped_at = clock.now()
    changed.save()
    invoice = issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert invoice.bank_account == standing


def test_a_returned_invoice_stays_as_withdrawn_and_another_may_follow() -> None:
    case = accepted()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    with pytest.raises(Refused, match="Alasan"):
        return_invoice(actor=case.verifier, purchase_id=case.purchase.pk, reason=" ")
    return_invoice(actor=case.verifier, purchase_id=case.purchase.pk, reason="Nomor faktur pajak keliru")
    assert case.fresh().state == "ACCEPTED"
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert [invoice.withdrawn_at is None for invoice in Invoice.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize("who", ["vendor", "treasurer", "verifier", "receiver"])
def test_only_the_budget_holder_approves(who: str) -> None:
    case = accepted()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        approve_payment(actor=getattr(case, who), purchase_id=case.purchase.pk)
    assert refusal.value.code == "wrong_role"
    assert PaymentObligation.objects.count() == 0 and LogEntry.objects.count() == log


def test_a_late_delivery_costs_the_vendor_the_penalty() -> None:
    case = accepted(penalty=100_000)
    obligation = approved(case)
    assert (obligation.gross, obligation.penalty, obligation.net) == (20_868_000, 100_000, 18_418_000)


def test_a_part_that_was_accepted_is_billed_to_the_rupiah() -> None:
    told = short_story(15, 2)
    for name in ("report_discrepancy", "accept_short", "sign_bast", "accept"):
        told.take(name)
    with_account(told.purchase)
    invoice = issue_invoice(actor=told.vendor, purchase_id=told.purchase.pk)
    assert (invoice.price, invoice.on_top, invoice.gross) == (780_000, 85_800, 865_800)


def test_loading_the_tax_rules_again_changes_nothing() -> None:
    load_tax_rules()
    before = list(TaxRule.objects.order_by("pk").values())
    assert load_tax_rules() == 0
    assert list(TaxRule.objects.order_by("pk").values()) == before
    assert rules_in_force(date(2026, 10, 22)) and len(before) == len(shipped_rules())
