"""Templates, exports and old formats: what goes out comes back in unchanged, and nothing in it runs."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from marketplace.accounts.actors import Actor
from tests.vendors import sheets, stalls
from vendors import bulk
from vendors.attributes import ATTRIBUTES, CHOICE, WHOLE, YES_NO
from vendors.bulk_upload import cells, reading, writing
from vendors.bulk_upload.cells import KINDS, Reference
from vendors.bulk_upload.columns import BY_KIND, COMMON, columns_of, plain_heading
from vendors.bulk_upload.comparing import Verdict, current_of, judged
from vendors.bulk_upload.exporting import cells_of
from vendors.models import REFINED, Listing

WAYS = {7: "Konsumsi › Nasi kotak", 8: "Konsumsi › Snack", 9: "Alat tulis kantor › Kertas"}
REFERENCE = Reference(WAYS)


# ── templates ─────────────────────────────────────────────────────────────────────────────────────────


def test_no_two_columns_share_a_heading():
    headings = [
        plain_heading(column.heading) for column in (*COMMON, *(c for t in BY_KIND.values() for c in t))
    ]

    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_template_holds_every_column_and_its_example_is_not_read(kind, form):
    content = writing.template(kind, WAYS, form=form)

    sheet = reading.opened(content)

    assert sheet.layout.unknown == ()
    assert sheet.layout.fills == {column.fills for column in columns_of([kind])}
    assert sheet.layout.kind == kind
    assert [reading.is_example(sheet.layout, row) for _place, _line, row in sheet.rows()] == [True]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_would_be_a_good_row_but_for_its_code(kind):
    sheet = reading.opened(writing.template(kind, WAYS))
    ((place, line, row),) = sheet.rows()

    found = judged(reading.parsed(sheet.layout, place, line, row, REFERENCE), "X", None, kind=kind)

    assert found.problems == []
    assert found.verdict == Verdict.NEW


def test_a_template_has_lists_to_choose_from_and_words_to_read():
    content = writing.template("KATERING", WAYS)

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["DATA", "REF", "Keterangan"]
    reference = [row[0] for row in book.get_sheet_by_name("REF").to_python()]
    assert reference[:4] == ["Kategori", *sorted(WAYS.values())]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        data = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "REF!$A$2:$A$4" in data
        assert data.count("<dataValidation ") == 6
        assert "xl/comments1.xml" in parts.namelist()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_template_has_the_same_bytes_every_time(form):
    assert writing.template("JASA", WAYS, form=form) == writing.template("JASA", WAYS, form=form)


@pytest.mark.django_db
def test_templates_are_downloaded_as_files():
    stalls.categories()
    client = sheets.session(stalls.vendor())

    for query, name in (
        ("jenis=BARANG&format=csv", "templat-barang.csv"),
        ("jenis=?", "templat-katering.xlsx"),
    ):
        answer = client.get(f"/produk-saya/unggah/templat/?{query}")
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"


# ── there and back ────────────────────────────────────────────────────────────────────────────────────

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
titles = words.map(lambda text: cells.line_of_text(f"produk {text}")[:200])
risky = st.sampled_from(
    ["=1+1", "+62", "-a", "@x", "'=x", "''+y", "\t=x", "_x0041_", "“a”; b", 'c"d', "a\n=b\r\n'c", "#5"]
)
area = st.sampled_from(["31.71", "31.74", "31", "31.71.06.1001"])


TAXED = {
    kind: [("", "", False), *((each.kind, each.commodity, each.luxury) for each in classes)]
    for kind, classes in REFINED.items()
}


@st.composite
def listings(draw: Any) -> tuple[Any, ...]:
    """A listing as `current_of` reads it from the database."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    told = {}
    for attribute in ATTRIBUTES[kind]:
        value = {
            WHOLE: st.integers(attribute.minimum, attribute.maximum),
            YES_NO: st.booleans(),
            CHOICE: st.sampled_from([code for code, _label in attribute.choices] or [""]),
        }.get(attribute.kind, (words | risky).map(lambda text: cells.line_of_text(text)[:100]))
        kept = draw(value)
        if kept != "" and (attribute.required or draw(st.booleans())):
            told[attribute.code] = kept
    least = draw(st.integers(1, 1_000_000))
    return (
        draw(st.integers(1, 10**9)),
        draw(st.sampled_from(["DRAFT", "LIVE", "IN_CURATION", "DELISTED"])),
        0,
        draw(st.sampled_from(["", "NK-1", "0001", "=A1", "-5", "a;b"])),
        draw(titles | risky.map(lambda text: f"{text} produk")),
        draw(words | risky),
        draw(st.none() | st.integers(0, cells.MOST_PIECES)),
        0,
        draw(st.sampled_from(sorted(WAYS))),
        kind,
        draw(st.sampled_from(["kotak", "orang/hari", "=kotak", "m²"])),
        draw(st.integers(1, 9_999_999_999)),
        draw(st.none() | st.integers(least, cells.MOST_PIECES)),
        least,
        draw(st.integers(0, 180)),
        draw(st.booleans()),
        draw(st.none() | st.integers(0, 10_000)),
        draw(st.none() | st.integers(0, 10_000)),
        draw(st.booleans()),
        draw(st.sampled_from(["", "0123", "63391"])),
        draw(st.lists(area, min_size=1, unique=True)),
        draw(st.dictionaries(area, st.integers(1, 9_999_999_999), max_size=3)),
        *draw(st.sampled_from(TAXED[kind])),
        told,
    )


def there_and_back(found: list[tuple[Any, ...]], form: str) -> list[str]:
    """Write listings into a file, read it, and compare each row with the listing it came from."""
    columns = columns_of(KINDS)
    known = [current_of(values) for values in found]
    rows = [cells_of(each, columns, REFERENCE) for each in known]
    if form == "csv":
        headings = writing.csv_line([column.shown for column in columns])
        content = writing.MARK + headings + b"".join(map(writing.csv_line, rows))
    else:
        file = io.BytesIO()
        book = writing.Book(file)
        placed = list(enumerate(columns))
        book.lay_out(placed, WAYS.values())
        book.write_headings(0, placed)
        for number, row in enumerate(rows, 1):
            book.write(number, enumerate(row))
        book.close(columns, WAYS.values())
        content = file.getvalue()
    sheet = reading.opened(content)
    assert sheet.total == len(known)
    said = []
    for (place, line, told), current in zip(sheet.rows(), known, strict=True):
        parsed = reading.parsed(sheet.layout, place, line, told, REFERENCE)
        assert parsed.sku == (current.sku or f"#{current.listing_id}")
        judgement = judged(parsed, current.sku, current, service_area=["31.71"])
        said += [f"{judgement.verdict} {judgement.changed} {judgement.problems}"]
    return said


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(deadline=None, max_examples=150)
@given(found=st.lists(listings(), min_size=1, max_size=4))
def test_what_is_exported_and_uploaded_again_changes_nothing(form, found):
    assert set(there_and_back(found, form)) == {"SAMA [] []"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_downloaded_catalogue_comes_back_with_zero_changes(form, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
    }
    stalls.categories()
    stall = stalls.vendor()
    client = sheets.session(stall)
    for title, said in (
        ("=HYPERLINK(“x”)", {"sku": "=1+1", "attributes": {"menu": "-nasi\n+ayam"}}),
        ("Nasi kotak biasa", {"description": "Satu\n\ndua;  tiga", "tkdn_bp": 40, "in_stock": None}),
        (
            "Kertas HVS",
            {"kind": "BARANG", "way": "alat-tulis-kantor/kertas", "attributes": {"brand": "Sidu"}},
        ),
    ):
        stalls.listing(stall, title, live=title != "Kertas HVS", **said)
    before = sheets.snapshot()

    answer: Any = client.get(f"/produk-saya/unduh/?format={form}")
    content = b"".join(answer.streaming_content)

    upload = sheets.uploaded(client, content, f"produk.{form}")
    assert sheets.found(upload) == (0, 0, 3, 0)
    assert sheets.snapshot() == before


def test_no_cell_that_goes_out_is_a_formula():
    dangerous = ("=1+1", "=cmd|'/c calc'!A0", "@SUM(A1)", "-kotak", "+nasi")
    sku, title, description, unit, menu = dangerous
    said = (sku, title, description, 1, 0, 7, "KATERING", unit, 1, None, 1, 1, False, None, None, False, "")
    listing = current_of((1, "LIVE", 0, *said, ["31.71"], {}, "", "", False, {"menu": menu}))
    row = cells_of(listing, columns_of(KINDS), REFERENCE)
    file = io.BytesIO()
    book = writing.Book(file)
    book.write(0, enumerate(row))
    book.close([], [])

    for cell in writing.csv_line(row).decode().strip().split(";"):
        assert not cell.strip('"').startswith(("=", "+", "-", "@"))
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_an_export_is_the_same_query_whatever_the_number(db, assert_flat_in_rows):
    stalls.categories()
    stall = stalls.vendor()
    client = sheets.session(stall)

    def more():
        rows = [
            bulk.ListingRow(vendor_id=stall.pk, data=stalls.listing_data(f"Nasi kotak {number}"))
            for number in range(50)
        ]
        bulk.create_listings(rows, actor=Actor.system("uji"))

    more()
    assert_flat_in_rows(lambda: sheets.cells(client.get("/produk-saya/unduh/?format=csv")), more)
    assert len(sheets.cells(client.get("/produk-saya/unduh/?format=xlsx"))) == Listing.objects.count() + 1


# ── the old Excel ─────────────────────────────────────────────────────────────────────────────────────


def xls(*rows: sheets.Row) -> bytes:
    """Rows as an Excel 97 file: BIFF8 records in a compound document, as small as it goes."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    sheet = record(0x0809, begin)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            at = struct.pack("<HHH", number, place, 0)
            if isinstance(cell, int):
                sheet += record(0x0203, at + struct.pack("<d", cell))
            elif cell != "":
                sheet += record(0x0204, at + text(str(cell)))
    sheet += record(0x000A, b"")
    name = b"DATA"
    book = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    start = len(book) + 4 + 6 + 2 + len(name) + 4
    book += record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name)
    return compound(book + record(0x000A, b"") + sheet)


def compound(stream: bytes) -> bytes:
    """One stream called Workbook in an OLE compound document of 512-byte sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table = b"".join(struct.pack("<I", each) for each in chain).ljust(512, b"\xff")
    assert len(table) == 512

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    empty = entry("", 0, 0xFFFFFFFF, 0, 0)
    folder = (
        entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
        + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
        + empty * 2
    )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
        + b"\xff" * 432
    )
    return header + table + folder + stream


def test_an_old_excel_file_is_read():
    content = xls(sheets.HEADINGS, *sheets.many(3))

    sheet = reading.opened(content)

    assert [row for _place, _line, row in sheet.rows()] == [
        [str(cell) for cell in row] for row in sheets.many(3)
    ]
