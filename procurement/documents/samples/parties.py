"""Who and what the samples are about: fictional parties, goods and signatures.

The order is the worked example of the handbook (§12): stationery from a small enterprise, Rp20.868.000.
"""

from __future__ import annotations

from typing import Final

from procurement.documents.facts import Agency, Signature, Vendor

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
PA: Final = {
    "name": "Dr. Ani Contoh, M.Pd.",
    "position": "Pengguna Anggaran",
    "decree": "821.2/7/2025",
}
RECEIVER: Final = {"name": "Gita Contoh", "position": "Penerima Barang", "decree": "188/15/2026"}
KEEPER: Final = {"name": "Joko Contoh", "position": "Pengurus Barang", "decree": "188/16/2026"}

PACKAGE: Final = {
    "place": "Kota Contoh",
    "date": "2026-10-08",
    "fiscal_year": 2026,
    "fund_source": "APBD",
    "sub_activity": "1.01.02.2.01.0005",
    "account_code": "5.1.02.01.01.0024",
    "rup": "60999001",
    "package": "Belanja ATK Triwulan IV",
    "agency": AGENCY,
}
HEADER: Final = {**PACKAGE, "order": "EO-2026-0000001", "vendor": VENDOR}
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
BY_KEEPER: Final = signature(
    "Pengurus Barang", KEEPER["name"], KEEPER["position"], AGENCY["name"], decree=KEEPER["decree"]
)
BY_PA_ALONE: Final = signature(
    "Pengguna Anggaran", PA["name"], PA["position"], AGENCY["name"], decree=PA["decree"]
)
