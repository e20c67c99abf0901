"""Pictures and scans as people send them: drawn, so that the demonstration needs no files."""

from __future__ import annotations

import io

import typst
from PIL import Image, ImageDraw


def photograph(caption: str) -> bytes:
    """A picture as a phone would send it."""
    picture = Image.new("RGB", (1280, 960), (214, 206, 190))
    draw = ImageDraw.Draw(picture)
    for place in range(6):
        left, top = 120 + place % 3 * 360, 160 + place // 3 * 360
        draw.rectangle(
            (left, top, left + 300, top + 300), fill=(186, 150, 104), outline=(120, 90, 60), width=8
        )
        draw.line((left, top + 150, left + 300, top + 150), fill=(230, 220, 200), width=24)
    draw.text((40, 900), caption, fill=(40, 40, 40))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def scan(title: str) -> bytes:
    """A scanned paper as PDF."""
    pdf: bytes = typst.compile(f"= {title}\nDokumen contoh untuk peragaan.".encode())
    return pdf
