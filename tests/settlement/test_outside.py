"""Payments outside the system: a listed reason, three persons, exactly what is owed, never beside another payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.settlement.actions import (
    OutsideProof,
    Proof,
    approve_outside,
    examine_outside,
    propose_outside,
    record_deposit,
    record_evidence,
    reject_outside,
    start_payment,
    withdraw_outside,
)
from procurement.settlement.actions.treasury import act_on_evidence
from procurement.settlement.models import (
    AccountKind,
    Balance,
    Evidence,
    Journal,
    OutsidePayment,
    PaymentObligation,
    TaxLine,
)
from procurement.settlement.public_pay_time import pay_times
from tests import people
from tests.purchasing import factories
from tests.settlement.orders import SCAN, Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_pages import browser, page, submit

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "GANGGUAN_SISTEM"


def proof_for(case: Case, **other: Any) -> OutsideProof:
    owed = PaymentObligation.objects.get(purchase=case.purchase).net
    made = OutsideProof("BANK_TRANSFER", f"TRF/{case.purchase.pk}", clock.today(), owed, factories.photo())
    return replace(made, **other)


def proposed(case: Case, **other: Any) -> OutsidePayment:
    return propose_outside(
        actor=case.treasurer, purchase_id=case.purchase.pk, reason=REASON, proof=proof_for(case, **other)
    )


def refused(act: Any) -> Refused:
    """The refusal of an act that must leave no trace."""
    before = (LogEntry.objects.count(), OutsidePayment.objects.count(), Evidence.objects.count())
    states = list(OutsidePayment.objects.values_list("state", flat=True))
    with pytest.raises(Refused) as refusal:
        act()
    assert (LogEntry.objects.count(), OutsidePayment.objects.count(), Evidence.objects.count()) == before
    assert list(OutsidePayment.objects.values_list("state", flat=True)) == states
    return refusal.value


@pytest.mark.parametrize("mechanism", ["UP", "LS"])
@pytest.mark.parametrize("kind", ["BANK_TRANSFER", "SP2D"])
def test_three_persons_and_a_proof_pay_the_order(mechanism: str, kind: str) -> None:
    case = accepted(mechanism=mechanism)
    approved(case)
    outside = proposed(case, kind=kind)
    assert case.fresh().state == "PAYMENT_APPROVED" and Journal.objects.count() == 0
    examine_outside(actor=case.verifier, outside_id=outside.pk)
    assert case.fresh().state == "PAYMENT_APPROVED" and Journal.objects.count() == 0
    approve_outside(actor=case.approver, outside_id=outside.pk)
    done = OutsidePayment.objects.get()
    assert (done.state, case.fresh().state) == ("APPROVED", "PAID")
    evidence = Evidence.objects.get()
    assert (evidence.recorded_by_id, evidence.verified_by_id) == (
        case.treasurer.user_id,
        case.verifier.user_id,
    )
    act_on_evidence(evidence.pk)  # again: once
    assert Journal.objects.filter(purchase_number=case.purchase.number).count() == 2
    for number, tax in enumerate(TaxLine.objects.all()):
        record_deposit(
            actor=case.treasurer,
            tax_line_id=tax.pk,
            billing_code="8" * 15,
            ntpn=f"{number:016d}",
            deposited_on=clock.today(),
        )
    assert case.fresh().state == "TAX_SETTLED"
    owed = Balance.objects.filter(account__kind=AccountKind.VENDOR_PAYABLE)
    assert [balance.amount for balance in owed] == [0]
    assert not Balance.objects.filter(account__kind=AccountKind.BANK).exclude(amount=0).exists()


def test_a_receipt_for_notes_and_coins_proves_nothing() -> None:
    case = accepted()
    approved(case)
    refusal = refused(lambda: proposed(case, kind="KUITANSI"))
    assert refusal.code == "outside.proof_kind" and "910/1866/SJ" in (refusal.rule or "")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"amount": 18_518_001}, "evidence.amount"),
        ({"number": " "}, "evidence.number"),
        ({"dated": clock.today() + timedelta(days=9)}, "evidence.date"),
        ({"file": b"%PDF-1.7 bukan pdf"}, "document_broken"),
    ],
)
def test_a_proof_that_is_not_whole_or_not_exact_is_refused(other: dict[str, Any], code: str) -> None:
    case = accepted()
    approved(case)
    assert refused(lambda: proposed(case, **other)).code == code


def test_only_listed_reasons_count() -> None:
    case = accepted()
    approved(case)

    def act() -> None:
        propose_outside(
            actor=case.treasurer, purchase_id=case.purchase.pk, reason="LUPA", proof=proof_for(case)
        )

    assert refused(act).code == "outside.reason"


def test_never_beside_a_payment_through_the_provider(stripe: Any) -> None:
    case = accepted()
    approved(case)
    start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
    assert refused(lambda: proposed(case)).code == "outside.in_progress"


def test_a_proposal_closes_the_other_ways(stripe: Any) -> None:
    case, ls = accepted(), accepted(mechanism="LS")
    for each in (case, ls):
        approved(each)
        proposed(each)
    start = lambda: start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)  # noqa: E731
    assert refused(start).code == "payment.outside"
    sp2d = Proof("SP2D-1", clock.today(), PaymentObligation.objects.get(purchase=ls.purchase).net, SCAN)

    def record() -> None:
        record_evidence(actor=ls.treasurer, purchase_id=ls.purchase.pk, kind=Evidence.Kind.SP2D, proof=sp2d)

    assert refused(record).code == "evidence.not_due"
    assert refused(lambda: proposed(case)).code == "outside.standing"


def test_not_before_approval_and_not_after_payment() -> None:
    case = accepted()
    approved(case)
    outside = proposed(case)
    examine_outside(actor=case.verifier, outside_id=outside.pk)
    approve_outside(actor=case.approver, outside_id=outside.pk)
    assert refused(lambda: proposed(case, number="LAIN-1")).code == "outside.not_due"
    again = lambda: approve_outside(actor=case.approver, outside_id=outside.pk)  # noqa: E731
    assert refused(again).code == "outside.not_due"


def test_the_database_holds_the_three_persons_apart() -> None:
    case = accepted()
    approved(case)
    outside = proposed(case)
    for change in (
        {"examined_by_id": outside.proposed_by_id},
        {"approved_by_id": outside.proposed_by_id},
        {"approved_by_id": case.verifier.user_id, "examined_by_id": case.verifier.user_id},
        {"state": "APPROVED"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutsidePayment.objects.filter(pk=outside.pk).update(**change)


def test_who_examined_does_not_approve_and_order_is_kept() -> None:
    case = accepted()
    approved(case)
    outside = proposed(case)
    early = lambda: approve_outside(actor=case.approver, outside_id=outside.pk)  # noqa: E731
    assert refused(early).code == "wrong_state"
    wrong = lambda: examine_outside(actor=case.receiver, outside_id=outside.pk)  # noqa: E731
    assert refused(wrong).code == "wrong_role"
    foreign = accepted()
    with pytest.raises(OutsidePayment.DoesNotExist):
        examine_outside(actor=foreign.verifier, outside_id=outside.pk)


def test_a_refused_or_withdrawn_proposal_opens_the_ordinary_way_again(stripe: Any) -> None:
    case = accepted()
    approved(case)
    first = proposed(case)
    mute = lambda: reject_outside(actor=case.verifier, outside_id=first.pk, reason="x")  # noqa: E731
    assert refused(mute).code == "reason.missing"
    reject_outside(actor=case.verifier, outside_id=first.pk, reason="Buktinya kabur")
    second = proposed(case)
    withdraw_outside(actor=case.treasurer, outside_id=second.pk, reason="Salah nomor")
    assert start_payment(actor=case.treasurer, purchase_id=case.purchase.pk).state == "CREATED"


def test_by_clicks_and_seen_by_the_auditor_and_in_public() -> None:
    case = accepted()
    approved(case)
    number = case.purchase.number
    treasurer = browser(case, Role.TREASURER)
    assert "Dibayar di luar sistem" in page(treasurer, "payment", number)
    assert "Terganggu".lower() in page(treasurer, "outside-propose", number).lower()
    scan = SimpleUploadedFile("bukti.jpg", factories.photo(), "image/jpeg")
    form: dict[str, Any] = {"reason": REASON, "kind": "BANK_TRANSFER", "number": "TRF-1", "file": scan}
    submit(treasurer, "outside-propose", number, dated=clock.today().isoformat(), amount="18.518.000", **form)
    pk = OutsidePayment.objects.get().pk
    submit(browser(case, Role.PPK_SKPD), "outside-examine", number, pk)
    submit(browser(case, Role.PA), "outside-approve", number, pk)
    assert case.fresh().state == "PAID"
    auditor = people.signed_in(
        people.appointment(Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=case.purchase.region))
    )
    assert number in page(auditor, "outside-payments")
    assert "Pembayaran di luar sistem" in page(auditor, "payment", number)
    foreign = accepted()
    assert number not in page(browser(foreign, Role.TREASURER), "outside-payments")
    page(browser(foreign, Role.TREASURER), "outside-propose", number, status=404)
    unit = next(each for each in pay_times(clock.today().year).units if each.outside)
    assert (unit.outside, unit.outside_rupiah) == (1, 18_518_000)
