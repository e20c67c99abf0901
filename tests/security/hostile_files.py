"""Files that somebody might send to do harm: each with the doors it is tried at and what must become of it.

They are made here, piece by piece, so that the repository holds no such file. `REFUSED` codes are those people see;
`TAKEN` means that a clean copy is kept, which the test then opens and looks through.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pikepdf
import xlsxwriter
from PIL import Image

TAKEN = "TAKEN"
DOCUMENT, PICTURE, TABLE, ARCHIVE = "document", "picture", "table", "archive"
SCRIPT = b"<script>alert(1)</script>"
PHP = b"<?php system($_GET['x']); ?>"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: what it is, how it is made, and by door the code of its refusal, or TAKEN."""

    name: str
    make: Callable[[], bytes]
    verdicts: dict[str, str]


# -- pictures ----------------------------------------------------------------------------------------------------


def image(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object
) -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size, 120 if mode in {"L", "P"} else None).save(kept, kind, **options)
    return kept.getvalue()


def with_position() -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (6.0, 12.0, 30.0), 3: "E", 4: (106.0, 49.0, 0.0)}
    exif[0x9C9B] = "GPS-RAHASIA".encode("utf-16-le")
    exif[0x010E] = SCRIPT.decode()
    return image(exif=exif.tobytes())


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size its data does not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def png_with_text_bomb() -> bytes:
    packed = zlib.compress(b"A" * 80_000_000, 9)
    body = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = image("PNG")
    return whole[:33] + chunk + whole[33:]


def animated() -> bytes:
    kept = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:])
    return kept.getvalue()


# -- PDFs --------------------------------------------------------------------------------------------------------


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda made: None, *, pages: int = 1, **save: Any) -> bytes:
    made = pikepdf.new()
    for _number in range(pages):
        made.add_blank_page()
    change(made)
    kept = io.BytesIO()
    made.save(kept, **save)
    return kept.getvalue()


def _root(name: str, value: Callable[[pikepdf.Pdf], object]) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root[f"/{name}"] = value(made)

    return change


def _action(kind: str, **more: Any) -> Callable[[pikepdf.Pdf], object]:
    return lambda made: pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def _annotation(**keys: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        annotation = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9]), **keys
        )
        made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(annotation)])

    return change


def _stream_bomb(size: int) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Contents = made.make_stream(b"0" * size)

    return change


def _packed_twice(made: pikepdf.Pdf) -> None:
    twice = zlib.compress(zlib.compress(b"0" * 50_000_000, 9), 9)
    made.pages[0].obj.Contents = pikepdf.Stream(
        made, twice, Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    )


def _many_objects(made: pikepdf.Pdf) -> None:
    made.Root.Many = pikepdf.Array(
        [made.make_indirect(pikepdf.Dictionary(N=number)) for number in range(25_000)]
    )


def _deep(made: pikepdf.Pdf) -> None:
    inner: object = pikepdf.Array([])
    for _level in range(90):
        inner = pikepdf.Array([inner])
    made.Root.Deep = inner


def _page_tree_loop(made: pikepdf.Pdf) -> None:
    made.Root.Pages.Kids.append(made.Root.Pages)
    made.Root.Pages.Count = 2


def _embedded(made: pikepdf.Pdf) -> None:
    made.attachments["virus.exe"] = b"MZ\x90\x00"


# -- archives and tables -----------------------------------------------------------------------------------------


def zipped(files: dict[str, bytes], *, flags: int = 0) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    whole = bytearray(kept.getvalue())
    if flags:
        for mark in (b"PK\x03\x04", b"PK\x01\x02"):
            place = whole.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
            whole[place] |= flags
    return bytes(whole)


def link_in_zip() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        info = zipfile.ZipInfo("foto.jpg")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return kept.getvalue()


def overlapping_zip() -> bytes:
    """Two entries of the table of contents that share one member's bytes."""
    whole = zipped({"a.jpg": b"x" * 4_000, "b.jpg": b"y" * 4_000})
    first = whole.find(b"PK\x01\x02")
    second = whole.find(b"PK\x01\x02", first + 4)
    return whole[: second + 42] + struct.pack("<I", 0) + whole[second + 46 :]


def lying_zip() -> bytes:
    """A member that says it is small and is not."""
    whole = bytearray(zipped({"a.jpg": b"0" * 3_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = whole.find(mark) + offset
        whole[place : place + 4] = struct.pack("<I", 10)
    return bytes(whole)


def xlsx(**parts: bytes) -> bytes:
    """A spreadsheet with parts added or put in the place of its own."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["nama", "harga"])
    changed = {name.replace("__", "/"): content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(kept.getvalue())) as old:
        files = {name: old.read(name) for name in old.namelist()}
    return zipped({**files, **changed})


SHEET = "xl__worksheets__sheet1.xml"
BOOK = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
    + b"lol" * 20
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(6))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&g;</t></is></c></row></sheetData></worksheet>'
)
EXTERNAL = ENTITIES.replace(
    ENTITIES[ENTITIES.find(b"<!ENTITY") : ENTITIES.rfind(b"]>")], b'<!ENTITY g SYSTEM "file:///etc/passwd">'
)
ZERO = BOOK + (
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Ker_x0000_tas</t></is></c></row></sheetData></worksheet>'
)
WIDE = BOOK + b'<sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'


def _rows(count: int) -> bytes:
    return b"nama;harga\n" + b"x;1\n" * count


def hostile_files() -> Iterator[Hostile]:
    """All of them, in the order the documentation lists them."""
    plain = partial(Hostile)
    both = {DOCUMENT: TAKEN, PICTURE: TAKEN}
    nothing = {DOCUMENT: "document_type", PICTURE: "not_an_image"}

    # pictures that carry something
    yield plain("JPEG with a position and a script in its notes", with_position, both)
    yield plain("JPEG with a script behind its end", lambda: image() + SCRIPT, both)
    yield plain("JPEG with PHP behind its end", lambda: image() + PHP, both)
    yield plain("JPEG that is a ZIP, too", lambda: image() + zipped({"a.exe": b"MZ"}), both)
    yield plain("PNG with PHP behind its end", lambda: image("PNG") + PHP, both)
    yield plain("WebP with HTML behind its end", lambda: image("WEBP") + SCRIPT, both)
    yield plain("JPEG with a colour profile of nonsense", lambda: image(icc_profile=b"\0" * 200_000), both)
    yield plain("JPEG in CMYK", lambda: image(mode="CMYK"), both)
    yield plain("PNG with a palette", lambda: image("PNG", mode="P"), both)
    yield plain("WebP that moves", animated, both)
    # pictures that are none
    yield plain("GIF with JavaScript", lambda: b"GIF89a/*" + SCRIPT + b"*/=1;", nothing)
    yield plain("a true GIF", lambda: image("GIF", mode="P"), nothing)
    yield plain("BMP", lambda: image("BMP"), nothing)
    yield plain("TIFF", lambda: image("TIFF"), nothing)
    yield plain("icon", lambda: image("ICO"), nothing)
    yield plain(
        "SVG with a script", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', nothing
    )
    yield plain(
        "SVG behind an XML head", lambda: b'<?xml version="1.0"?><svg><script>1</script></svg>', nothing
    )
    yield plain("SVG packed with gzip", lambda: b"\x1f\x8b\x08\0" + zlib.compress(b"<svg/>"), nothing)
    yield plain("HTML called a JPEG", lambda: b"<html>" + SCRIPT, nothing)
    yield plain("HTML behind the first bytes of a JPEG", lambda: b"\xff\xd8\xff\xe0" + SCRIPT, nothing)
    yield plain("PHP behind the first bytes of a PNG", lambda: b"\x89PNG\r\n\x1a\n" + PHP, nothing)
    yield plain("a Windows program", lambda: b"MZ\x90\0" + b"\0" * 200, nothing)
    yield plain("a Linux program", lambda: b"\x7fELF" + b"\0" * 200, nothing)
    yield plain("a shell script", lambda: b"#!/bin/sh\nrm -rf /\n", nothing)
    yield plain("a Java archive", lambda: zipped({"META-INF/MANIFEST.MF": b"x"}), nothing)
    yield plain("HEIC of a telephone", lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", nothing)
    yield plain("nothing but zeros", lambda: b"\0" * 5_000, nothing)
    yield plain("a torn JPEG", lambda: image(size=(900, 900))[:400], nothing)
    yield plain("a torn PNG", lambda: image("PNG", size=(900, 900))[:60], nothing)
    yield plain(
        "an empty file",
        lambda: b"",
        {DOCUMENT: "document_empty", PICTURE: "not_an_image", TABLE: "table_empty"},
    )
    yield plain(
        "PNG of 50,000 × 50,000",
        lambda: png_claiming(50_000, 50_000),
        dict.fromkeys((DOCUMENT, PICTURE), "image_too_large"),
    )
    yield plain(
        "PNG of 1 × 90,000,000",
        lambda: png_claiming(1, 90_000_000),
        dict.fromkeys((DOCUMENT, PICTURE), "image_too_large"),
    )
    yield plain("PNG with a note of 80 MB when unpacked", png_with_text_bomb, nothing)
    yield plain(
        "6 MB of anything",
        lambda: b"x" * (6 * 1024 * 1024),
        {DOCUMENT: "document_too_large", PICTURE: "image_too_large"},
    )

    # PDFs
    def refused(code: str) -> dict[str, str]:
        return {DOCUMENT: code, PICTURE: "not_an_image"}

    active, bomb, broken = refused("document_active"), refused("document_bomb"), refused("document_broken")
    clean = refused(TAKEN)
    yield plain(
        "PDF with a script when opened",
        lambda: pdf(_root("OpenAction", _action("JavaScript", JS="app.alert(1)"))),
        active,
    )
    yield plain(
        "PDF with scripts by name",
        lambda: pdf(_root("Names", lambda made: pikepdf.Dictionary(JavaScript=pikepdf.Dictionary()))),
        active,
    )
    yield plain(
        "PDF that starts a program", lambda: pdf(_root("OpenAction", _action("Launch", F="cmd.exe"))), active
    )
    yield plain(
        "PDF that sends a form",
        lambda: pdf(_annotation(A=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm))),
        active,
    )
    yield plain(
        "PDF that fetches data",
        lambda: pdf(_annotation(A=pikepdf.Dictionary(S=pikepdf.Name.ImportData))),
        active,
    )
    yield plain(
        "PDF that opens another file",
        lambda: pdf(_annotation(A=pikepdf.Dictionary(S=pikepdf.Name.GoToR))),
        active,
    )
    yield plain("PDF with a program attached", lambda: pdf(_embedded), active)
    yield plain(
        "PDF with an XFA form",
        lambda: pdf(_root("AcroForm", lambda made: pikepdf.Dictionary(XFA=pikepdf.Array()))),
        active,
    )
    yield plain("PDF with rich media", lambda: pdf(_annotation(RichMedia=pikepdf.Dictionary())), active)
    yield plain(
        "PDF that acts when a page is left",
        lambda: pdf(_root("AA", lambda made: pikepdf.Dictionary())),
        active,
    )
    yield plain(
        "PDF with a link to a page of the web",
        lambda: pdf(_annotation(A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://x.test"))),
        clean,
    )
    yield plain("PDF with a script behind its end", lambda: pdf() + SCRIPT, clean)
    yield plain("PDF that is a ZIP, too", lambda: pdf() + zipped({"a.exe": b"MZ"}), clean)
    yield plain("PDF with HTML before its beginning", lambda: SCRIPT + pdf(), clean)
    yield plain(
        "PDF with notes on who made it",
        lambda: pdf(lambda made: made.docinfo.__setitem__("/Author", "NIK 3171")),
        clean,
    )
    yield plain(
        "PDF locked with a password",
        lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        refused("document_encrypted"),
    )
    yield plain("PDF of 61 pages", lambda: pdf(pages=61), refused("document_too_many_pages"))
    yield plain("PDF of 300 MB when unpacked", lambda: pdf(_stream_bomb(300_000_000)), bomb)
    yield plain(
        "PDF packed twice",
        lambda: pdf(
            _packed_twice, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
        ),
        bomb,
    )
    yield plain("PDF of 25,000 objects", lambda: pdf(_many_objects), bomb)
    yield plain("PDF of lists within lists", lambda: pdf(_deep), bomb)
    yield plain("PDF whose pages contain themselves", lambda: pdf(_page_tree_loop), broken)
    yield plain("a torn PDF", lambda: pdf()[:200], broken)
    yield plain("the first line of a PDF", lambda: b"%PDF-1.7\n" + SCRIPT, broken)

    # archives
    def archive(code: str) -> dict[str, str]:
        return {ARCHIVE: code, DOCUMENT: "document_type", PICTURE: "not_an_image"}

    yield plain(
        "ZIP with a way out of its folder", lambda: zipped({"../../etc/passwd": image()}), archive(TAKEN)
    )
    yield plain("ZIP with a whole path", lambda: zipped({"/etc/cron.d/x.jpg": image()}), archive(TAKEN))
    yield plain("ZIP with a Windows path", lambda: zipped({"C:\\Windows\\x.jpg": image()}), archive(TAKEN))
    yield plain("ZIP with a drive letter", lambda: zipped({"C:x.jpg": image()}), archive("archive_name"))
    yield plain("ZIP with a hidden file", lambda: zipped({".htaccess": b"x"}), archive("archive_name"))
    yield plain(
        "ZIP with a name read backwards", lambda: zipped({"gpj\u202eexe.jpg": b"x"}), archive("archive_name")
    )
    yield plain(
        "ZIP with a name of 4,000 letters",
        lambda: zipped({"a" * 4_000 + ".jpg": b"x"}),
        archive("archive_name"),
    )
    yield plain("ZIP with a link", link_in_zip, archive("archive_name"))
    yield plain(
        "ZIP with one name twice",
        lambda: zipped({"a/Foto.jpg": b"x", "b/foto.JPG": b"y"}),
        archive("archive_twice"),
    )
    yield plain(
        "ZIP of 200 MB when unpacked", lambda: zipped({"a.jpg": b"0" * 200_000_000}), archive("archive_bomb")
    )
    yield plain(
        "ZIP of many that are large together",
        lambda: zipped({f"{n}.jpg": b"0" * 4_000_000 for n in range(20)}),
        archive("archive_bomb"),
    )
    yield plain("ZIP whose members share bytes", overlapping_zip, archive("archive_bomb"))
    yield plain("ZIP that lies about its size", lying_zip, archive("archive_broken"))
    yield plain(
        "ZIP locked with a password", lambda: zipped({"a.jpg": b"x"}, flags=1), archive("archive_encrypted")
    )
    yield plain(
        "ZIP of 3,000 files",
        lambda: zipped({f"{n}.jpg": b"" for n in range(3_000)}),
        archive("archive_too_many"),
    )
    yield plain("a torn ZIP", lambda: zipped({"a.jpg": image()})[:60], archive("archive_broken"))

    # tables
    def table(code: str) -> dict[str, str]:
        return {TABLE: code}

    yield plain(
        "xlsx of 300 MB when unpacked", lambda: xlsx(**{SHEET: b"0" * 300_000_000}), table("archive_bomb")
    )
    yield plain(
        "xlsx with a macro",
        lambda: xlsx(xl__vbaProject_bin=b"x", **{"xl__vbaProject.bin": b"x"}),
        table("table_macros"),
    )
    yield plain("xlsx with entities that grow", lambda: xlsx(**{SHEET: ENTITIES}), table("table_broken"))
    yield plain(
        "xlsx that reads a file of the machine", lambda: xlsx(**{SHEET: EXTERNAL}), table("table_broken")
    )
    yield plain("xlsx whose only cell is the last of all", lambda: xlsx(**{SHEET: WIDE}), table(TAKEN))
    yield plain("xlsx with a zero behind an escape", lambda: xlsx(**{SHEET: ZERO}), table("table_control"))
    yield plain("xlsx that is no sheet", lambda: zipped({"a.txt": b"x"}), table("table_broken"))
    yield plain(
        "an old xls of nonsense",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        table("table_broken"),
    )
    yield plain("CSV with zeros", lambda: b"a;b\n\0\0;1\n", table("table_type"))
    yield plain("CSV with an escape character", lambda: b"a;b\nKer\x1btas;1\n", table("table_control"))
    yield plain("CSV of 60,000 rows", lambda: _rows(60_000), table("table_too_many_rows"))
    yield plain("CSV of one endless line", lambda: b"a;b\n" + b"x" * 9_000_000, table("table_broken"))
    yield plain("CSV of 500 columns", lambda: b";".join([b"a"] * 500), table("table_too_wide"))
    yield plain("CSV of 25 MB", lambda: b"a;b\n" * 6_600_000, table("table_too_large"))
    yield plain("CSV with formulas", lambda: b"nama;harga\n=cmd|'/c calc'!A0;@SUM(1)\n", table(TAKEN))
    yield plain("a PDF called a CSV", pdf, table("table_type"))
    yield plain("a program called a CSV", lambda: b"MZ\x90\0\0", table("table_type"))
