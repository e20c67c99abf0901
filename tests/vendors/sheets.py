"""Spreadsheets of listings as vendors' programs write them, and what becomes of them when they are uploaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import spreadsheets
from marketplace.events.jobs import run_due
from tests import people
from vendors.models import Listing, ListingPrice, ListingUpload, Vendor

HEADINGS = ("kode", "nama", "kategori", "keterangan", "satuan", "harga", "isi menu")
Row = Sequence[object]


def row(
    code: str = "NK-01", title: str = "Nasi kotak ayam bakar", *, price: object = 35_000, **said: str
) -> Row:
    """A row of `HEADINGS` that can be taken."""
    return (
        code,
        title,
        said.get("category", "Konsumsi › Nasi kotak"),
        said.get("description", "Nasi, ayam bakar, lalapan."),
        said.get("unit", "kotak"),
        price,
        said.get("menu", "nasi, ayam bakar, lalapan"),
    )


def csv(*rows: Row, headings: Row = HEADINGS, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """Rows as CSV."""
    lines = [delimiter.join(_quoted(cell, delimiter) for cell in each) for each in (headings, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _quoted(cell: object, delimiter: str) -> str:
    text = str(cell)
    return (
        '"' + text.replace('"', '""') + '"' if any(mark in text for mark in (delimiter, '"', "\n")) else text
    )


def xlsx(*rows: Row, headings: Row = HEADINGS) -> bytes:
    """Rows as an Excel file; numbers stay numbers."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("DATA")
        for number, cells in enumerate((headings, *rows)):
            for place, cell in enumerate(cells):
                sheet.write(number, place, cell)
    return file.getvalue()


def ods(*rows: Row, headings: Row = HEADINGS) -> bytes:
    """Rows as an OpenDocument spreadsheet."""
    cells = "".join(
        "<table:table-row>" + "".join(map(_ods_cell, each)) + "</table:table-row>"
        for each in (headings, *rows)
    )
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="DATA">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", compress_type=zipfile.ZIP_STORED
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?>'
            f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        archive.writestr("content.xml", content)
    return file.getvalue()


def _ods_cell(cell: object) -> str:
    if isinstance(cell, int):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def zipped(**files: bytes) -> SimpleUploadedFile:
    """Files in a ZIP, as a browser sends it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return SimpleUploadedFile("foto.zip", content.getvalue())


def session(stall: Vendor) -> Client:
    """The browser session of a vendor's owner."""
    return people.signed_in(
        stall.organisation.appointments.select_related("user", "organisation").get(role=Role.VENDOR)
    )


def uploaded(client: Client, content: bytes, name: str = "produk.csv", **more: Any) -> ListingUpload:
    """Send a file and have it read; returns the upload."""
    answer = client.post("/produk-saya/unggah/", {"table": SimpleUploadedFile(name, content), **more})
    assert answer.status_code == 302, answer.content.decode()
    run_due()
    return ListingUpload.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def saved(client: Client, upload: ListingUpload, **said: Any) -> ListingUpload:
    """Agree to a previewed file and have it written."""
    answer = client.post(
        f"/produk-saya/unggah/{upload.pk}/simpan/",
        {"choice": "BENAR", "revision": upload.revision, **said},
    )
    assert answer.status_code == 302, answer.content.decode()
    run_due()
    upload.refresh_from_db()
    return upload


def found(upload: ListingUpload) -> tuple[int, ...]:
    """How many rows are new, changed, the same, wrong."""
    counts = upload.found
    return tuple(counts.get(name, 0) for name in ("BARU", "BERUBAH", "SAMA", "SALAH"))


def problems(upload: ListingUpload) -> list[str]:
    """Everything that is wrong with the rows of a file, as people read it."""
    return [
        f"Baris {each.line}, kolom {column}: {sentence}"
        for each in upload.rows.order_by("place")
        for column, sentence in each.problems
    ]


def cells(answer: Any) -> list[list[str]]:
    """The rows of a downloaded spreadsheet."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [each for _line, each in spreadsheets.rows(content)]


def snapshot() -> tuple[object, ...]:
    """What an upload must leave alone until it is saved."""
    return (
        list(Listing.objects.order_by("pk").values_list("pk", "state", "revision", "price", "attributes")),
        ListingPrice.objects.count(),
        Entry.objects.filter(aggregate_type="listing").count(),
    )


def many(number: int, *, start: int = 0) -> Iterable[Row]:
    """Rows with codes of their own."""
    return (row(f"NK-{each}", f"Nasi kotak nomor {each}") for each in range(start, start + number))
