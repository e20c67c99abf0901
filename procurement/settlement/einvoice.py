"""The vendor's bill as a UBL 2.1 invoice, for programs: written from the frozen facts of the paper alone. Pure.

What the paper says, the file says, byte for byte the same whenever it is asked for. Rule: OASIS Universal Business
Language 2.1 (ISO/IEC 19845); codes of UN/CEFACT: 380 commercial invoice, 30 credit transfer, UNCL 5305 tax
categories, Recommendation 20 units.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final
from xml.etree import ElementTree

INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
for _prefix, _space in (("", INVOICE), ("cac", CAC), ("cbc", CBC)):
    ElementTree.register_namespace(_prefix, _space)

_UNIT: Final[Mapping[str, str]] = {
    "rim": "RM",
    "kg": "KGM",
    "liter": "LTR",
    "meter": "MTR",
    "jam": "HUR",
    "hari": "DAY",
    "bulan": "MON",
    "lusin": "DZN",
    "set": "SET",
    "box": "BX",
    "pcs": "H87",
    "buah": "H87",
}
_ONE: Final = "C62"
"""Recommendation 20: one. The unit's own word stands in the line's note."""
_STANDARD: Final = "S"
_OUTSIDE: Final = "O"
"""UNCL 5305: standard rate; outside the scope of the tax."""


class Part:
    """An element that is written child by child, in the order of the schema."""

    def __init__(self, element: ElementTree.Element) -> None:
        self.element = element

    def group(self, name: str) -> Part:
        """A further aggregate."""
        return Part(ElementTree.SubElement(self.element, f"{{{CAC}}}{name}"))

    def say(self, name: str, value: object, **attributes: str) -> Part:
        """A further value; an empty one is left out, as the schema asks."""
        if value != "":
            child = ElementTree.SubElement(self.element, f"{{{CBC}}}{name}", attributes)
            child.text = str(value)
        return self

    def money(self, name: str, rupiah: int | Decimal) -> Part:
        """A further amount in rupiah."""
        return self.say(name, rupiah, currencyID="IDR")


def ubl_invoice(number: str, facts: Mapping[str, Any]) -> bytes:
    """The invoice paper `number` with these facts (`documents.facts.Invoice`) as UTF-8 XML. Amounts in whole rupiah."""
    root = Part(ElementTree.Element(f"{{{INVOICE}}}Invoice"))
    root.say("UBLVersionID", "2.1").say("ID", number)
    root.say("IssueDate", facts["date"]).say("DueDate", facts["due_on"])
    root.say("InvoiceTypeCode", "380", listID="UNCL1001")
    root.say("Note", facts.get("package", ""))
    root.say("DocumentCurrencyCode", "IDR").say("AccountingCost", facts["account_code"])
    root.say("LineCountNumeric", len(facts["lines"])).say("BuyerReference", f"RUP {facts['rup']}")
    _references(root, facts)
    _supplier(root.group("AccountingSupplierParty").group("Party"), facts["vendor"])
    _buyer(root.group("AccountingCustomerParty").group("Party"), facts["agency"])
    _payment(root, facts)
    _shipping(root, facts["shipping"])
    _taxes(root, facts)
    _total(root, facts)
    for position, line in enumerate(facts["lines"], start=1):
        _line(root.group("InvoiceLine"), position, line)
    written: bytes = ElementTree.tostring(root.element, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _references(root: Part, facts: Mapping[str, Any]) -> None:
    order = root.group("OrderReference").say("ID", facts["order_paper"]).say("SalesOrderID", facts["order"])
    order.say("IssueDate", facts["order_date"])
    if facts.get("bast"):
        root.group("ReceiptDocumentReference").say("ID", facts["bast"]).say("DocumentType", "BAST")


def _supplier(party: Part, vendor: Mapping[str, Any]) -> None:
    party.group("PartyIdentification").say("ID", vendor.get("nitku", "") or vendor["npwp"], schemeID="NPWP")
    party.group("PartyName").say("Name", vendor["name"])
    _address(party, vendor["address"])
    tax = party.group("PartyTaxScheme").say("CompanyID", vendor["npwp"])
    tax.group("TaxScheme").say("ID", "VAT").say("Name", "PPN")
    legal = party.group("PartyLegalEntity").say("RegistrationName", vendor["name"])
    legal.say("CompanyID", vendor["nib"], schemeID="NIB")
    party.group("Contact").say("Name", vendor["signatory"])


def _buyer(party: Part, agency: Mapping[str, Any]) -> None:
    party.group("PartyIdentification").say("ID", agency["code"])
    party.group("PartyName").say("Name", agency["name"])
    _address(party, agency["address"])
    party.group("PartyLegalEntity").say("RegistrationName", agency["government"])


def _address(party: Part, address: str) -> None:
    place = party.group("PostalAddress")
    place.group("AddressLine").say("Line", address or "-")
    place.group("Country").say("IdentificationCode", "ID")


def _payment(root: Part, facts: Mapping[str, Any]) -> None:
    means = root.group("PaymentMeans").say("PaymentMeansCode", "30").say("PaymentDueDate", facts["due_on"])
    means.say("PaymentID", facts["order"])
    bank = facts["bank"]
    account = means.group("PayeeFinancialAccount").say("ID", bank["account"]).say("Name", bank["holder"])
    account.say("CurrencyCode", "IDR").group("FinancialInstitutionBranch").say("ID", bank["bank"])


def _shipping(root: Part, shipping: int) -> None:
    if shipping:
        charge = root.group("AllowanceCharge").say("ChargeIndicator", "true")
        charge.say("AllowanceChargeReason", "Ongkos kirim").money("Amount", shipping)


def _taxes(root: Part, facts: Mapping[str, Any]) -> None:
    total = root.group("TaxTotal").money("TaxAmount", facts["ppn"])
    for tax in facts.get("taxes_on_top", ()):
        part = total.group("TaxSubtotal").money("TaxableAmount", _to_sen(Fraction(tax["base"])))
        part.money("TaxAmount", tax["amount"])
        category = part.group("TaxCategory").say("ID", _STANDARD)
        category.say("Percent", _to_sen(Fraction(tax["rate"]) * 100)).say("TaxExemptionReason", tax["rule"])
        scheme = ("VAT", "PPN") if tax["code"] == "PPN" else (tax["code"], tax["code"])
        category.group("TaxScheme").say("ID", scheme[0]).say("Name", scheme[1])
    if not facts.get("taxes_on_top"):
        price = facts["subtotal"] + facts["shipping"]
        part = total.group("TaxSubtotal").money("TaxableAmount", price).money("TaxAmount", 0)
        category = part.group("TaxCategory").say("ID", _OUTSIDE).say("TaxExemptionReason", facts["ppn_label"])
        category.group("TaxScheme").say("ID", "VAT").say("Name", "PPN")


def _total(root: Part, facts: Mapping[str, Any]) -> None:
    sums = root.group("LegalMonetaryTotal").money("LineExtensionAmount", facts["subtotal"])
    sums.money("TaxExclusiveAmount", facts["subtotal"] + facts["shipping"])
    sums.money("TaxInclusiveAmount", facts["total"]).money("ChargeTotalAmount", facts["shipping"])
    sums.money("PayableAmount", facts["total"])


def _line(part: Part, position: int, line: Mapping[str, Any]) -> None:
    unit = line["unit"]
    code = _UNIT.get(unit.casefold(), _ONE)
    part.say("ID", position).say("Note", f"Satuan: {unit}" if code == _ONE else "")
    part.say("InvoicedQuantity", line["quantity"], unitCode=code, unitCodeListID="UNECERec20")
    part.money("LineExtensionAmount", line["total"])
    item = part.group("Item").say("Name", line["name"])
    if line.get("product_id"):
        item.group("SellersItemIdentification").say("ID", line["product_id"])
    if line.get("kbki"):
        item.group("CommodityClassification").say("ItemClassificationCode", line["kbki"], listID="KBKI")
    part.group("Price").money("PriceAmount", line["unit_price"])


def _to_sen(exact: Fraction) -> Decimal:
    """Two decimals, rounded half up: for show, taxes themselves are whole rupiah and were worked out exactly."""
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
