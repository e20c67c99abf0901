"""The vendor's invoice as UBL 2.1, for programs: the same facts and the same rupiah as the paper. Pure.

Deterministic: the same facts give the same bytes. A late penalty is an allowance on the whole document: it lowers what
is payable and no tax base. Taxes that the payer keeps back stand in `WithholdingTaxTotal` and lower nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final
from xml.etree import ElementTree as Tree

from procurement.taxation.queries import TaxLine, TaxPlan

INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CURRENCY: Final = "IDR"
COMMERCIAL_INVOICE: Final = "380"
"""UNCL 1001."""
CREDIT_TRANSFER: Final = "30"
"""UNCL 4461."""
PIECE: Final = "C62"
"""UN/ECE Recommendation 20: one; the unit in words stands in the note of the line."""

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Hidden = Callable[[str], str]


def ubl(facts: Mapping[str, Any], plan: TaxPlan, *, penalty: int, hide: Hidden | None = None) -> bytes:
    """The invoice as XML in UTF-8.

    Args:
        facts: the facts of the invoice's paper (`papers.invoice_facts` with its number), amounts in rupiah.
        plan: the taxes as agreed, frozen with the invoice.
        penalty: rupiah kept back for lateness.
        hide: what becomes of tax and account numbers for a reader who may not see them; None shows them.

    Raises ValueError when the totals do not agree: an invoice whose sums differ never leaves the house.
    """
    shown = hide or (lambda text: text)
    goods = sum(line["total"] for line in facts["lines"])
    if goods + facts["shipping"] != plan.price or plan.gross != facts["total"]:
        raise ValueError(f"invoice {facts['number']}: its lines, delivery and taxes do not make its total")
    for prefix, space in (("", INVOICE), ("cac", CAC), ("cbc", CBC)):
        Tree.register_namespace(prefix, space)
    root = Tree.Element(f"{{{INVOICE}}}Invoice")
    _head(root, facts)
    _supplier(root, facts["vendor"], shown)
    _customer(root, facts["agency"])
    _payment(root, facts, shown)
    _allowances(root, facts["shipping"], penalty)
    _taxes(root, plan)
    _totals(root, plan, goods=goods, shipping=facts["shipping"], penalty=penalty)
    for number, line in enumerate(facts["lines"], 1):
        _line(root, number, line)
    Tree.indent(root)
    written: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _part(parent: Tree.Element, name: str) -> Tree.Element:
    return Tree.SubElement(parent, f"{{{CAC}}}{name}")


def _text(parent: Tree.Element, name: str, value: object, **attributes: str) -> None:
    Tree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = _NOT_XML.sub("", str(value))


def _amount(parent: Tree.Element, name: str, rupiah: int) -> None:
    _text(parent, name, rupiah, currencyID=CURRENCY)


def _head(root: Tree.Element, facts: Mapping[str, Any]) -> None:
    _text(root, "UBLVersionID", "2.1")
    _text(root, "ID", facts["number"])
    _text(root, "IssueDate", facts["date"])
    _text(root, "DueDate", facts["due_on"])
    _text(root, "InvoiceTypeCode", COMMERCIAL_INVOICE)
    _text(root, "DocumentCurrencyCode", CURRENCY)
    _text(root, "AccountingCost", facts["account_code"])
    _text(root, "BuyerReference", f"RUP {facts['rup']}")
    order = _part(root, "OrderReference")
    _text(order, "ID", facts["order_paper"])
    _text(order, "SalesOrderID", facts["order"])
    _text(order, "IssueDate", facts["order_date"])
    _text(_part(root, "ReceiptDocumentReference"), "ID", facts["bast"])


def _supplier(root: Tree.Element, vendor: Mapping[str, Any], shown: Hidden) -> None:
    party = _part(_part(root, "AccountingSupplierParty"), "Party")
    _identified(party, vendor["nib"], "NIB")
    if vendor.get("nitku"):
        _identified(party, shown(vendor["nitku"]), "NITKU")
    _text(_part(party, "PartyName"), "Name", vendor["name"])
    _address(party, vendor["address"])
    if vendor["npwp"]:
        registered = _part(party, "PartyTaxScheme")
        _text(registered, "CompanyID", shown(vendor["npwp"]), schemeID="NPWP16")
        _text(_part(registered, "TaxScheme"), "ID", "NPWP")
    _text(_part(party, "PartyLegalEntity"), "RegistrationName", vendor["name"])


def _customer(root: Tree.Element, agency: Mapping[str, Any]) -> None:
    party = _part(_part(root, "AccountingCustomerParty"), "Party")
    _identified(party, agency["code"], "SATKER")
    _text(_part(party, "PartyName"), "Name", agency["name"])
    _address(party, agency["address"])
    _text(_part(party, "PartyLegalEntity"), "RegistrationName", agency["government"])


def _identified(party: Tree.Element, number: str, scheme: str) -> None:
    if number:
        _text(_part(party, "PartyIdentification"), "ID", number, schemeID=scheme)


def _address(party: Tree.Element, words: str) -> None:
    address = _part(party, "PostalAddress")
    if words:
        _text(_part(address, "AddressLine"), "Line", words)
    _text(_part(address, "Country"), "IdentificationCode", "ID")


def _payment(root: Tree.Element, facts: Mapping[str, Any], shown: Hidden) -> None:
    means = _part(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", CREDIT_TRANSFER)
    _text(means, "PaymentDueDate", facts["due_on"])
    _text(means, "PaymentID", facts["number"])
    account = _part(means, "PayeeFinancialAccount")
    _text(account, "ID", shown(facts["bank"]["account"]))
    _text(account, "Name", facts["bank"]["holder"])
    _text(_part(account, "FinancialInstitutionBranch"), "ID", facts["bank"]["bank"])


def _allowances(root: Tree.Element, shipping: int, penalty: int) -> None:
    for charge, reason, amount in (
        (True, "Ongkos kirim", shipping),
        (False, "Denda keterlambatan (Perpres 16/2018 Pasal 79)", penalty),
    ):
        if amount:
            row = _part(root, "AllowanceCharge")
            _text(row, "ChargeIndicator", "true" if charge else "false")
            _text(row, "AllowanceChargeReason", reason)
            _amount(row, "Amount", amount)


def _taxes(root: Tree.Element, plan: TaxPlan) -> None:
    on_top = [line for line in plan.lines if line.on_top]
    total = _part(root, "TaxTotal")
    _amount(total, "TaxAmount", plan.gross - plan.price)
    for line in on_top:
        _subtotal(total, line)
    if not on_top:
        untaxed = _part(total, "TaxSubtotal")
        _amount(untaxed, "TaxableAmount", plan.price)
        _amount(untaxed, "TaxAmount", 0)
        category = _part(untaxed, "TaxCategory")
        _text(category, "ID", "E")
        _text(category, "Percent", 0)
        _text(category, "TaxExemptionReason", plan.reason)
        _text(_part(category, "TaxScheme"), "ID", "PPN")
    kept = [line for line in plan.lines if line.withheld and line.amount]
    if kept:
        withheld = _part(root, "WithholdingTaxTotal")
        _amount(withheld, "TaxAmount", plan.withheld)
        for line in kept:
            _subtotal(withheld, line)


def _subtotal(total: Tree.Element, line: TaxLine) -> None:
    row = _part(total, "TaxSubtotal")
    _amount(row, "TaxableAmount", int(Fraction(line.base)))
    _amount(row, "TaxAmount", line.amount)
    category = _part(row, "TaxCategory")
    _text(category, "ID", "S")
    _text(category, "Name", f"{line.rule_id} v{line.rule_version}: {line.legal_basis}")
    _text(category, "Percent", f"{float(Fraction(line.rate) * 100):g}")
    _text(_part(category, "TaxScheme"), "ID", line.code)


def _totals(root: Tree.Element, plan: TaxPlan, *, goods: int, shipping: int, penalty: int) -> None:
    total = _part(root, "LegalMonetaryTotal")
    _amount(total, "LineExtensionAmount", goods)
    _amount(total, "TaxExclusiveAmount", plan.price)
    _amount(total, "TaxInclusiveAmount", plan.gross)
    _amount(total, "AllowanceTotalAmount", penalty)
    _amount(total, "ChargeTotalAmount", shipping)
    _amount(total, "PayableAmount", plan.gross - penalty)


def _line(root: Tree.Element, number: int, line: Mapping[str, Any]) -> None:
    row = _part(root, "InvoiceLine")
    _text(row, "ID", number)
    _text(row, "Note", f"Satuan: {line['unit']}")
    _text(row, "InvoicedQuantity", line["quantity"], unitCode=PIECE)
    _amount(row, "LineExtensionAmount", line["total"])
    item = _part(row, "Item")
    _text(item, "Name", line["name"])
    if line.get("product_id"):
        _text(_part(item, "SellersItemIdentification"), "ID", line["product_id"])
    if line.get("kbki"):
        classified = _part(item, "CommodityClassification")
        _text(classified, "ItemClassificationCode", line["kbki"], listID="KBKI")
    _amount(_part(row, "Price"), "PriceAmount", line["unit_price"])
