"""Scans of papers: taken by what they are, kept as a clean copy, refused with a reason."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from marketplace.core.transitions import Refused
from marketplace.core.uploads import checked_document


def pdf(*, pages: int = 1, **root) -> bytes:
    made = pikepdf.new()
    for _number in range(pages):
        made.add_blank_page()
    for name, value in root.items():
        made.Root[f"/{name}"] = value
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def photo(kind: str = "JPEG", **options) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(kept, kind, **options)
    return kept.getvalue()


def test_a_pdf_is_written_anew_and_the_same_one_gives_the_same_bytes():
    made = pdf(pages=3) + b"PK\x03\x04 appended <script>alert(1)</script>"

    first, again = checked_document(made), checked_document(made)

    assert (first.media_type, first.extension) == ("application/pdf", ".pdf")
    assert first == again
    assert b"script" not in first.content
    with pikepdf.open(io.BytesIO(first.content)) as opened:
        assert len(opened.pages) == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew(kind):
    taken = checked_document(photo(kind))

    assert (taken.media_type, taken.extension) == ("image/webp", ".webp")
    with Image.open(io.BytesIO(taken.content)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (60, 40))


def test_where_a_photo_was_taken_is_forgotten():
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (6.0, 12.0, 30.0), 3: "E", 4: (106.0, 49.0, 0.0)}
    exif[0x010F] = "Telepon Rahasia"
    taken = checked_document(photo(exif=exif.tobytes()))

    with Image.open(io.BytesIO(taken.content)) as opened:
        assert not opened.getexif()
    assert b"Rahasia" not in taken.content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document_empty"),
        (b"x" * (5 * 1024 * 1024 + 1), "document_too_large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "document_type"),
        (b"MZ\x90\x00", "document_type"),
        (b"%PDF-1.7\nnothing", "document_broken"),
        (pdf(pages=61), "document_too_many_pages"),
        (pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")), "document_active"),
        (pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())), "document_active"),
        (pdf(AcroForm=pikepdf.Dictionary(XFA=pikepdf.Array())), "document_active"),
    ],
)
def test_what_is_not_taken(content, code):
    with pytest.raises(Refused) as refusal:
        checked_document(content)

    assert refusal.value.code == code
    assert refusal.value.fix
