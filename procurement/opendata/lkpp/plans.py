"""Announced packages in the columns of `RUP-PaketPenyedia-Terumumkan`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from procurement.planning.models import Package

COLUMNS: Final = (
    "kd_rup", "nama_paket", "pagu", "kd_metode_pengadaan", "metode_pengadaan", "kd_jenis_pengadaan",
    "jenis_pengadaan", "volume_pekerjaan", "spesifikasi_pekerjaan", "tgl_awal_pemilihan", "tgl_akhir_pemilihan",
    "tgl_awal_kontrak", "tgl_akhir_kontrak", "tgl_awal_pemanfaatan", "tgl_akhir_pemanfaatan", "status_pdn",
    "status_ukm", "alasan_non_ukm", "status_pradipa", "status_konsolidasi", "status_dikecualikan",
    "status_umumkan_rup", "spp_aspek_ekonomi", "spp_aspek_sosial", "spp_aspek_lingkungan", "nip_ppk", "nama_ppk",
    "kd_klpd", "nama_klpd", "kd_satker", "kd_satker_str", "nama_satker", "tahun_anggaran",
)  # fmt: skip
_FIELDS: Final = (
    "kd_rup", "name", "pagu", "method_code", "kind_code", "contract_from", "contract_to", "pdn", "ukm", "ppk_id",
    "year", "region__klpd_code", "region__name", "organisation__code", "organisation__name",
)  # fmt: skip
BATCH: Final = 500


def rows(year: int) -> Iterator[Sequence[Any]]:
    """Packages of a budget year that are announced. A PPK is told of by the office; NIP stays empty."""
    methods, kinds = dict(Package.Method.choices), dict(Package.Kind.choices)
    found = Package.objects.filter(year=year, announced=True).order_by("pk").values(*_FIELDS)
    for told in found.iterator(chunk_size=BATCH):
        method, kind = told["method_code"], told["kind_code"]
        code = told["organisation__code"]
        yield (
            told["kd_rup"],
            told["name"],
            told["pagu"],
            method,
            "" if method is None else str(methods[method]),
            kind,
            "" if kind is None else str(kinds[kind]),
            *[""] * 4,
            _day(told["contract_from"]),
            _day(told["contract_to"]),
            *[""] * 2,
            _flag(told["pdn"], "PDN"),
            _flag(told["ukm"], "UKM"),
            *[""] * 4,
            "Terumumkan",
            *[""] * 3,
            "",
            f"Pejabat Pembuat Komitmen {told['organisation__name']}" if told["ppk_id"] else "",
            told["region__klpd_code"],
            told["region__name"],
            code,
            code,
            told["organisation__name"],
            told["year"],
        )


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _flag(value: bool | None, word: str) -> str:
    """LKPP's word for yes; unknown is not no."""
    return "" if value is None else word if value else f"Non {word}"
