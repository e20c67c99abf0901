"""Paid orders of one unit with taxes withheld, for the tests of deposits, calendar, slips and files."""

from __future__ import annotations

from marketplace.accounts.models import Organisation
from procurement.settlement.actions import Proof, record_evidence, verify_evidence
from procurement.settlement.models import Evidence, TaxLine
from tests.settlement.orders import DEPOSITED, SCAN, Case, accepted
from tests.settlement.test_billing import approved

BILLING = "820231123456789"


def paid(number: str, *, at: Organisation | None = None, **order: object) -> Case:
    """An order paid by the SP2D `number`, dated 1 November 2026."""
    case = accepted(mechanism="LS", at=at, **order)  # type: ignore[arg-type]
    obligation = approved(case)
    proof = Proof(number, DEPOSITED, obligation.net, SCAN)
    evidence = record_evidence(
        actor=case.treasurer, purchase_id=case.purchase.pk, kind=Evidence.Kind.SP2D, proof=proof
    )
    verify_evidence(actor=case.verifier, evidence_id=evidence.pk)
    return case


def line(case: Case, code: str) -> TaxLine:
    """The tax of that code of an order."""
    return TaxLine.objects.get(obligation__purchase=case.purchase, code=code)
