"""Further samples of kinds that differ much from case to case: (kind, facts that differ from its sample)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procurement.documents.samples.parties import LINES

_ITEMS: Final = [{"name": line["name"], "unit": line["unit"], "quantity": line["quantity"]} for line in LINES]

VARIANTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "surat_pesanan-beberapa-kiriman": (
        "surat_pesanan",
        {
            "addendum": "Adendum ke-1",
            "lines": [{**line, "list_price": int(str(line["unit_price"])) + 2_000} for line in LINES],
            "list_total": 21_700_000,
            "negotiation": "027/BAN/EO/0000001/DISDIK/X/2026",
            "deliveries": [
                {
                    "address": "Gudang Dinas Pendidikan, Jalan Merdeka Selatan No. 8, Kota Contoh",
                    "receiver": "Gita Contoh (Penerima Barang)",
                    "title": "Kiriman ke-1",
                    "deliver_by": "2026-10-15",
                    "shipping": 100_000,
                    "items": _ITEMS[:2],
                    "code": "KRM-7Q2F-91XA",
                },
                {
                    "address": "Suku Dinas Pendidikan Wilayah II, Jalan Anggrek No. 4, Kota Contoh",
                    "receiver": "Wati Contoh (Penerima Barang)",
                    "title": "Kiriman ke-2",
                    "deliver_by": "2026-10-20",
                    "shipping": 150_000,
                    "items": _ITEMS[2:],
                    "code": "KRM-3M8D-52KC",
                },
            ],
            "terms": [
                "Pengiriman hanya pada hari kerja pukul 08.00 sampai 15.00.",
                "Kemasan bekas dibawa kembali oleh penyedia.",
            ],
        },
    ),
    "ba_negosiasi-tanpa-negosiasi": (
        "ba_negosiasi",
        {
            "negotiated": False,
            "reason": "Harga katalog sudah lebih rendah dari semua pembanding dan dari Harga Perkiraan Sendiri.",
            "rounds": [],
            "list_total": 20_424_000,
            "conclusion": "Pembelian dilakukan pada harga katalog.",
        },
    ),
    "bast-sebagian": (
        "bast",
        {
            "final": False,
            "part": "ke-1 dari 2",
            "milestone": "Kiriman ke-1, Gudang Dinas Pendidikan",
            "deemed": True,
            "deemed_rule": "batas waktu pemeriksaan 10 hari kerja menurut Surat Pesanan",
            "inspection": "027/BAPB/EO/0000001/DISDIK/X/2026",
            "late_days": 2,
            "penalty": 41_736,
            "rejected": [
                {
                    "name": "Kertas HVS A4 80 gsm",
                    "unit": "rim",
                    "quantity": 3,
                    "reason": "Basah pada sudut kemasan; diganti pada kiriman ke-2",
                }
            ],
        },
    ),
    "ba_pembatalan-dengan-nilai": (
        "ba_pembatalan",
        {
            "ending": "Penghentian Pesanan",
            "ground": "Kegiatan dihentikan karena perubahan anggaran yang tidak dapat ditunda.",
            "warnings": [],
            "decided_by": "Pejabat Pembuat Komitmen bersama penyedia",
            "fine": 15_600,
            "valuation": {
                "lines": [
                    {
                        "name": "Kertas HVS A4 80 gsm",
                        "unit": "rim",
                        "ordered": 200,
                        "delivered": 150,
                        "accepted": 147,
                        "unit_price": 52_000,
                        "total": 7_644_000,
                        "note": "3 rim rusak dikembalikan",
                    }
                ],
                "subtotal": 7_644_000,
                "shipping": 100_000,
                "ppn": 851_840,
                "ppn_label": "PPN 12% × 11/12",
                "total": 8_595_840,
                "fine_deducted": 15_600,
            },
            "value_to_pay": 8_580_240,
            "evaluation": "Barang yang sudah diterima dan dalam keadaan baik dinilai dan dibayar.",
            "consequences": "Sisa komitmen anggaran dikembalikan ke pagu. Tidak ada usul sanksi.",
            "blacklist": "Tidak diusulkan",
        },
    ),
}
