"""Samples of the papers between shipping and hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procurement.documents.samples.parties import (
    AFTER_ORDER,
    DELIVERIES,
    HEADER,
    KEEPER,
    LINES,
    PPK,
    PRICE,
    RECEIVER,
)

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "surat_jalan": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-19",
        "courier": "Kendaraan sendiri",
        "vehicle": "B 9041 XYZ",
        "tracking": "SJ-1",
        "shipped_on": "2026-10-19",
        "deliveries": DELIVERIES,
        "lines": [
            {
                "name": line["name"],
                "unit": line["unit"],
                "quantity": line["quantity"],
                "condition": "Baik, kemasan utuh",
            }
            for line in LINES
        ],
        "photos": ["6b23c0d5f35d1b11f9b683f0b0a617355deb11277d91ae091d399c655b87940d"],
        "remarks": "Diserahkan pada jam kerja.",
    },
    "tanda_terima": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-19",
        "arrived_at": "2026-10-19T13:40:00+07:00",
        "location": "Gudang Dinas Pendidikan",
        "delivery_note": "027/SJ/EO/0000001/DISDIK/X/2026",
        "lines": [
            {
                "name": line["name"],
                "unit": line["unit"],
                "ordered": line["quantity"],
                "received": line["quantity"],
                "good": line["quantity"],
                "damaged": 0,
                "short": 0,
            }
            for line in LINES
        ],
        "photos": ["3fdba35f04dc8c462986c992bcf875546257113072a909c162f7e470e581e278"],
        "remarks": "Seluruh barang lengkap dan sesuai Surat Pesanan.",
    },
    "bast": {
        **HEADER,
        **AFTER_ORDER,
        **PRICE,
        "date": "2026-10-20",
        "ppk": PPK,
        "final": True,
        "location": "Gudang Dinas Pendidikan",
        "checked_on": "2026-10-20",
        "late_days": 0,
        "penalty": 0,
        "statement": "Barang telah diperiksa dan dinyatakan sesuai jumlah, mutu, fungsi, dan waktu yang diperjanjikan.",
    },
    "ba_pemeriksaan": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-19",
        "inspector": RECEIVER,
        "arrived_at": "2026-10-19T13:40:00+07:00",
        "inspected_at": "2026-10-19T15:05:00+07:00",
        "location": "Gudang Dinas Pendidikan",
        "delivery_note": "027/SJ/EO/0000001/DISDIK/X/2026",
        "part": "ke-1 dari 1",
        "lines": [
            {
                "name": "Kertas HVS A4 80 gsm",
                "unit": "rim",
                "ordered": 200,
                "received": 198,
                "good": 195,
                "damaged": 3,
                "short": 2,
                "result": "Tidak sesuai",
                "note": "Tiga rim basah pada sudut kemasan",
            },
            {
                "name": "Pulpen tinta hitam, isi 12",
                "unit": "boks",
                "ordered": 100,
                "received": 100,
                "good": 100,
                "damaged": 0,
                "short": 0,
                "result": "Sesuai",
            },
        ],
        "photos": ["3fdba35f04dc8c462986c992bcf875546257113072a909c162f7e470e581e278"],
        "conforms": False,
        "decision": "Penyedia mengganti 3 rim rusak dan melengkapi 2 rim kurang",
        "decision_reason": "Barang masih tersedia pada penyedia dan batas waktu penyerahan belum lewat.",
        "replace_by": "2026-10-20",
    },
    "ba_serah_terima_aset": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-21",
        "account_code": "5.2.02.10.01.0002",
        "package": "Belanja Modal Komputer",
        "ppk": PPK,
        "keeper": KEEPER,
        "bast": "027/BAST/EO/0000001/DISDIK/X/2026",
        "bast_date": "2026-10-20",
        "location": "Ruang Tata Usaha, lantai 2",
        "lines": [
            {
                "name": "Laptop 14 inci",
                "specification": "RAM 16 GB, SSD 512 GB",
                "unit": "unit",
                "quantity": 2,
                "unit_price": 9_000_000,
                "total": 18_000_000,
                "asset_code": "1.3.2.10.01.02.003",
                "serial_numbers": ["CTH-0001", "CTH-0002"],
                "condition": "baik",
            }
        ],
        "subtotal": 18_000_000,
        "shipping": 100_000,
        "ppn": 1_991_000,
        "ppn_label": "PPN 12% × 11/12",
        "total": 20_091_000,
        "statement": "Barang dalam keadaan baik, lengkap, dan siap dicatat dalam Kartu Inventaris Barang.",
    },
}
