"""Tables of any program become rows of text; and text does not become a formula."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core import archives, spreadsheets
from marketplace.core.transitions import Refused


def xlsx(*rows: list[object]) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet("DATA")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return kept.getvalue()


def zipped(**files: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def with_zero(content: bytes) -> bytes:
    """The workbook with an escaped U+0000 for each low line: programs of spreadsheets read it as the character."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"Ker_tas", b"Ker_x0000_tas"))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            "nama;harga\nNasi kotak;35.000\n".encode("utf-8-sig"),
            [(1, ["nama", "harga"]), (2, ["Nasi kotak", "35.000"])],
        ),
        (b'nama,harga\r\n\r\n"Nasi, lauk",1,5\r\n', [(1, ["nama", "harga"]), (3, ["Nasi, lauk", "1", "5"])]),
        ("nama\tharga\nKué\t1\n".encode("cp1252"), [(1, ["nama", "harga"]), (2, ["Kué", "1"])]),
        ("nama|harga\nA|1\n".encode("utf-16"), [(1, ["nama", "harga"]), (2, ["A", "1"])]),
        (b'a;b\n"dua\nbaris";1\nc;2\n', [(1, ["a", "b"]), (3, ["dua baris", "1"]), (4, ["c", "2"])]),
        (xlsx(["nama", "harga"], [], ["Nasi", 35000.0]), [(1, ["nama", "harga"]), (3, ["Nasi", "35000"])]),
        (xlsx(["x"], [0.5], [True]), [(1, ["x"]), (2, ["0,5"]), (3, ["ya"])]),
    ],
)
def test_rows_are_read_with_the_line_they_stand_in(content, found):
    assert list(spreadsheets.rows(content)) == found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"  ", "table_empty"),
        (b";;;\n;;\n", "table_empty"),
        (b"\x00\x01\x02", "table_type"),
        (b"%PDF-1.7\x00", "table_type"),
        (zipped(a=b"x"), "table_broken"),
        (zipped(**{"xl/vbaProject.bin": b"x"}), "table_macros"),
        (b"PK\x03\x04 torn", "archive_broken"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "table_broken"),
        (b"a\n" * 11, "table_too_many_rows"),
        (b";".join([b"a"] * 101), "table_too_wide"),
        (b"nama;harga\nKer\x07tas;1\n", "table_control"),
        (b"nama;harga\nKer\x1btas;1\n", "table_control"),
        (with_zero(xlsx(["nama"], ["Ker_tas"])), "table_control"),
    ],
)
def test_what_is_no_table_is_refused(content, code):
    with pytest.raises(Refused) as refusal:
        list(spreadsheets.rows(content, most_rows=10))

    assert refusal.value.code == code
    assert refusal.value.fix


@settings(deadline=None)
@given(st.text(max_size=30))
def test_what_is_exported_cannot_run_and_comes_back_as_it_was(text):
    safe = spreadsheets.neutralised(text)

    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    if not text.startswith(("\t", "\r", "\n")):
        assert spreadsheets.without_mark(safe) == text


def read(content: bytes) -> list[tuple[str, bytes]]:
    return list(archives.members(content, most=3, largest_member=1_000, largest_total=1_500))


def test_members_are_named_by_their_last_part():
    assert read(zipped(**{"foto/nasi.jpg": b"x", "mie.jpg": b"y"})) == [("nasi.jpg", b"x"), ("mie.jpg", b"y")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK", "archive_broken"),
        (zipped(a=b"", b=b"", c=b"", d=b""), "archive_too_many"),
        (zipped(a=b"0" * 1_001), "archive_bomb"),
        (zipped(a=b"0" * 900, b=b"0" * 900), "archive_bomb"),
        (zipped(**{"x/.htaccess": b"x"}), "archive_name"),
        (zipped(**{"nasi\u202egpj.exe": b"x"}), "archive_name"),
        (zipped(**{"a/Foto.jpg": b"x", "b/foto.JPG": b"y"}), "archive_twice"),
    ],
)
def test_an_archive_that_may_harm_is_refused(content, code):
    with pytest.raises(Refused) as refusal:
        read(content)

    assert refusal.value.code == code
