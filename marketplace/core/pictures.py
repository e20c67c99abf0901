"""Uploaded pictures: what they are is found out by drawing them, not by their name or first bytes."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

from marketplace.core.transitions import Refused

LARGEST_PIXELS: Final = 40_000_000
"""More than a telephone takes; a picture of this size fills 120 MB while it is drawn."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MEGABYTE: Final = 1024 * 1024
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def drawn(content: bytes, *, largest_bytes: int, largest_pixels: int = LARGEST_PIXELS) -> Image.Image:
    """Draw an uploaded picture upright in RGB; position, device, time and comments are left behind.

    Args:
        content: the upload as it came, nothing checked yet.
        largest_bytes: most bytes taken, whole megabytes.
        largest_pixels: most pixels, width times height, asked before any of them is unpacked.

    Raises:
        Refused: `image_too_large`; `not_an_image` for what is not a whole JPEG, PNG or WebP picture.
    """
    if len(content) > largest_bytes:
        raise Refused(
            "image_too_large",
            f"Foto lebih besar dari {largest_bytes // _MEGABYTE} MB.",
            fix="Perkecil foto lalu unggah lagi.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                if opened.width * opened.height > largest_pixels:
                    raise _too_many_pixels(largest_pixels)
                picture = ImageOps.exif_transpose(opened).convert("RGB")
    except _BOMBS as bomb:
        raise _too_many_pixels(largest_pixels) from bomb
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(
            "not_an_image",
            "Berkas ini bukan foto yang dapat dibaca.",
            fix="Unggah foto JPG, PNG, atau WebP.",
        ) from error
    picture.info = {}  # a JPEG's comment would be written again
    return picture


def _too_many_pixels(largest: int) -> Refused:
    return Refused(
        "image_too_large", f"Foto lebih dari {largest // 1_000_000} megapiksel.", fix="Perkecil foto."
    )
