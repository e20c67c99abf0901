"""Uploaded papers: a scan is a picture or a PDF, found out by opening it, and what is kept is a clean copy.

Pictures are drawn anew, PDFs written anew: what was appended, hidden or left behind does not survive. Everything is
bounded before it is unpacked, so that no upload can fill the memory of the process that looks at it.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pikepdf

from marketplace.core import pictures
from marketplace.core.transitions import Refused

MEGABYTE: Final = 1024 * 1024
LARGEST_BYTES: Final = 5 * MEGABYTE
MOST_PAGES: Final = 60
MOST_OBJECTS: Final = 20_000
LARGEST_UNPACKED: Final = 200 * MEGABYTE
"""What all streams of a PDF may hold when unpacked: a scan of sixty pages stays far below."""
LONGEST_SIDE: Final = 2_400
"""Pixels; a paper photographed by a telephone stays readable."""
DEEPEST: Final = 60

_ACTIVE_KEYS: Final = frozenset(
    "/JS /JavaScript /Launch /EmbeddedFile /EmbeddedFiles /RichMedia /XFA /AA /SubmitForm /ImportData /GoToR /GoToE"
    " /Movie /Sound /Rendition /3D".split()
)
_ACTIVE_KINDS: Final = frozenset(
    "/JavaScript /Launch /SubmitForm /ImportData /GoToR /GoToE /RichMediaExecute /Rendition /Movie /Sound".split()
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was checked: the bytes to keep, what they are, and their name by content."""

    content: bytes
    media_type: str
    sha256: str
    extension: str


def checked_document(content: bytes, *, largest_bytes: int = LARGEST_BYTES) -> Upload:
    """The clean copy of an uploaded scan.

    Args:
        content: the upload as it came; its name and the type the browser told are of no interest.
        largest_bytes: most bytes taken, whole megabytes.

    Raises:
        Refused: `document_empty`, `document_too_large`, `document_type`, `document_broken`, `document_encrypted`,
            `document_active`, `document_bomb`, `document_too_many_pages`, and those of `pictures.drawn`.
    """
    if not content:
        raise Refused("document_empty", "Berkas kosong.", fix="Pilih berkasnya lagi.")
    if len(content) > largest_bytes:
        raise Refused(
            "document_too_large",
            f"Berkas lebih besar dari {largest_bytes // MEGABYTE} MB.",
            fix="Pindai dengan mutu lebih rendah, atau foto halamannya.",
        )
    # A PDF may carry rubbish before its mark; readers look into the first kilobyte, and so do we.
    if b"%PDF-" in content[:1024]:
        return _upload(_clean_pdf(content), "application/pdf", ".pdf")
    try:
        picture = pictures.drawn(content, largest_bytes=largest_bytes)
    except Refused as refused:
        if refused.code != "not_an_image":
            raise
        raise Refused(
            "document_type",
            "Berkas ini bukan PDF atau foto yang dapat dibaca.",
            fix="Unggah PDF, JPG, PNG, atau WebP. Foto HEIC dari iPhone: pilih format “Paling kompatibel”.",
        ) from refused
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    picture.save(drawn, "WEBP", quality=80, method=4)
    return _upload(drawn.getvalue(), "image/webp", ".webp")


def _upload(content: bytes, media_type: str, extension: str) -> Upload:
    return Upload(content, media_type, hashlib.sha256(content).hexdigest(), extension)


def _clean_pdf(content: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as opened:
            _refuse_large(opened)
            _refuse_active(opened)
            return _written_anew(opened)
    except pikepdf.PasswordError as locked:
        raise Refused(
            "document_encrypted", "PDF ini terkunci kata sandi.", fix="Simpan ulang tanpa kata sandi."
        ) from locked
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RecursionError, OverflowError) as broken:
        raise Refused(
            "document_broken",
            "PDF ini rusak atau tidak lengkap.",
            fix="Buat PDF-nya lagi, atau unggah fotonya.",
        ) from broken


def _refuse_large(opened: pikepdf.Pdf) -> None:
    if len(opened.objects) > MOST_OBJECTS:
        raise _bomb()
    left = LARGEST_UNPACKED
    for thing in opened.objects:
        if isinstance(thing, pikepdf.Stream):
            left -= _unpacked_size(thing, left)
            if left < 0:
                raise _bomb()
    if _pages(opened) > MOST_PAGES:
        raise Refused(
            "document_too_many_pages",
            f"PDF ini lebih dari {MOST_PAGES} halaman.",
            fix="Unggah hanya halaman yang diminta.",
        )


def _pages(opened: pikepdf.Pdf) -> int:
    """The pages, counted no further than needed: a page tree may point at itself."""
    return sum(1 for _page, _number in zip(opened.pages, range(MOST_PAGES + 1), strict=False))


def _unpacked_size(stream: Any, most: int) -> int:
    """How large a stream is when unpacked, asked piece by piece; at most a little over `most`."""
    filters = stream.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    raw = bytes(stream.read_raw_bytes())
    if names.count("/FlateDecode") > 1 or len(names) > 2:
        raise _bomb()  # packed twice: no scanner writes that
    if "/FlateDecode" not in names:
        return len(raw)
    return sum(len(piece) for piece in _inflated(raw, most))


def _inflated(raw: bytes, most: int) -> Iterator[bytes]:
    machine, left = zlib.decompressobj(), most
    waiting = raw
    while waiting and left >= 0:
        try:
            piece = machine.decompress(waiting, MEGABYTE)
        except zlib.error:
            return
        left -= len(piece)
        yield piece
        if not piece:
            return
        waiting = machine.unconsumed_tail


def _refuse_active(opened: pikepdf.Pdf) -> None:
    """No script, no attached file, nothing that starts, sends or fetches anything."""
    for thing in [opened.trailer, *opened.objects]:
        for holder in _dictionaries(thing, DEEPEST):
            if _ACTIVE_KEYS & set(holder.keys()) or str(holder.get("/S", "")) in _ACTIVE_KINDS:
                raise Refused(
                    "document_active",
                    "PDF ini memuat skrip, lampiran, atau formulir yang dapat menjalankan sesuatu.",
                    fix="Cetak ke PDF (“Print to PDF”) lalu unggah hasilnya.",
                )


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """A direct object and what lies directly in it; what is referred to has its own place in the list of objects."""
    if depth < 0:
        raise _bomb()
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict if hasattr(thing, "stream_dict") else thing
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        inner = [thing[key] for key in thing.keys()]  # noqa: SIM118 - not a Python mapping
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for each in inner:
        if isinstance(each, pikepdf.Object) and not each.is_indirect:
            yield from _dictionaries(each, depth - 1)


def _written_anew(opened: pikepdf.Pdf) -> bytes:
    """The pages alone in a new file, without metadata, names or outlines; the same input gives the same bytes."""
    clean = pikepdf.new()
    clean.pages.extend(opened.pages)
    for page in clean.pages:
        for extra in ("/Annots", "/Metadata", "/PieceInfo", "/AF"):
            if extra in page.obj:
                del page.obj[extra]
    written = io.BytesIO()
    clean.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _bomb() -> Refused:
    return Refused(
        "document_bomb",
        "PDF ini jauh lebih besar dari yang tampak bila dibuka.",
        fix="Pindai ulang halamannya, atau unggah fotonya.",
    )
