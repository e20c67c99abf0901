"""Files that are not what they say they are."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from marketplace.accounts.roles import Role
from procurement.fulfilment import evidence
from procurement.fulfilment.models import Evidence
from tests import people
from tests.purchasing import factories, http
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)


def bomb() -> bytes:
    """A PNG of a few hundred bytes that would unfold to 20,000 × 20,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


NO_PICTURES = {
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "pdf": b"%PDF-1.7 x",
    "html after a magic": b"\xff\xd8\xff\xe0<script>alert(1)</script>",
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "bomb": bomb(),
    "cut": factories.photo()[:200],
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_no_evidence(name: str) -> None:
    story = factories.story("SHIPPED")
    before = http.snapshot(story)

    answer = http.send(
        story, Role.RECEIVER, "receive", photos=http.picture_file("foto.jpg", NO_PICTURES[name])
    )

    assert answer.status_code in {409, 422}
    assert http.snapshot(story) == before
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_no_product_photo(name: str) -> None:
    stall = stalls.vendor()
    item = stalls.listing(stall)
    owner = people.signed_in(stall.organisation.appointments.select_related("user").get(role=Role.VENDOR))

    answer = owner.post(
        f"/produk-saya/{item.pk}/foto/",
        {"image": http.picture_file("foto.png", NO_PICTURES[name]), "caption": ""},
    )

    assert answer.status_code in {409, 422}
    assert not item.product.images.exists()


def polyglot() -> bytes:
    """A picture that is also a page: markup in its comment and behind its end, a position in its EXIF."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "<script>alert(1)</script>"
    exif.get_ifd(0x8825)[1] = "S"
    Image.new("RGB", (64, 48), (9, 9, 9)).save(
        buffer, "JPEG", exif=exif, comment=b"<script>alert(2)</script>"
    )
    return buffer.getvalue() + b"<html><script>alert(3)</script>"


def test_nothing_of_a_polyglot_is_kept() -> None:
    story = factories.story("SHIPPED")

    answer = http.send(
        story, Role.RECEIVER, "receive", photos=http.picture_file("../../../x.php", polyglot())
    )

    assert answer.status_code == 302
    kept = Evidence.objects.get()
    content = evidence.read(kept.sha256)
    assert b"script" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    shown: Any = http.session(story, Role.PPK).get(kept.get_absolute_url())
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["X-Content-Type-Options"] == "nosniff"
    for stranger in (Role.PPK, Role.VENDOR, Role.AUDITOR):
        region = None if stranger != Role.AUDITOR else people.region("D001", "Provinsi Lain")
        home = people.organisation(people.KIND_OF_ROLE[stranger], in_region=region)
        visitor = people.signed_in(people.appointment(stranger, home))
        assert visitor.get(kept.get_absolute_url()).status_code == 404
