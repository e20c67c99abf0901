"""The papers of the money: each issued at its move, with the fields of the handbook (§5)."""

from __future__ import annotations

import pytest

from marketplace.core import clock
from procurement.documents.models import Paper
from procurement.settlement.actions import record_deposit
from procurement.settlement.models import Journal, TaxLine
from tests.settlement.orders import Case, accepted, account_of
from tests.settlement.test_billing import approved
from tests.settlement.test_payment_clock import sp2d

pytestmark = pytest.mark.django_db(transaction=True)


def latest(case: Case, kind: str) -> Paper:
    found = Paper.objects.filter(subject_type="purchase", subject_id=str(case.purchase.pk), kind=kind)
    return found.order_by("-version")[0]


def captions(paper: Paper) -> list[str]:
    return [block["caption"] for block in paper.facts["signatures"]]


def test_the_payment_certificate_comes_with_the_approval() -> None:
    case = accepted(penalty=250_000)
    approved(case)
    paper = latest(case, "ba_pembayaran")
    facts = paper.facts
    assert (facts["value_due"], facts["penalty"], facts["amount_to_pay"]) == (20_868_000, 250_000, 20_618_000)
    assert facts["bast"] == case.purchase.bast_number and facts["bank"]["account"] == account_of(case)
    assert captions(paper) == ["Pejabat Pembuat Komitmen", "Penyedia"]


def test_the_receipt_is_completed_when_the_vendor_has_the_money() -> None:
    case = accepted(mechanism="LS")
    approved(case)
    before = latest(case, "kuitansi")
    assert (before.version, captions(before)) == (1, ["Penyedia"])
    sp2d(case)
    paid = latest(case, "kuitansi")
    assert (paid.number, paid.version, paid.facts["total"]) == (before.number, 2, 20_868_000)
    journal = Journal.objects.get(kind="SP2D")
    assert paid.facts["ledger_number"].endswith(f"{journal.pk:07d}")
    told = captions(paid)
    assert told[0] == "Penyedia" and told[1].startswith("Mengetahui") and "Setuju dibayar" in told[2]
    assert "Lunas dibayar" in told[3] and len(told) == 4


def test_the_slip_names_base_rate_period_and_the_treasurer_signs() -> None:
    case = accepted(mechanism="LS")
    approved(case)
    sp2d(case)
    for number, tax in enumerate(TaxLine.objects.all()):
        record_deposit(
            actor=case.treasurer,
            tax_line_id=tax.pk,
            billing_code="8" * 15,
            ntpn=f"{number:016d}",
            deposited_on=clock.today(),
        )
    slip = latest(case, "bukti_potong")
    assert slip.facts["total"] == 2_350_000 and len(slip.facts["taxes"]) == 2
    assert all(tax["base"] and tax["rate"] and tax["rule"] for tax in slip.facts["taxes"])
    assert "Bendahara" in captions(slip)[0]
