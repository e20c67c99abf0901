"""Samples of the papers of money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procurement.documents.samples.parties import AFTER_ORDER, BANK, HEADER, PPK, PRICE

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
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
}
