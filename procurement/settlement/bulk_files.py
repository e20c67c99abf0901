"""The bulk file of withheld income tax as a sheet for the tax office's converter, and as the XML it makes. Pure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

import xlsxwriter

from procurement.settlement.withholding import COLUMNS, NUMBERS, FileRow

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
HEADER_ROW: Final = 2
FIRST_COLUMN: Final = 1


def as_xml(tin: str, rows: Sequence[FileRow]) -> bytes:
    """`BpuBulk` with one `Bpu` per row; an empty cell is `xsi:nil`. `tin` is the withholder's NPWP, 16 digits."""
    ElementTree.register_namespace("xsi", XSI)
    root = ElementTree.Element("BpuBulk", {f"{{{XSI}}}noNamespaceSchemaLocation": "schema.xsd"})
    ElementTree.SubElement(root, "TIN").text = tin
    listed = ElementTree.SubElement(root, "ListOfBpu")
    for row in rows:
        item = ElementTree.SubElement(listed, "Bpu")
        for _header, tag in COLUMNS:
            value = row.cells[tag]
            if value is None:
                ElementTree.SubElement(item, tag, {f"{{{XSI}}}nil": "true"})
            else:
                ElementTree.SubElement(item, tag).text = value
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def as_xlsx(tin: str, rows: Sequence[FileRow]) -> bytes:
    """Sheet DATA as the converter has it (NPWP in C1, headings in row 3 from column B), and a sheet of sums."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        data = book.add_worksheet("DATA")
        data.write_string(0, 0, "NPWP Pemotong", bold)
        data.write_string(0, 2, tin)
        for column, (header, tag) in enumerate(COLUMNS, FIRST_COLUMN):
            data.write_string(HEADER_ROW, column, header, bold)
            for line, row in enumerate(rows, HEADER_ROW + 1):
                _cell(data, line, column, tag, row.cells[tag])
        data.set_column(FIRST_COLUMN, FIRST_COLUMN + len(COLUMNS), 18)
        _sums(book.add_worksheet("RINGKASAN"), rows, bold)
    return file.getvalue()


def _cell(sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, tag: str, value: str | None) -> None:
    if value is None:
        return
    if tag in NUMBERS:
        sheet.write_number(line, column, float(value) if "." in value else int(value))
    else:
        sheet.write_string(line, column, value)


def _sums(
    sheet: xlsxwriter.worksheet.Worksheet, rows: Sequence[FileRow], bold: xlsxwriter.format.Format
) -> None:
    for line, (label, number) in enumerate(
        (
            ("Baris", len(rows)),
            ("Jumlah DPP", sum(row.base for row in rows)),
            ("Jumlah PPh", sum(row.amount for row in rows)),
        )
    ):
        sheet.write_string(line, 0, label, bold)
        sheet.write_number(line, 1, number)
    sheet.set_column(0, 1, 22)
