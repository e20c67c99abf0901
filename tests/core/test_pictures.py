"""Uploads that are pictures, nearly pictures, and traps."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from marketplace.core import pictures
from marketplace.core.transitions import Refused

MEGABYTE = 1024 * 1024
ORIENTATION, MAKER, POSITION = 0x0112, 0x010F, 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(buffer, kind, **options)
    return buffer.getvalue()


def refusal(content: bytes, **limits: int) -> Refused:
    with pytest.raises(Refused) as refused:
        pictures.drawn(content, **{"largest_bytes": MEGABYTE, **limits})
    return refused.value


def again(drawn: Image.Image, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    drawn.save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_are_drawn(kind):
    drawn = pictures.drawn(picture(kind), largest_bytes=MEGABYTE)
    assert (drawn.size, drawn.mode) == ((64, 48), "RGB")


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PDF"])
def test_other_kinds_are_not(kind):
    assert refusal(picture(kind)).code == "not_an_image"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"bukan foto",
        b"GIF89a<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xff\xd8\xff" + b"<?php ?>" * 50,
        picture("PNG")[:60],
        picture("JPEG", (400, 400), quality=95)[:700],
    ],
)
def test_what_only_looks_like_a_picture_is_not_one(content):
    assert refusal(content).code == "not_an_image"


def test_nothing_of_the_camera_comes_through():
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Kamera Bu Sari"
    exif.get_ifd(POSITION)[2] = (6.0, 10.0, 30.0)
    sent = picture("JPEG", exif=exif, comment=b"di rumah Bu Sari")
    assert b"Kamera" in sent and b"di rumah" in sent  # or the test proves nothing
    drawn = pictures.drawn(sent, largest_bytes=MEGABYTE)
    assert drawn.size == (48, 64)  # turned upright before the note saying so is dropped
    for kind in ("JPEG", "PNG", "WEBP"):
        kept = again(drawn, kind)
        assert b"Bu Sari" not in kept
        with Image.open(io.BytesIO(kept)) as opened:
            assert not opened.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_rides_behind_a_picture_is_left_behind(kind):
    trap = picture(kind) + b"PK\x03\x04<script>alert(1)</script>"
    drawn = pictures.drawn(trap, largest_bytes=MEGABYTE)
    assert b"<script>" not in again(drawn, kind)


def test_more_bytes_than_allowed_are_not_even_opened():
    refused = refusal(b"x" * (MEGABYTE + 1))
    assert (refused.code, refused.sentence) == ("image_too_large", "Foto lebih besar dari 1 MB.")
    assert refusal(b"x" * MEGABYTE).code == "not_an_image"


def test_the_limit_of_pixels_is_the_callers():
    assert pictures.drawn(picture(), largest_bytes=MEGABYTE, largest_pixels=64 * 48).size == (64, 48)
    assert refusal(picture(), largest_pixels=64 * 48 - 1).code == "image_too_large"


@pytest.mark.parametrize("side", [6_400, 10_000, 60_000])
def test_a_bomb_is_recognised_by_its_head(side):
    """Beyond our own limit, beyond Pillow's warning and beyond its error; the file itself is tiny."""
    refused = refusal(_png_that_claims(side))
    assert (refused.code, refused.sentence) == ("image_too_large", "Foto lebih dari 40 megapiksel.")


def _png_that_claims(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(999)))
        + chunk(b"IEND", b"")
    )
