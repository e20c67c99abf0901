"""Samples of the treasury's papers: the worked order paid by LS (handbook §12, variant V7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procurement.documents.samples.parties import AGENCY, BANK, VENDOR

_REQUEST: Final = {
    "place": "Kota Contoh",
    "date": "2026-10-21",
    "fiscal_year": 2026,
    "agency": AGENCY,
    "mechanism": "LS",
    "mechanism_name": "Langsung (LS)",
    "purpose": "Pembayaran pesanan EO-2026-0000001, CV Maju Bersama Contoh",
    "requested": [
        {
            "description": "EO-2026-0000001, Surat Pesanan 027/SP/EO/0000001/DISDIK/X/2026",
            "account_code": "5.1.02.01.01.0024",
            "amount": 20_868_000,
        }
    ],
    "deductions": [
        {"label": "PPN", "amount": 2_068_000},
        {"label": "PPh Pasal 22", "amount": 282_000},
    ],
    "total": 20_868_000,
    "deducted": 2_350_000,
    "net": 18_518_000,
    "payee": {"name": VENDOR["name"], "npwp": VENDOR["npwp"], "bank": BANK},
}
_NPD: Final = "900/NPD/EO/0000001/DISDIK/X/2026"

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "npd": _REQUEST,
    "spp": {**_REQUEST, "npd": _NPD},
    "spm": {**_REQUEST, "npd": _NPD, "spp": "900/SPP/EO/0000001/DISDIK/X/2026"},
}
