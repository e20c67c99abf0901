"""Samples of the order and of what changes or ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procurement.documents.samples.parties import AFTER_ORDER, DELIVERIES, HEADER, PPK, PRICE

ORDER: Final[Mapping[str, Any]] = {
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
}

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "surat_pesanan": ORDER,
    "spk": {
        **ORDER,
        "starts_on": "2026-10-08",
        "execution_days": 12,
        "instruction": "Penagihan hanya setelah pekerjaan selesai, dibuktikan dengan Berita Acara Serah Terima.",
        "budget_paper": "DPA 1.01.0.00.0.00.01.0000/2026",
        "invitation": "027/UMK/EO/0000001/DISDIK/X/2026",
        "invitation_date": "2026-10-02",
        "negotiation_date": "2026-10-07",
    },
    "adendum": {
        **HEADER,
        **AFTER_ORDER,
        **PRICE,
        "date": "2026-10-15",
        "ppk": PPK,
        "addendum": 1,
        "order_version": 2,
        "proposed_by": "Penyedia",
        "reason": "Pengiriman kertas dari pabrik tertunda oleh banjir di jalur distribusi; jumlah map ditambah "
        "karena kebutuhan sekolah bertambah.",
        "changes": [
            {"term": "Waktu penyerahan", "before": "20 Oktober 2026", "after": "27 Oktober 2026"},
            {"term": "Map odner folio 70 mm", "before": "140 buah", "after": "150 buah"},
        ],
        "total_before": 20_523_900,
        "deliver_by_before": "2026-10-20",
        "deliver_by": "2026-10-27",
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
