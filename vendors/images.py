"""Pictures of products: checked and cleaned on arrival, thumbnail made once, names by content.

Both files stand beside each other in the media store: `produk/ab/<sha256>.webp` and `produk/ab/<sha256>-kecil.webp`.
Equal pictures share files, so nothing is ever deleted with a listing.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageOps

from marketplace.core import pictures

LARGEST_BYTES = 5 * 1024 * 1024
FULL_SIDE = 1200
THUMB_SIZE = (320, 240)
"""All thumbnails have one size, so that every card can state width and height beforehand."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture: WebP bytes in full and as a thumbnail."""

    full: bytes
    thumb: bytes


def prepared(content: bytes) -> Picture:
    """Check and clean an uploaded picture. Raises Refused `not_an_image`, `image_too_large`."""
    return _picture(pictures.drawn(content, largest_bytes=LARGEST_BYTES))


def _picture(picture: Image.Image) -> Picture:
    full = picture.copy()
    full.thumbnail((FULL_SIDE, FULL_SIDE))
    return Picture(_webp(full), _webp(ImageOps.fit(picture, THUMB_SIZE)))


def _webp(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=78, method=4)
    return buffer.getvalue()


def digest_of(picture: Picture) -> str:
    """SHA-256 of the full picture in hex: its name."""
    return hashlib.sha256(picture.full).hexdigest()


def store(picture: Picture, digest: str) -> str:
    """Put both files into the media store under their content's name and return the full picture's name."""
    name = f"produk/{digest[:2]}/{digest}.webp"
    for path, content in ((name, picture.full), (thumb_of(name), picture.thumb)):
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    return name


_NAME = re.compile(r"[0-9a-f]{64}(-kecil)?\.webp")


def path_of(shelf: str, name: str) -> str | None:
    """The stored path of a picture asked for by the parts of its address; None for what cannot be one."""
    return (
        f"produk/{shelf}/{name}"
        if _NAME.fullmatch(name) and name.startswith(shelf) and len(shelf) == 2
        else None
    )


def thumb_of(name: str) -> str:
    """`produk/ab/<sha256>.webp` → `produk/ab/<sha256>-kecil.webp`."""
    return name.removesuffix(".webp") + "-kecil.webp"


_TINTS = ((25, 107, 205), (40, 128, 52), (133, 95, 0), (31, 40, 85), (150, 60, 90), (20, 120, 130))


def sample(title: str, kind: str, *, seed: int = 0) -> Picture:
    """A drawn picture for demonstrations: a tinted field with simple shapes, the same for the same title and seed.

    Nothing is written on it; the words stand in the page, where they can be read aloud and translated.
    """
    number = sum(ord(letter) * (place + 1) for place, letter in enumerate(title)) + seed * 977
    tint = _TINTS[number % len(_TINTS)]
    side = 640
    picture = Image.new("RGB", (side, side), tuple(238 + channel // 16 for channel in tint))
    draw = ImageDraw.Draw(picture)
    pale = tuple((channel + 510) // 3 for channel in tint)
    draw.ellipse((60, 380, 580, 600), fill=pale)
    if kind == "KATERING":
        draw.ellipse((120, 180, 520, 500), fill=tint)
        draw.ellipse((170, 220, 470, 460), fill=(250, 250, 245))
        for spot in range(5):
            left = 200 + (number * (spot + 3) * 37) % 190
            top = 250 + (number * (spot + 5) * 53) % 130
            draw.ellipse((left, top, left + 60, top + 50), fill=_TINTS[(number + spot) % len(_TINTS)])
    elif kind == "JASA":
        draw.rounded_rectangle((150, 170, 490, 500), 36, fill=tint)
        for row in range(3):
            draw.rounded_rectangle(
                (200, 230 + row * 80, 320 + (number * (row + 2)) % 120, 260 + row * 80), 10, fill=pale
            )
    else:
        depth = 40 + number % 50
        draw.polygon([(150, 240), (320, 240 - depth), (490, 240), (320, 240 + depth)], fill=pale)
        draw.polygon([(150, 240), (320, 240 + depth), (320, 540), (150, 470)], fill=tint)
        draw.polygon(
            [(490, 240), (320, 240 + depth), (320, 540), (490, 470)], fill=tuple(c * 3 // 4 for c in tint)
        )
    return _picture(picture)
