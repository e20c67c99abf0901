"""Pictures that prove a delivery: checked, redrawn without metadata, kept under the SHA-256 of their bytes.

They lie outside everything the web serves; a party to the order reads them through `views.evidence` alone.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from PIL import Image

from marketplace.core import pictures

LARGEST_BYTES: Final = 8 * 1024 * 1024
SIDE: Final = 1600
FEWEST_BITS: Final = 6
"""A wall or a dark picture is like any other; only pictures with some shape are compared."""
MOST: Final = 6
"""Pictures taken in one step."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A cleaned picture: JPEG bytes without position, device or time in them."""

    content: bytes
    width: int
    height: int

    @property
    def likeness(self) -> int | None:
        """64 bits of where the picture gets brighter from left to right; None for one without shape.

        Pictures that differ in a few bits look alike, whatever their size and quality.
        """
        with Image.open(io.BytesIO(self.content)) as drawn:
            small = drawn.convert("L").resize((9, 8))
        grey = small.tobytes()
        bits = [grey[9 * row + at] < grey[9 * row + at + 1] for row in range(8) for at in range(8)]
        value = sum(bit << place for place, bit in enumerate(bits))
        if not FEWEST_BITS <= sum(bits) <= 64 - FEWEST_BITS:
            return None
        return value - (1 << 64) if value >> 63 else value

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return sha256(self.content).hexdigest()


def cleaned(content: bytes) -> Photo:
    """Check and redraw an uploaded picture. Raises Refused `not_an_image`, `image_too_large`."""
    picture = pictures.drawn(content, largest_bytes=LARGEST_BYTES)
    picture.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80, optimize=True)
    return Photo(buffer.getvalue(), picture.width, picture.height)


def _storage() -> Storage:
    return storages["evidence"]


def name_of(digest: str) -> str:
    """The place of the picture with that SHA-256."""
    return f"{digest[:2]}/{digest}.jpg"


def keep(photo: Photo) -> None:
    """Store a picture unless it is there. Equal pictures share one file."""
    storage, name = _storage(), name_of(photo.digest)
    if not storage.exists(name):
        written = storage.save(name, ContentFile(photo.content))
        if written != name:
            storage.delete(written)  # another process stored the same bytes meanwhile


def read(digest: str) -> bytes:
    """The stored bytes. Raises FileNotFoundError."""
    with _storage().open(name_of(digest)) as file:
        return bytes(file.read())
