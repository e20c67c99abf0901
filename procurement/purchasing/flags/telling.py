"""The rules in words, with the figures and consequences in force for a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marketplace.core.money import rupiah
from marketplace.core.shares import percent
from marketplace.regulation.queries import parameter
from procurement.purchasing.flags.consequences import EXPLAIN, MEANING
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.flags.thresholds import Thresholds
from procurement.purchasing.models import Flag

_RUNGS: Final = {
    "fast": "terlalu cepat",
    "no_negotiation": "tanpa negosiasi",
    "package": "satu paket dalam banyak pesanan",
    "rank": "urutan lebih rendah",
    "import": "produk impor",
}


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """One flag: what raises it, and what follows for which part of it."""

    code: str
    title: str
    sentences: tuple[str, ...]
    consequences: tuple[tuple[str, str, str], ...]
    basis: str


def rules_in_words(region_id: int) -> list[RuleInWords]:
    """All rules as they stand today for a region. No query beyond the dated parameters."""
    told = _sentences(Thresholds.of(region_id))
    return [
        RuleInWords(code, title, told[code], *_consequences(code, region_id)) for code, title in CODES.items()
    ]


def _consequences(code: str, region_id: int) -> tuple[tuple[tuple[str, str, str], ...], str]:
    rule = parameter(f"flag.{code}.consequence", region_id=region_id)
    value = rule.value if isinstance(rule.value, Mapping) else {"": rule.value}
    rows = tuple(
        (_rung(rung), str(Flag.Consequence(what).label), MEANING[what])
        for rung, what in value.items()
        if what in MEANING
    )
    return rows or (("", str(Flag.Consequence.EXPLAIN.label), MEANING[EXPLAIN]),), rule.legal_basis


def _rung(rung: str) -> str:
    return f"batas {rupiah(int(rung))}" if rung.isdecimal() else _RUNGS.get(rung, rung)


def _sentences(of: Thresholds) -> dict[str, tuple[str, ...]]:
    limits = ", ".join(rupiah(each) for each in of.limits)
    return {
        "ID01": (
            f"Dalam {of.repeated_days} hari satu PPK memesan {of.repeated_orders} kali atau lebih kepada penyedia yang "
            f"sama, atau {percent(of.repeated_share_bp)} dari nilai pesanannya; dihitung sejak PPK itu punya "
            f"{of.repeated_least} pesanan.",
        ),
        "ID02": (
            f"Pesanan di atas {rupiah(of.fast_above)} diajukan, disetujui, atau menjadi Surat Pesanan kurang dari "
            f"{of.fast_minutes} menit setelah barang pertama masuk keranjang.",
            f"Pesanan di atas {rupiah(of.negotiate_above)} tanpa negosiasi.",
        ),
        "ID03": (f"Barang dipesan kurang dari {of.new_hours} jam setelah mulai tayang.",),
        "ID04": (
            f"Harga satuan {percent(of.raised_bp)} atau lebih dari harga tengah {of.price_days} hari sebelum pesanan.",
            f"Saat disetujui: harga yang dipesan {percent(of.raised_bp)} atau lebih dari harga tayang sekarang.",
        ),
        "ID08": (
            f"Dalam {of.window_days} hari, pesanan satuan kerja atau PPK yang sama untuk golongan barang (KBKI "
            f"{of.group_digits} angka) atau kode rekening yang sama masing-masing tidak melebihi {limits}, tetapi "
            "bersama-sama melebihinya; penyedianya boleh berbeda.",
            f"Sama, untuk batas pajak {rupiah(of.tax_limit)} sebelum PPN.",
            f"Satu paket RUP dibeli dalam {of.package_orders} pesanan atau lebih.",
        ),
        "ID09": (
            f"Nilai pesanan di atas {percent(of.band_bp)} dan tidak melebihi {rupiah(of.tax_limit)} (sebelum PPN), "
            f"{limits}.",
        ),
        "ID12": (
            "Tidak satu pun KBLI penyedia mencakup seksi KBKI barang yang dipesan.",
            f"Penyedia menayangkan barang dalam {of.most_sections} seksi KBKI atau lebih.",
        ),
        "PDN": (
            "Barang dengan urutan produk dalam negeri lebih rendah dipilih, sedangkan barang sejenis dengan urutan "
            "lebih tinggi tayang, tersedia, dan dikirim ke alamat yang sama.",
            "Barang bukan produk dalam negeri.",
        ),
    }
