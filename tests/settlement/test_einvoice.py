"""The invoice as UBL 2.1: equal to the paper to the rupiah, the same bytes each time, masked for those outside."""

from __future__ import annotations

from hashlib import sha256
from xml.etree import ElementTree as Tree

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import issue_invoice
from procurement.settlement.einvoice import CAC, CBC, ubl
from procurement.settlement.models import Invoice
from procurement.taxation.queries import TaxPlan
from tests import people
from tests.settlement.orders import Case, accepted, account_of
from tests.settlement.test_pages import browser

pytestmark = pytest.mark.django_db(transaction=True)


def billed(**options: object) -> Case:
    case = accepted(nitku="0012345678901234000000", **options)  # type: ignore[arg-type]
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    return case


def taken(client: Client, case: Case) -> bytes:
    response = client.get(reverse("invoice-xml", args=[case.purchase.number]))
    assert response.status_code == 200 and response["Content-Type"].startswith("application/xml")
    return bytes(response.content)


def texts(xml: bytes, path: str) -> list[str]:
    """The text of every element at a path such as `cac:TaxTotal/cbc:TaxAmount`."""
    return [each.text or "" for each in Tree.fromstring(xml).findall(path, {"cac": CAC, "cbc": CBC})]


def total(xml: bytes, name: str) -> int:
    (text,) = texts(xml, f"cac:LegalMonetaryTotal/cbc:{name}")
    return int(text)


@pytest.mark.parametrize("penalty", [0, 250_000])
def test_it_says_what_the_paper_says_to_the_rupiah(penalty: int) -> None:
    case = billed(penalty=penalty)
    xml = taken(browser(case, Role.VENDOR), case)
    paper = Paper.objects.get(kind="invoice")
    assert texts(xml, "cbc:ID") == [paper.number]
    lines = [int(text) for text in texts(xml, "cac:InvoiceLine/cbc:LineExtensionAmount")]
    assert lines == [line["total"] for line in paper.facts["lines"]]
    assert total(xml, "LineExtensionAmount") == sum(lines) == 18_550_000
    assert total(xml, "ChargeTotalAmount") == 250_000
    assert total(xml, "TaxExclusiveAmount") == 18_800_000
    assert total(xml, "TaxInclusiveAmount") == paper.facts["total"] == 20_868_000
    assert total(xml, "AllowanceTotalAmount") == penalty
    assert total(xml, "PayableAmount") == 20_868_000 - penalty
    assert texts(xml, "cac:TaxTotal/cbc:TaxAmount") == ["2068000"]
    assert texts(xml, "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent") == ["12"]
    assert sorted(texts(xml, "cac:WithholdingTaxTotal/cac:TaxSubtotal/cbc:TaxAmount")) == [
        "2068000",
        "282000",
    ]
    assert texts(xml, "cac:OrderReference/cbc:ID") == [case.purchase.sp_number]
    assert texts(xml, "cac:ReceiptDocumentReference/cbc:ID") == [case.purchase.bast_number]
    assert texts(xml, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == [account_of(case)]


def test_without_ppn_the_reason_stands_in_it() -> None:
    xml = taken(browser(case := billed(pkp=False), Role.VENDOR), case)
    assert texts(xml, "cac:TaxTotal/cbc:TaxAmount") == ["0"]
    (why,) = texts(xml, "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason")
    assert "PKP" in why


def test_the_same_bytes_each_time_and_their_hash_is_in_the_log() -> None:
    case = billed()
    first, again = taken(browser(case, Role.VENDOR), case), taken(browser(case, Role.TREASURER), case)
    assert first == again
    entry = LogEntry.objects.get(act="purchase.invoice")
    assert entry.facts["ubl_sha256"] == sha256(first).hexdigest() == Invoice.objects.get().ubl_sha256


def test_numbers_are_whole_for_the_parties_and_masked_for_the_auditor() -> None:
    case = billed()
    body = people.organisation("AUDITOR_BODY", in_region=case.purchase.region)
    auditor = people.signed_in(people.appointment(Role.AUDITOR, body))
    for whole in (browser(case, Role.VENDOR), browser(case, Role.PPK_SKPD)):
        assert b"0012345678901234000000" in taken(whole, case)
    seen = taken(auditor, case)
    assert b"001234567890" not in seen and account_of(case).encode() not in seen
    assert texts(seen, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["20868000"]


def test_closed_to_other_units_and_other_vendors() -> None:
    case, foreign = billed(), billed()
    for role in (Role.TREASURER, Role.VENDOR):
        address = reverse("invoice-xml", args=[case.purchase.number])
        assert browser(foreign, role).get(address).status_code == 404


def test_an_order_without_a_bill_says_so() -> None:
    case = accepted()
    response = browser(case, Role.VENDOR).get(reverse("invoice-xml", args=[case.purchase.number]))
    assert response.status_code == 302


def test_signs_that_xml_cannot_hold_are_left_out_and_markup_stays_text() -> None:
    case = accepted()
    Purchase.objects.filter(pk=case.purchase.pk).update(bast_number="<b>1</b>\x0b&")
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    xml = taken(browser(case, Role.VENDOR), case)
    assert texts(xml, "cac:ReceiptDocumentReference/cbc:ID") == ["<b>1</b>&"]


def test_sums_that_differ_never_leave_the_house() -> None:
    billed()
    invoice, paper = Invoice.objects.get(), Paper.objects.get(kind="invoice")
    plan = TaxPlan.from_json(invoice.tax_plan)
    with pytest.raises(ValueError, match="do not make its total"):
        ubl({**paper.facts, "number": "1", "shipping": 1}, plan, penalty=0)
