"""What a bank's portal takes: a batch of transfers as CSV or as ISO 20022 pain.001 (2009 and 2019 editions).

Pure: the same batch gives the same bytes, so that downloading again is harmless. Amounts are whole rupiah.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from marketplace.core import clock

CURRENCY: Final = "IDR"


@dataclass(frozen=True, slots=True)
class Source:
    """The account that transfers leave from: its holder, 3-digit bank code and number."""

    name: str
    bank: str
    account: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer as the bank needs it. `amount` in rupiah."""

    reference: str
    amount: int
    bank: str
    account: str
    holder: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Order:
    """A whole batch: its reference, when it was approved, where the money leaves, the transfers by reference."""

    reference: str
    approved_at: datetime
    source: Source
    transfers: Sequence[Transfer]

    @property
    def control_sum(self) -> int:
        """Rupiah of all transfers together."""
        return sum(each.amount for each in self.transfers)


def as_csv(order: Order) -> bytes:
    """Comma-separated, one line per transfer, the control figures in the last line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["no", "rujukan", "kode_bank", "rekening", "nama", "nilai", "keterangan"])
    for place, each in enumerate(order.transfers, 1):
        writer.writerow(
            [
                place,
                each.reference,
                each.bank,
                each.account,
                _plain(each.holder, 140),
                each.amount,
                _plain(each.purpose, 140),
            ]
        )
    writer.writerow(["TOTAL", order.reference, "", "", len(order.transfers), order.control_sum, ""])
    return text.getvalue().encode()


def as_pain_03(order: Order) -> bytes:
    """pain.001.001.03, the edition most portals take."""
    return _pain(order, "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03", dated_inside=False)


def as_pain_09(order: Order) -> bytes:
    """pain.001.001.09, in which the day of execution stands inside a choice."""
    return _pain(order, "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09", dated_inside=True)


FORMATS: Final[Mapping[str, tuple[Callable[[Order], bytes], str, str]]] = {
    "csv": (as_csv, "csv", "text/csv; charset=utf-8"),
    "pain.001.001.03": (as_pain_03, "xml", "application/xml"),
    "pain.001.001.09": (as_pain_09, "xml", "application/xml"),
}
"""By name: how to write it, the ending of its file name, its media type."""


def _pain(order: Order, namespace: str, *, dated_inside: bool) -> bytes:
    document = Element("Document", {"xmlns": namespace})
    initiation = SubElement(document, "CstmrCdtTrfInitn")
    moment = order.approved_at.astimezone(clock.JAKARTA).replace(microsecond=0)
    head = SubElement(initiation, "GrpHdr")
    _leaf(head, "MsgId", order.reference)
    _leaf(head, "CreDtTm", moment.replace(tzinfo=None).isoformat())
    _figures(head, order)
    _leaf(SubElement(head, "InitgPty"), "Nm", _plain(order.source.name, 140))
    payment = SubElement(initiation, "PmtInf")
    _leaf(payment, "PmtInfId", order.reference)
    _leaf(payment, "PmtMtd", "TRF")
    _figures(payment, order)
    day = SubElement(payment, "ReqdExctnDt")
    _text(SubElement(day, "Dt") if dated_inside else day, moment.date().isoformat())
    _leaf(SubElement(payment, "Dbtr"), "Nm", _plain(order.source.name, 140))
    _account(payment, "DbtrAcct", order.source.account)
    _agent(payment, "DbtrAgt", order.source.bank)
    for each in order.transfers:
        _transfer(payment, each)
    indent(document)
    return tostring(document, encoding="utf-8", xml_declaration=True) + b"\n"


def _transfer(payment: Element, each: Transfer) -> None:
    told = SubElement(payment, "CdtTrfTxInf")
    known = SubElement(told, "PmtId")
    _leaf(known, "InstrId", each.reference)
    _leaf(known, "EndToEndId", each.reference)
    amount = SubElement(SubElement(told, "Amt"), "InstdAmt", {"Ccy": CURRENCY})
    _text(amount, f"{each.amount}.00")
    _agent(told, "CdtrAgt", each.bank)
    _leaf(SubElement(told, "Cdtr"), "Nm", _plain(each.holder, 140))
    _account(told, "CdtrAcct", each.account)
    _leaf(SubElement(told, "RmtInf"), "Ustrd", _plain(each.purpose, 140))


def _figures(into: Element, order: Order) -> None:
    _leaf(into, "NbOfTxs", str(len(order.transfers)))
    _leaf(into, "CtrlSum", f"{order.control_sum}.00")


def _account(into: Element, name: str, number: str) -> None:
    _leaf(SubElement(SubElement(SubElement(into, name), "Id"), "Othr"), "Id", number)


def _agent(into: Element, name: str, bank: str) -> None:
    agent = SubElement(SubElement(SubElement(into, name), "FinInstnId"), "ClrSysMmbId")
    _leaf(agent, "MmbId", bank)


def _leaf(into: Element, name: str, text: str) -> None:
    _text(SubElement(into, name), text)


def _text(element: Element, text: str) -> None:
    element.text = text


def _plain(text: str, most: int) -> str:
    """Letters that banks print: no accents, no control characters, no mark that a spreadsheet would obey."""
    decomposed = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = "".join(each if each.isprintable() else " " for each in decomposed).split()
    return " ".join(words).lstrip("=+-@")[:most].strip() or "-"
