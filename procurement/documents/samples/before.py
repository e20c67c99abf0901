"""Samples of the papers before the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procurement.documents.samples.parties import AGENCY, HEADER, LINES, PA, PACKAGE, PPK, PRICE, VENDOR

SUMS: Final = {name: value for name, value in PRICE.items() if name != "lines"}


def _estimated(name: str, unit: str, quantity: int, price: int, seen: tuple[int, int]) -> dict[str, Any]:
    first, second = seen
    return {
        "name": name,
        "unit": unit,
        "quantity": quantity,
        "unit_price": price,
        "total": price * quantity,
        "references": [
            {"source": "Etalase e-Order", "vendor": VENDOR["name"], "seen_on": "2026-09-15", "price": first},
            {
                "source": "Survei toko",
                "vendor": "Toko Sinar Contoh",
                "seen_on": "2026-09-16",
                "price": second,
            },
        ],
    }


def _offer(vendor: str, total: int, rank: int, reason: str) -> dict[str, Any]:
    return {
        "vendor": vendor,
        "submitted_at": "2026-10-05T16:12:00+07:00",
        "total": total,
        "rank": rank,
        "administrative": "Memenuhi",
        "technical": "Memenuhi" if rank else "Tidak memenuhi",
        "price": "Wajar" if rank else "Tidak dinilai",
        "winner": rank == 1,
        "reason": reason,
        "deliver_by": "2026-10-20",
    }


def _agreed(name: str, unit: str, quantity: int, listed: int, first: int, agreed: int) -> dict[str, Any]:
    return {
        "name": name,
        "unit": unit,
        "quantity": quantity,
        "list_price": listed,
        "first_price": first,
        "agreed_price": agreed,
        "total": agreed * quantity,
    }


def _round(no: int, by: str, hour: str, prices: tuple[int, int, int], **more: Any) -> dict[str, Any]:
    lines = [{"name": line["name"], "price": price} for line, price in zip(LINES, prices, strict=True)]
    return {"no": no, "by": by, "at": f"2026-10-07T{hour}:00+07:00", "lines": lines, **more}


NEGOTIATION: Final[Mapping[str, Any]] = {
    **HEADER,
    **SUMS,
    "date": "2026-10-07",
    "officer": PPK,
    "negotiated": True,
    "participants": [
        {"name": PPK["name"], "position": PPK["position"], "organisation": AGENCY["name"]},
        {"name": VENDOR["signatory"], "position": VENDOR["position"], "organisation": VENDOR["name"]},
    ],
    "rounds": [
        _round(1, "Pembeli", "09:10", (49_000, 34_000, 30_000), message="Mohon harga partai besar."),
        _round(
            2,
            "Penyedia",
            "10:25",
            (50_000, 35_000, 31_000),
            shipping=250_000,
            deliver_by="2026-10-20",
            message="Harga terbaik kami, ongkos kirim satu kali.",
        ),
        _round(3, "Pembeli", "10:40", (50_000, 35_000, 31_000), message="Kami setuju."),
    ],
    "lines": [
        _agreed("Kertas HVS A4 80 gsm", "rim", 200, 52_000, 49_000, 50_000),
        _agreed("Pulpen tinta hitam, isi 12", "boks", 100, 36_500, 34_000, 35_000),
        _agreed("Map odner folio 70 mm", "buah", 150, 32_000, 30_000, 31_000),
    ],
    "subtotal": 18_150_000,
    "ppn": 2_024_000,
    "total": 20_424_000,
    "list_total": 21_201_000,
    "deliver_by": "2026-10-20",
    "conclusion": "Kedua pihak sepakat atas harga dan waktu penyerahan di atas.",
    "estimate": {"number": "027/HPS/EO/0000001/DISDIK/IX/2026", "total": 21_367_500},
}

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "disposisi": {
        **PACKAGE,
        "date": "2026-09-14",
        "giver": PA,
        "ppk": PPK,
        "packages": [
            {
                "rup": "60999001",
                "name": "Belanja ATK Triwulan IV",
                "value": 22_000_000,
                "method": "E-Purchasing",
            },
            {
                "rup": "60999002",
                "name": "Belanja Konsumsi Rapat",
                "value": 9_500_000,
                "method": "E-Purchasing",
            },
        ],
        "total": 31_500_000,
        "note": "Utamakan usaha kecil dan produk dalam negeri; laporkan kemajuan setiap Jumat.",
        "finish_by": "2026-10-30",
    },
    "kak": {
        **PACKAGE,
        "date": "2026-09-16",
        "ppk": PPK,
        "background": "Persediaan alat tulis kantor habis pada akhir triwulan III, sedangkan kegiatan penilaian "
        "akhir tahun berlangsung sampai Desember.",
        "purpose": "Menyediakan alat tulis kantor bagi kegiatan layanan pendidikan selama triwulan IV.",
        "target": "Kebutuhan 12 bidang dan 4 suku dinas terpenuhi sebelum 20 Oktober 2026.",
        "lines": [
            {
                "name": "Kertas HVS A4 80 gsm",
                "unit": "rim",
                "quantity": 200,
                "specification": "500 lembar per rim, putih 96%",
                "quality": "Tidak menempel pada mesin fotokopi; SNI",
            },
            {"name": "Pulpen tinta hitam, isi 12", "unit": "boks", "quantity": 100},
            {"name": "Map odner folio 70 mm", "unit": "buah", "quantity": 150},
        ],
        "delivery_place": "Gudang Dinas Pendidikan, Jalan Merdeka Selatan No. 8, Kota Contoh",
        "delivery_time": "Paling lambat 12 hari kalender setelah Surat Pesanan ditandatangani",
        "acceptance_test": "Dihitung seluruhnya; 1 dari 20 kemasan dibuka dan dicoba cetak.",
        "pdn": "Wajib produk dalam negeri dengan TKDN paling sedikit 25% bila tersedia.",
        "warranty": "Barang rusak diganti paling lambat 7 hari kalender.",
        "requirements": ["Usaha mikro, kecil, atau koperasi", "NIB dengan KBLI perdagangan alat tulis"],
        "ceiling": 22_000_000,
    },
    "hps": {
        **PACKAGE,
        "date": "2026-09-18",
        "ppk": PPK,
        "lines": [
            _estimated("Kertas HVS A4 80 gsm", "rim", 200, 53_000, (52_000, 54_000)),
            _estimated("Pulpen tinta hitam, isi 12", "boks", 100, 36_000, (35_000, 37_000)),
            _estimated("Map odner folio 70 mm", "buah", 150, 32_000, (31_000, 33_000)),
        ],
        "subtotal": 19_000_000,
        "shipping": 250_000,
        "ppn": 2_117_500,
        "ppn_label": "PPN 12% × 11/12",
        "total": 21_367_500,
        "valid_until": "2026-12-31",
        "method": "Rata-rata dua sumber harga yang diperoleh dalam 28 hari terakhir.",
    },
    "ba_negosiasi": NEGOTIATION,
    "undangan_mini_kompetisi": {
        **PACKAGE,
        "date": "2026-10-02",
        "competition": "MK-2026-0000001",
        "officer": PPK,
        "request": "Kami membutuhkan alat tulis kantor untuk triwulan IV, dikirim ke satu gudang dalam satu kali "
        "kirim. Merek bebas asal spesifikasi terpenuhi.",
        "lines": [
            {"name": line["name"], "unit": line["unit"], "quantity": line["quantity"]} for line in LINES
        ],
        "delivery_place": "Gudang Dinas Pendidikan, Jalan Merdeka Selatan No. 8, Kota Contoh",
        "deliver_by": "2026-10-20",
        "closes_at": "2026-10-06T14:00:00+07:00",
        "award": "Satu penyedia untuk seluruh barang, harga terendah yang memenuhi syarat",
        "terms": ["Harga termasuk ongkos kirim", "Penyedia tidak sedang dikenai sanksi"],
        "invited": ["CV Maju Bersama Contoh", "Toko Sinar Contoh", "Koperasi Usaha Rekaan"],
        "ceiling": 21_367_500,
    },
    "ba_mini_kompetisi": {
        **PACKAGE,
        **SUMS,
        "date": "2026-10-06",
        "competition": "MK-2026-0000001",
        "officer": PPK,
        "invitation": "027/UMK/EO/0000001/DISDIK/X/2026",
        "invited": 3,
        "closed_at": "2026-10-06T14:00:00+07:00",
        "award": "Satu penyedia untuk seluruh barang",
        "criteria": "Administrasi dan teknis dengan sistem gugur, kemudian harga terendah",
        "offers": [
            _offer("CV Maju Bersama Contoh", 20_868_000, 1, "Harga terendah dan seluruh syarat terpenuhi."),
            _offer("Toko Sinar Contoh", 21_140_000, 2, "Memenuhi syarat; harga Rp272.000 lebih tinggi."),
            _offer("Koperasi Usaha Rekaan", 19_900_000, 0, "Kertas yang ditawarkan 70 gsm, diminta 80 gsm."),
        ],
        "lines": [
            {
                "name": line["name"],
                "unit": line["unit"],
                "quantity": line["quantity"],
                "vendor": "CV Maju Bersama Contoh",
                "unit_price": line["unit_price"],
                "total": line["total"],
            }
            for line in LINES
        ],
        "conclusion": "CV Maju Bersama Contoh ditetapkan sebagai pemenang.",
        "estimate": {"number": "027/HPS/EO/0000001/DISDIK/IX/2026", "total": 21_367_500},
    },
}
