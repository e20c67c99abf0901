"""Specimens for the component page: every component in every state, with made-up contents.

Nothing here is read by any other page.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest

from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.pages.fields import DayField
from marketplace.pages.tones import Tone


class SpecimenForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nama usaha", help_text="Sesuai NIB", max_length=80)
    email = forms.EmailField(label="Surel")
    price = forms.IntegerField(label="Harga satuan", min_value=1)
    unit = forms.ChoiceField(
        label="Satuan", choices=[("", "Pilih satuan"), ("box", "Kotak"), ("pcs", "Buah")]
    )
    needed_by = DayField(label="Tanggal dibutuhkan", required=False)
    note = forms.CharField(label="Catatan", widget=forms.Textarea, required=False)
    photo = forms.FileField(label="Foto barang", required=False, help_text="JPG atau PNG, paling besar 5 MB")
    delivery = forms.ChoiceField(
        label="Cara pengiriman",
        choices=[("own", "Diantar sendiri"), ("courier", "Kurir"), ("pickup", "Diambil")],
        widget=forms.RadioSelect,
    )
    honest = forms.BooleanField(
        label="Saya menyetujui Pakta Integritas", help_text="Wajib sebelum mengirim penawaran"
    )


def every_component(request: HttpRequest) -> dict[str, Any]:
    """The context of the component page; a POST shows the form with its errors."""
    now = clock.now()
    return {
        "fresh_form": SpecimenForm(auto_id="baru_%s"),
        "wrong_form": SpecimenForm(data={"email": "bukan-surel", "price": "0"}, auto_id="salah_%s"),
        "posted_form": SpecimenForm(request.POST) if request.method == "POST" else None,
        "refused": Refused(
            "over_budget",
            "Nilai pesanan Rp12.500.000 melebihi sisa pagu Rp10.000.000.",
            rule="Perpres 12/2021 Pasal 50",
            fix="Kurangi jumlah barang atau pilih paket dengan sisa pagu yang cukup.",
        ),
        "tones": [(tone.value, _TONE_LABELS[tone]) for tone in Tone],
        "states": _STATES,
        "deadlines": _deadlines(now),
        "story": _story(now),
        "tasks": _TASKS,
        "money_rows": _MONEY,
        "lines": _LINES,
        "listings": _LISTINGS,
        "facet_groups": _FACETS,
        "icons": _icon_names(),
        "crumbs": [{"label": "Beranda", "url": "/"}, {"label": "Komponen"}],
    }


_TONE_LABELS = {
    Tone.NEUTRAL: "Netral",
    Tone.INFO: "Berjalan",
    Tone.WAITING: "Menunggu",
    Tone.SUCCESS: "Berhasil",
    Tone.WARNING: "Perlu perhatian",
    Tone.DANGER: "Ditolak",
}
_STATES = [
    {"code": "AWAITING_PPK", "label": "Menunggu persetujuan PPK"},
    {"code": "ORDERED", "label": "Pesanan diproses"},
    {"code": "DISCREPANCY", "label": "Ketidaksesuaian"},
    {"code": "PAID", "label": "Dibayar"},
    {"code": "TERMINATED", "label": "Diputus"},
    {"code": "CANCELLED", "label": "Batal"},
]
_TASKS = [
    {"label": "Identitas usaha", "url": "#", "status": "done", "hint": "NIB dan NPWP"},
    {"label": "Rekening bank", "url": "#", "status": "current", "hint": "Atas nama usaha"},
    {"label": "Barang pertama", "url": "#", "status": "todo"},
    {"label": "Periksa dan kirim", "url": "#", "status": "blocked", "hint": "Setelah semua langkah selesai"},
]
_MONEY = [
    {"label": "Nasi kotak, 120 kotak", "amount": 4_200_000},
    {"label": "Ongkos kirim", "amount": 150_000},
    {"label": "PPN", "amount": 0, "note": "Penyedia bukan PKP"},
    {"label": "Jumlah", "amount": 4_350_000, "total": True},
]
_LINES = [
    {"name": "Nasi kotak ayam bakar", "quantity": 120, "unit": "kotak", "price": 35_000, "total": 4_200_000},
    {"name": "Kertas HVS A4 80 gram", "quantity": 40, "unit": "rim", "price": 52_500, "total": 2_100_000},
    {
        "name": "Jasa cetak spanduk 3 × 1 meter",
        "quantity": 2,
        "unit": "lembar",
        "price": 90_000,
        "total": 180_000,
    },
]
_LISTINGS = [
    {
        "title": "Nasi kotak ayam bakar madu dengan buah dan air mineral",
        "url": "#",
        "price": 35_000,
        "unit": "kotak",
        "vendor": "Dapur Bu Ratna",
        "place": "Kota Baru",
        "badges": ["UMKM", "Halal", "TKDN 92 %"],
    },
    {
        "title": "Kertas HVS A4 80 gram",
        "url": "#",
        "price": 52_500,
        "unit": "rim",
        "vendor": "Toko Sumber Tulis",
        "place": "Kota Lama",
        "badges": ["UMKM"],
    },
    {
        "title": "Jasa servis pendingin ruangan",
        "url": "#",
        "price": 125_000,
        "unit": "unit",
        "vendor": "Teknik Jaya",
    },
]
_FACETS = [
    {
        "title": "Pengiriman ke",
        "name": "area",
        "options": [
            {"value": "1", "label": "Kota Baru", "count": 1240, "checked": True},
            {"value": "2", "label": "Kota Lama", "count": 386, "checked": False},
        ],
    },
    {
        "title": "Sertifikat",
        "name": "cert",
        "options": [
            {"value": "halal", "label": "Halal", "count": 612, "checked": False},
            {"value": "sni", "label": "SNI", "count": 87, "checked": False},
        ],
    },
]


def _icon_names() -> list[str]:
    """Every drawing in the sprite."""
    sprite = Path(__file__).parent / "static" / "eorder" / "icons.svg"
    return re.findall(r'<symbol id="([a-z-]+)"', sprite.read_text())


def _deadlines(now: datetime) -> list[dict[str, Any]]:
    return [
        {"label": "Masih lama", "due_at": now + timedelta(days=90)},
        {"label": "Beberapa hari", "due_at": now + timedelta(days=8)},
        {"label": "Hari ini", "due_at": now.astimezone(clock.JAKARTA).replace(hour=23, minute=59, second=59)},
        {"label": "Lewat", "due_at": now - timedelta(days=6)},
    ]


def _story(now: datetime) -> list[dict[str, Any]]:
    return [
        {"title": "Disetujui PPK", "actor": "Sri Wahyuni, PPK", "at": now - timedelta(days=3), "url": "#"},
        {
            "title": "Surat Pesanan terbit",
            "actor": "Sistem",
            "at": now - timedelta(days=3),
            "text": "SP/2026/000123",
        },
        {"title": "Dikirim", "actor": "Dapur Bu Ratna", "at": now - timedelta(hours=5), "status": "current"},
        {"title": "Pemeriksaan dan BAST", "status": "upcoming"},
        {"title": "Pembayaran", "status": "upcoming", "text": "Paling lambat 3 hari kerja setelah BAST"},
    ]
