"""LS by SP2D: recorded by one person, verified by another, and nothing is paid before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.planning.models import BudgetLine
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import (
    Proof,
    record_deposit,
    record_evidence,
    start_payment,
    verify_evidence,
)
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Evidence, Journal, TaxLine
from tests import people
from tests.settlement.orders import DEPOSITED, SCAN, Case, accepted
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
NET = 18_518_000
SP2D = Evidence.Kind.SP2D


def ls_case() -> Case:
    case = accepted(mechanism="LS")
    approved(case)
    return case


def record(
    case: Case, *, number: str = "SP2D-001", amount: int = NET, actor: Actor | None = None
) -> Evidence:
    proof = Proof(number, DEPOSITED, amount, SCAN)
    return record_evidence(
        actor=actor or case.treasurer, purchase_id=case.purchase.pk, kind=SP2D, proof=proof
    )


def test_an_sp2d_pays_only_once_verified() -> None:
    case = ls_case()
    evidence = record(case)
    assert case.fresh().state == "PAYMENT_APPROVED" and Journal.objects.count() == 0
    verify_evidence(actor=case.verifier, evidence_id=evidence.pk)
    assert case.fresh().state == "PAID"
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 0
    line = BudgetLine.objects.get(pk=case.purchase.budget_line_id)
    assert (line.payable, line.spent) == (0, 20_868_000)
    for number, tax in enumerate(TaxLine.objects.all()):
        record_deposit(
            actor=case.treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=f"AAAA00001111222{number}",
            deposited_on=DEPOSITED,
        )
    assert case.fresh().state == "TAX_SETTLED" and disagreements() == []


def test_an_order_without_withheld_tax_is_settled_with_its_sp2d() -> None:
    case = accepted([("BARANG", 1, 1_800_000)], shipping=0, mechanism="LS")
    assert approved(case).net == 1_998_000
    verify_evidence(actor=case.verifier, evidence_id=record(case, amount=1_998_000).pk)
    assert case.fresh().state == "TAX_SETTLED"


def test_the_same_person_never_records_and_verifies() -> None:
    case = ls_case()
    both = people.appointment(Role.PPK_SKPD, case.purchase.organisation)
    own = record_by(case, both.user_id)
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        verify_evidence(actor=Actor.of(both), evidence_id=own.pk)
    assert refusal.value.code == "evidence.same_person"
    assert (case.fresh().state, LogEntry.objects.count()) == ("PAYMENT_APPROVED", log)


def record_by(case: Case, user_id: int) -> Evidence:
    """An SP2D recorded by somebody who has become PPK-SKPD since."""
    return Evidence.objects.create(
        region=case.purchase.region,
        kind=SP2D,
        number="SP2D-sendiri",
        dated=DEPOSITED,
        amount=NET,
        purchase_number=case.purchase.number,
        file_sha256="0" * 64,
        recorded_by_id=user_id,
        recorded_at=clock.now(),
    )


def test_verifying_twice_pays_once() -> None:
    case = ls_case()
    evidence = record(case)
    verify_evidence(actor=case.verifier, evidence_id=evidence.pk)
    journals, log = Journal.objects.count(), LogEntry.objects.count()
    with pytest.raises(Refused):
        verify_evidence(actor=case.verifier, evidence_id=evidence.pk)
    assert (Journal.objects.count(), LogEntry.objects.count()) == (journals, log)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": NET + 1}, "evidence.amount"),
        ({"number": " "}, "evidence.number"),
    ],
)
def test_a_wrong_sp2d_is_refused(change: dict[str, object], code: str) -> None:
    case = ls_case()
    log = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        record(case, **change)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert (Evidence.objects.count(), LogEntry.objects.count()) == (0, log)


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (Proof("S1", DEPOSITED, NET, b"GIF89a"), "evidence.file"),
        (Proof("S1", DEPOSITED + timedelta(days=9999), NET, SCAN), "evidence.date"),
    ],
)
def test_a_wrong_file_or_date_is_refused(proof: Proof, code: str) -> None:
    case = ls_case()
    with pytest.raises(Refused) as refusal:
        record_evidence(actor=case.treasurer, purchase_id=case.purchase.pk, kind=SP2D, proof=proof)
    assert refusal.value.code == code and Evidence.objects.count() == 0


def test_one_sp2d_number_pays_one_order_of_a_region() -> None:
    first, second = ls_case(), ls_case()
    record(first)
    with pytest.raises(Refused) as refusal:
        record(second)
    assert refusal.value.code == "evidence.number_used" and Evidence.objects.count() == 1


def test_an_ls_order_is_not_paid_through_the_gateway(settings) -> None:
    settings.STRIPE_API_KEY = "sk_test_uji"
    case = ls_case()
    with pytest.raises(Refused) as refusal:
        start_payment(actor=case.treasurer, purchase_id=case.purchase.pk)
    assert refusal.value.code == "payment.not_gateway"


def test_another_unit_s_treasurer_sees_nothing() -> None:
    case = ls_case()
    with pytest.raises(Purchase.DoesNotExist):
        record(case, actor=people.actor(Role.TREASURER))
    assert Evidence.objects.count() == 0


def test_another_unit_s_verifier_sees_nothing() -> None:
    case = ls_case()
    evidence = record(case)
    with pytest.raises(Purchase.DoesNotExist):
        verify_evidence(actor=people.actor(Role.PPK_SKPD), evidence_id=evidence.pk)
    assert case.fresh().state == "PAYMENT_APPROVED"
