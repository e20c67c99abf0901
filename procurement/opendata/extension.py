"""Our own extension of OCDS: what is published here and has no place in the standard. Served at a stable address."""

from __future__ import annotations

from typing import Any, Final

_VALUE: Final = {"$ref": "#/definitions/Value"}
_SHARES: Final = {
    "nilaiPDN": {
        "title": "Nilai produk dalam negeri",
        "description": "Bagian harga sebelum pajak yang merupakan produk dalam negeri (Perpres 46/2025 Pasal 66).",
        **_VALUE,
    },
    "nilaiUMK": {
        "title": "Nilai usaha mikro, kecil, dan koperasi",
        "description": "Harga sebelum pajak yang dibelanjakan kepada usaha mikro, kecil, atau koperasi.",
        **_VALUE,
    },
}

SCHEMA: Final[dict[str, Any]] = {
    "definitions": {
        "Award": {"properties": _SHARES},
        "Contract": {"properties": _SHARES},
        "Transaction": {
            "properties": {
                "kodePajak": {
                    "title": "Kode pajak",
                    "description": "Pajak yang disetor dengan transaksi ini; kosong untuk pembayaran kepada penyedia.",
                    "type": ["string", "null"],
                }
            }
        },
    }
}

ABOUT: Final[dict[str, Any]] = {
    "name": {"id": "e-Order"},
    "description": {
        "id": "Nilai PDN dan UMK pada hasil pemilihan dan kontrak, dan kode pajak pada transaksi."
    },
    "compatibility": ["1.1"],
    "schemas": ["release-schema.json"],
}
