"""The bill as a UBL 2.1 invoice says what the paper says, to the rupiah, to those who may read the paper."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from marketplace.accounts.roles import Role
from procurement.documents.models import Paper
from procurement.documents.samples import sample
from procurement.settlement.actions import issue_invoice, return_invoice
from procurement.settlement.einvoice import CAC, CBC, ubl_invoice
from tests import people
from tests.settlement.orders import Case, accepted

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = {"cac": CAC, "cbc": CBC}


def url(case: Case) -> str:
    return f"/pesanan/{case.purchase.number}/tagihan.xml"


def read(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)


def amount(root: ElementTree.Element, path: str) -> int:
    found = root.find(path, NAMES)
    assert found is not None and found.text and found.get("currencyID") == "IDR"
    return int(found.text)


def test_the_worked_order_is_billed_to_the_rupiah() -> None:
    case = accepted()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    answer = people.signed_in(case.appointments[Role.TREASURER]).get(url(case))
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/xml")
    root = read(answer.content)
    sums = {
        name: amount(root, f"cac:LegalMonetaryTotal/cbc:{name}")
        for name in (
            "LineExtensionAmount",
            "ChargeTotalAmount",
            "TaxExclusiveAmount",
            "TaxInclusiveAmount",
            "PayableAmount",
        )
    }
    assert sums == {
        "LineExtensionAmount": 18_550_000,
        "ChargeTotalAmount": 250_000,
        "TaxExclusiveAmount": 18_800_000,
        "TaxInclusiveAmount": 20_868_000,
        "PayableAmount": 20_868_000,
    }
    assert amount(root, "cac:TaxTotal/cbc:TaxAmount") == 2_068_000
    base = root.find("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount", NAMES)
    assert base is not None and base.text == "17233333.33"  # eleven twelfths of 18.800.000
    lines = root.findall("cac:InvoiceLine", NAMES)
    assert sum(amount(line, "cbc:LineExtensionAmount") for line in lines) == 18_550_000
    assert answer.content == people.signed_in(case.appointments[Role.TREASURER]).get(url(case)).content


def test_it_is_read_by_the_parties_and_the_auditor_alone() -> None:
    case, other = accepted(), accepted()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    assert people.signed_in(case.appointments[Role.PPK]).get(url(case)).status_code == 200
    for stranger in (Role.PPK, Role.TREASURER):
        assert people.signed_in(other.appointments[stranger]).get(url(case)).status_code == 404
    assert people.signed_in(case.appointments[Role.PPK]).get(url(other)).status_code == 404  # not billed yet


def test_a_bill_sent_back_is_not_given_out() -> None:
    case = accepted()
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    return_invoice(actor=case.verifier, purchase_id=case.purchase.pk, reason="Nomor BAST keliru.")
    assert people.signed_in(case.appointments[Role.PPK]).get(url(case)).status_code == 404


def test_text_of_any_kind_stays_text() -> None:
    facts = sample("invoice").facts
    facts["vendor"] = {**facts["vendor"], "name": 'Toko <Maju> & "Bersama" 100% ]]>'}
    facts["lines"][0]["name"] = "Map & <b>odner</b>"
    root = read(ubl_invoice("INV-1", facts))
    name = root.find("cac:AccountingSupplierParty/cac:Party/cac:PartyName/cbc:Name", NAMES)
    assert name is not None and name.text == facts["vendor"]["name"]
    assert Paper.objects.count() == 0
