"""What must hold before a package is handed on: one question a function, each raising Refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from marketplace.accounts.models import Appointment
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from procurement.planning.estimating import Estimate
from procurement.planning.kak import names_a_brand
from procurement.planning.models import Package

BASIS_IN_LINES: Final = "Rujukan harga setiap baris HPS."
SHORTEST_REASON: Final = 10


def kak_written(kak: str, brand_reason: str) -> None:
    """There are terms of reference, and a brand named in them is explained (Perpres 16/2018 Art. 19)."""
    if not kak.strip():
        raise Refused(
            "kak_missing",
            "KAK wajib diisi.",
            rule="Perpres 16/2018 Pasal 19",
            fix="Tulis apa, berapa, kapan, di mana.",
        )
    brand = names_a_brand(kak)
    if brand and len(brand_reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "brand_named",
            f"KAK menyebut “{brand}”. Merek hanya boleh disebut dengan alasan.",
            rule="Perpres 16/2018 Pasal 19 ayat (2)",
            fix="Tulis “atau setara”, atau isi alasan menyebut merek (suku cadang, katalog, kelengkapan).",
        )


def estimate_sound(package: Package, estimate: Estimate | None, total: int, basis: str) -> None:
    """A large package has its estimate in lines; a small one may state its sum with where it comes from."""
    if estimate is not None:
        return
    limit = parameter("hps.optional_up_to", region_id=package.region_id)
    if total > int(limit.value):
        raise Refused(
            "hps_lines_missing",
            f"HPS {rupiah(total)} harus disusun per baris dengan rujukan harga.",
            rule=limit.legal_basis,
            fix=f"Isi baris HPS pada halaman persiapan; tanpa baris hanya sampai {rupiah(int(limit.value))}.",
        )
    if not basis.strip():
        raise Refused(
            "hps_basis_missing",
            "Dasar penyusunan HPS wajib diisi.",
            rule="Perpres 16/2018 Pasal 26",
            fix="Tuliskan dari mana harganya, atau isi baris HPS.",
        )


def certificate_valid(officer: Appointment, region_id: int) -> None:
    """PPK and PP hold a competence certificate that has not run out (Perpres 16/2018 Art. 74)."""
    if officer.certificate_valid_to is None:
        return
    grace = parameter("authority.certificate_grace_days", region_id=region_id)
    if officer.certificate_valid_to + timedelta(days=int(grace.value)) >= clock.today():
        return
    raise Refused(
        "certificate_expired",
        f"Sertifikat kompetensi {officer.user.name} berakhir {officer.certificate_valid_to:%d-%m-%Y}.",
        rule=grace.legal_basis,
        fix="Pilih pejabat lain, atau minta operator mencatat sertifikat yang baru.",
    )
