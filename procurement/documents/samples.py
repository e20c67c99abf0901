"""Fictional facts for every kind of paper: for the documentation's pictures and for tests.

The order is the worked example of the handbook (§12): stationery from a small enterprise, Rp20.868.000.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marketplace.core import clock
from procurement.documents.actions import seal
from procurement.documents.facts import Agency, Signature, Vendor
from procurement.documents.kinds import Kind
from procurement.documents.models import Paper

AGENCY: Final[Agency] = {
    "government": "Pemerintah Provinsi Contoh",
    "name": "Dinas Pendidikan",
    "code": "DISDIK",
    "address": "Jalan Merdeka Selatan No. 8, Kota Contoh 10110 · Telepon (021) 555-0100",
}
VENDOR: Final[Vendor] = {
    "name": "CV Maju Bersama Contoh",
    "address": "Jalan Kenanga Raya No. 17 RT 03 RW 05, Kelurahan Melati, Kota Contoh 13220",
    "npwp": "0012345678901000",
    "nitku": "0012345678901000000000",
    "nib": "9120001234567",
    "signatory": "Hasan Contoh",
    "position": "Direktur",
}
BANK: Final = {"bank": "Bank DKI", "account": "1012 3000 4567", "holder": "CV Maju Bersama Contoh"}
PPK: Final = {
    "name": "Budi Contoh, S.T., M.M.",
    "nip": "198001012005011001",
    "position": "Pejabat Pembuat Komitmen",
    "decree": "188/12/2026 tanggal 2 Januari 2026",
}

HEADER: Final = {
    "place": "Kota Contoh",
    "date": "2026-10-08",
    "fiscal_year": 2026,
    "fund_source": "APBD",
    "sub_activity": "1.01.02.2.01.0005",
    "account_code": "5.1.02.01.01.0024",
    "rup": "60999001",
    "order": "EO-2026-0000001",
    "package": "Belanja ATK Triwulan IV",
    "agency": AGENCY,
    "vendor": VENDOR,
}
AFTER_ORDER: Final = {"order_paper": "027/SP/EO/0000001/DISDIK/X/2026", "order_date": "2026-10-08"}
LINES: Final = [
    {
        "name": "Kertas HVS A4 80 gsm",
        "product_id": "1041",
        "specification": "500 lembar per rim, putih 96%",
        "kbki": "3212801001",
        "tkdn": "68,42%",
        "unit": "rim",
        "quantity": 200,
        "unit_price": 52_000,
        "discount": 400_000,
        "total": 10_400_000,
    },
    {
        "name": "Pulpen tinta hitam, isi 12",
        "product_id": "1107",
        "kbki": "3891102001",
        "tkdn": "42,10%",
        "unit": "boks",
        "quantity": 100,
        "unit_price": 35_000,
        "total": 3_500_000,
    },
    {
        "name": "Map odner folio 70 mm",
        "product_id": "1163",
        "unit": "buah",
        "quantity": 150,
        "unit_price": 31_000,
        "total": 4_650_000,
    },
]
PRICE: Final = {
    "lines": LINES,
    "subtotal": 18_550_000,
    "shipping": 250_000,
    "ppn": 2_068_000,
    "ppn_label": "PPN 12% × 11/12",
    "total": 20_868_000,
}
DELIVERIES: Final = [
    {
        "address": "Gudang Dinas Pendidikan, Jalan Merdeka Selatan No. 8, Kota Contoh",
        "receiver": "Gita Contoh (Penerima Barang)",
    }
]


def signature(caption: str, name: str, position: str, organisation: str, **more: str) -> Signature:
    """One signature on 8 October 2026."""
    signed: dict[str, str] = {
        "caption": caption,
        "name": name,
        "position": position,
        "organisation": organisation,
        "signed_at": "2026-10-08T10:24:00+07:00",
        **more,
    }
    return signed  # type: ignore[return-value]


BY_PPK: Final = signature(
    "Pejabat Pembuat Komitmen",
    PPK["name"],
    "Pejabat Pembuat Komitmen",
    AGENCY["name"],
    nip=PPK["nip"],
    decree=PPK["decree"],
)
BY_VENDOR: Final = signature("Penyedia", VENDOR["signatory"], VENDOR["position"], VENDOR["name"])
BY_RECEIVER: Final = signature(
    "Penerima Barang", "Gita Contoh", "Penerima Barang", AGENCY["name"], decree="188/15/2026"
)
BY_TREASURER: Final = signature(
    "Bendahara Pengeluaran", "Fajar Contoh", "Bendahara Pengeluaran", AGENCY["name"], decree="188/13/2026"
)
BY_PA: Final = signature(
    "Setuju dibayar", "Dr. Ani Contoh, M.Pd.", "Pengguna Anggaran", AGENCY["name"], decree="821.2/7/2025"
)
BY_PPTK: Final = signature(
    "Mengetahui", "Dedi Contoh", "Pejabat Pelaksana Teknis Kegiatan", AGENCY["name"], decree="188/14/2026"
)

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "surat_pesanan": {
        **HEADER,
        **PRICE,
        "ppk": PPK,
        "tax_estimate": [
            {"label": "PPN dipungut bendahara", "amount": 2_068_000},
            {"label": "PPh Pasal 22 (1,5%)", "amount": 282_000},
        ],
        "deliveries": DELIVERIES,
        "deliver_by": "2026-10-20",
        "warranty": "Barang rusak atau tidak sesuai diganti paling lambat 7 hari kalender setelah diterima",
        "payment": "Uang persediaan (UP), transfer CMS ke rekening terverifikasi penyedia, setelah BAST",
        "penalty": "1/1000 (satu permil) per hari dari nilai bagian yang terlambat (Perpres 16/2018 Pasal 79)",
        "clauses": [
            {
                "title": "Harga",
                "text": "Harga sudah termasuk seluruh biaya sampai di alamat kirim dan tidak berubah selama "
                "pesanan berlangsung.",
            },
            {
                "title": "Pemeriksaan",
                "text": "Barang diterima setelah dihitung dan diperiksa. Barang yang tidak sesuai dikembalikan "
                "atas biaya penyedia.",
            },
            {
                "title": "Perubahan",
                "text": "Perubahan jumlah, waktu, atau tempat hanya dengan adendum yang ditandatangani kedua pihak.",
            },
            {
                "title": "Penghentian dan pemutusan",
                "text": "Dilakukan dengan berita acara yang memuat penilaian atas pekerjaan yang sudah "
                "dilaksanakan.",
            },
            {
                "title": "Perselisihan",
                "text": "Diselesaikan secara musyawarah; bila tidak tercapai, melalui layanan penyelesaian "
                "sengketa kontrak LKPP.",
            },
        ],
    },
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
    "ba_pembayaran": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-21",
        "ppk": PPK,
        "bast": "027/BAST/EO/0000001/DISDIK/X/2026",
        "bast_date": "2026-10-20",
        "value_due": 20_868_000,
        "advance_recovered": 0,
        "penalty": 0,
        "retention": 0,
        "amount_to_pay": 20_868_000,
        "method": "Sekaligus, uang persediaan (UP) melalui transfer CMS",
        "progress_percent": 100,
        "bank": BANK,
    },
    "invoice": {
        **HEADER,
        **AFTER_ORDER,
        **PRICE,
        "date": "2026-10-20",
        "due_on": "2026-10-23",
        "bank": BANK,
        "bast": "027/BAST/EO/0000001/DISDIK/X/2026",
    },
    "kuitansi": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-20",
        "received_from": "Bendahara Pengeluaran Dinas Pendidikan",
        "total": 20_868_000,
        "purpose": "Pembayaran Belanja ATK Triwulan IV sesuai BAST nomor 027/BAST/EO/0000001/DISDIK/X/2026",
        "bank": BANK,
        "duty_stamp": True,
        "ledger_number": "BKU 412/X/2026",
    },
    "bukti_potong": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-22",
        "period": "Oktober 2026",
        "withholder": "Bendahara Pengeluaran Dinas Pendidikan",
        "withholder_npwp": "0002345678901000",
        "taxes": [
            {
                "label": "PPN",
                "base": 17_233_333,
                "rate": "12%",
                "amount": 2_068_000,
                "rule": "PMK 131/2024: dasar pengenaan pajak nilai lain 11/12 dari harga Rp18.800.000",
            },
            {
                "label": "PPh Pasal 22",
                "base": 18_800_000,
                "rate": "1,5%",
                "amount": 282_000,
                "rule": "PMK 34/2017 jo. PMK 231/2019",
            },
        ],
        "total": 2_350_000,
        "reference": "Transfer CMS 22 Oktober 2026",
    },
    "ba_pembatalan": {
        **HEADER,
        **AFTER_ORDER,
        "date": "2026-10-23",
        "ppk": PPK,
        "ending": "Pemutusan Pesanan",
        "ground": "Penyedia tidak menyerahkan barang sampai batas waktu 20 Oktober 2026 dan menyatakan tidak sanggup "
        "memenuhinya (Perpres 16/2018 jo. 46/2025 Pasal 44 dan 78).",
        "warnings": ["Peringatan pertama, 21 Oktober 2026", "Peringatan kedua, 22 Oktober 2026"],
        "evaluation": "Belum ada barang yang diserahkan; tidak ada bagian pekerjaan yang dapat dinilai.",
        "value_to_pay": 0,
        "consequences": "Komitmen anggaran Rp20.868.000 dikembalikan ke pagu. PPK mengusulkan sanksi sesuai ketentuan.",
    },
}

SIGNATORIES: Final[Mapping[str, tuple[Signature, ...]]] = {
    "surat_pesanan": (BY_PPK, BY_VENDOR),
    "surat_jalan": (BY_VENDOR,),
    "tanda_terima": (BY_RECEIVER,),
    "bast": (BY_PPK, BY_VENDOR),
    "ba_pembayaran": (BY_PPK, BY_VENDOR),
    "invoice": (BY_VENDOR,),
    "kuitansi": (
        signature("Penerima", VENDOR["signatory"], VENDOR["position"], VENDOR["name"]),
        BY_TREASURER,
        BY_PA,
        BY_PPTK,
    ),
    "bukti_potong": (BY_TREASURER,),
    "ba_pembatalan": (BY_PPK, BY_VENDOR),
}

ISSUED_AT: Final = datetime(2026, 10, 8, 10, 30, tzinfo=clock.JAKARTA)


def sample(kind: str, **changes: Any) -> Paper:
    """A paper of that kind that stands in no database; `changes` replace facts."""
    chosen = Kind.of(kind)
    paper = Paper(
        kind=kind,
        year=2026,
        sequence=1,
        number=f"027/{chosen.abbreviation}/EO/0000001/{AGENCY['code']}/X/2026",
        subject_type="purchase",
        subject_id="1",
    )
    facts = {**FACTS[kind], "signatures": list(SIGNATORIES[kind]), **changes}
    seal(paper, facts, at=ISSUED_AT, token="contoh-tidak-terdaftar-1234567890")
    return paper
