"""A person who signs up and fills in a registration over HTTP, for tests."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from marketplace.accounts.models import User
from marketplace.core import clock
from tests import people
from vendors.models import Vendor

PASSWORD = "dapur-sari-wangi-77"
NIK = "3171065208850001"
SECTIONS: dict[str, dict[str, Any]] = {
    "usaha": {
        "name": "Dapur Ibu Sari",
        "legal_form": "PERORANGAN",
        "nib": "9120 0000 00123",
        "kbli": "56210",
        "edition": "2020",
    },
    "pajak": {"owner_name": "Sari Wulandari", "owner_nik": NIK},
    "ukuran": {"yearly_sales": "180.000.000"},
    "alamat": {"place": "Menteng Jakarta Pusat", "street": "Jalan Teuku Umar 12", "phone": "0812-3456-7890"},
    "rekening": {"bank_code": "111", "number": "1234567890", "holder_name": "Sari Wulandari"},
    "pakta": {"agreed": "on"},
}


def photo() -> bytes:
    """A small picture, as a telephone would send it."""
    kept = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(kept, "JPEG")
    return kept.getvalue()


def signed_up(*, path: str = "UMUM", email: str = "sari@contoh.test") -> tuple[Client, Vendor]:
    """A browser session just after signing up, and the draft it began."""
    people.region()
    client = Client()
    answer = client.post(
        "/daftar/", {"path": path, "name": "Sari Wulandari", "email": email, "password": PASSWORD}
    )
    assert answer.status_code == 302, answer.content.decode()
    return client, Vendor.objects.get(organisation__appointments__user__email=email)


def fill(client: Client, base: str = "/usaha-saya", *, but: tuple[str, ...] = (), **changed: Any) -> None:
    """Fill in every section, leaving some out or saying something else."""
    for code, answers in SECTIONS.items():
        if code in but:
            continue
        answer = client.post(f"{base}/{code}/", {**answers, **changed.get(code, {})})
        assert answer.status_code == 302, (code, answer.status_code, answer.content.decode())
    if "berkas" not in but:
        upload(client, base)


def upload(client: Client, base: str = "/usaha-saya", kind: str = "NIB", content: bytes | None = None) -> Any:
    """Send a scan."""
    file = SimpleUploadedFile("nib.jpg", content if content is not None else photo(), "image/jpeg")
    return client.post(f"{base}/berkas/", {"kind": kind, "file": file})


def confirm(vendor: Vendor) -> None:
    """The owner has opened the link of the mail."""
    User.objects.filter(appointments__organisation_id=vendor.organisation_id).update(
        email_confirmed_at=clock.now()
    )


def handed_in(**changed: Any) -> tuple[Client, Vendor]:
    """A whole registration that waits for its check."""
    client, vendor = signed_up()
    fill(client, **changed)
    confirm(vendor)
    vendor.refresh_from_db()
    answer = client.post(f"/penyedia/{vendor.pk}/ajukan/", {"revision": vendor.revision})
    assert answer.status_code == 302, answer.content.decode()
    return client, Vendor.objects.get(pk=vendor.pk)
