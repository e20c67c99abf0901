"""From rows of text to plan lines, or to row errors that say how to mend them. Pure: no database.

Fields are those of LKPP's open data: RUP-PaketAnggaranPenyedia, and where present the names, methods and kinds of
RUP-PaketPenyedia-Terumumkan (handbook §8.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from marketplace.core import identifiers
from procurement.planning.importing.reading import Row, RowError

REQUIRED: Final = (
    "kd_rup",
    "id_paket_anggaran_penyedia",
    "kd_klpd",
    "kd_satker",
    "nama_satker",
    "tahun_anggaran",
    "sumber_dana",
    "mak",
    "pagu",
    "status_umumkan_rup",
)
OPTIONAL: Final = (
    "status_delete_rup",
    "status_aktif_rup",
    "kd_satker_str",
    "nama_klpd",
    "jenis_klpd",
    "asal_dana",
    "asal_dana_klpd",
    "asal_dana_satker",
    "jenis_dana_apbn",
    "tahun_anggaran_dana",
    "kd_kegiatan",
    "kd_subkegiatan",
    "kd_komponen",
    "kd_rup_lokal",
    "nama_paket",
    "metode_pengadaan",
    "kd_metode_pengadaan",
    "jenis_pengadaan",
    "kd_jenis_pengadaan",
    "status_pdn",
    "status_ukm",
    "tgl_awal_kontrak",
    "tgl_akhir_kontrak",
)
KNOWN: Final = frozenset(REQUIRED) | frozenset(OPTIONAL)

MAX_PAGU: Final = 999_999_999_999_999
"""A budget line of a thousand trillion rupiah is a typing error: the whole state budget is about four times that."""

METHODS: Final = {"pengadaan langsung": 8, "e-purchasing": 9, "tender": 13, "seleksi": 15}
KINDS: Final = {"barang": 1, "pekerjaan konstruksi": 2, "jasa konsultansi": 3, "jasa lainnya": 4}

_REGIONAL_MAK = re.compile(
    r"\d\.\d{2}\.\d{2}\.\d\.\d{2}\.\d{4}\.(\d\.\d\.\d{2}\.\d{2}\.\d{2}\.\d{4})(\.|$)", re.ASCII
)
_MINISTRY_MAK = re.compile(r"[A-Z]{2}\.\d{4}\.[A-Z]{3}\.\d{3}\.\d{3}\.[0-9A-Za-z]{2}\.(\d{6})$", re.ASCII)
_WHOLE_NUMBER = re.compile(r"(\d+)(?:\.0+)?")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T[0-9:.+Z-]*)?", re.ASCII)
_RUNS_AS_FORMULA = re.compile(r"[=+@\t\r]|-.*[(|!]")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One budget line of one package as the file tells it. Whole rupiah; None and "" mean "not said"."""

    line: int
    kd_rup: str
    published_id: int
    klpd_code: str
    klpd_name: str
    klpd_kind: str
    unit_code: str
    unit_name: str
    year: int
    name: str
    method_code: int | None
    kind_code: int | None
    ukm: bool | None
    pdn: bool | None
    contract_from: date | None
    contract_to: date | None
    announced: bool
    active: bool
    mak: str
    rekening: str
    sumber_dana: str
    asal_dana: str
    fund_year: int | None
    pagu: int


class Unfit(ValueError):
    """A value that cannot be taken: (reason, fix)."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason, self.fix = reason, fix


Value = TypeVar("Value")


def parse(row: Row) -> PlanLine | list[RowError]:
    """The plan line of a row, or everything that is wrong with it."""
    take = _Taker(row)
    deleted = take("status_delete_rup", _flag(absent=False))
    active = take("status_aktif_rup", _flag(absent=True))
    mak = take("mak", _text(120))
    fields = {
        "line": row.line,
        "kd_rup": take("kd_rup", identifiers.kd_rup),
        "published_id": take("id_paket_anggaran_penyedia", _number(1, 2**62)),
        "klpd_code": take("kd_klpd", identifiers.klpd_code),
        "klpd_name": take("nama_klpd", _text(200, optional=True)),
        "klpd_kind": row.values.get("jenis_klpd", "").upper(),
        "unit_code": take("kd_satker", _text(40)),
        "unit_name": take("nama_satker", _text(250)),
        "year": take("tahun_anggaran", _number(2000, 2100)),
        "name": take("nama_paket", _text(500, optional=True)),
        "method_code": take("kd_metode_pengadaan", _code("metode_pengadaan", METHODS, row)),
        "kind_code": take("kd_jenis_pengadaan", _code("jenis_pengadaan", KINDS, row)),
        "ukm": _mark(row, "status_ukm", "UKM"),
        "pdn": _mark(row, "status_pdn", "PDN"),
        "contract_from": take("tgl_awal_kontrak", _optional(_day)),
        "contract_to": take(
            "tgl_akhir_kontrak", _optional(_not_before(row.values.get("tgl_awal_kontrak", "")))
        ),
        "announced": row.values.get("status_umumkan_rup", "").lower() == "terumumkan",
        "active": active and not deleted,
        "mak": mak,
        "rekening": account_of(mak or ""),
        "sumber_dana": take("sumber_dana", _text(40)),
        "asal_dana": take("asal_dana", _text(20, optional=True)),
        "fund_year": take("tahun_anggaran_dana", _optional(_number(2000, 2100))),
        "pagu": take("pagu", _pagu),
    }
    return take.errors or PlanLine(**fields)  # type: ignore[arg-type]


def account_of(mak: str) -> str:
    """The account within a MAK: six-level *rekening* of a region, six-digit *akun* of a ministry, "" if neither."""
    for shape in (_REGIONAL_MAK, _MINISTRY_MAK):
        matched = shape.match(mak)
        if matched:
            return matched.group(1)
    return ""


class _Taker:
    """Takes values out of one row and collects what is wrong with them."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.errors: list[RowError] = []

    def __call__(self, column: str, read: Callable[[str], Value]) -> Value | None:
        text = self.row.values.get(column, "")
        try:
            return read(text)
        except Unfit as unfit:
            self.errors.append(RowError(self.row.line, column, text, unfit.reason, unfit.fix))
        except identifiers.Malformed as malformed:
            self.errors.append(
                RowError(self.row.line, column, text, str(malformed), "Samakan dengan data di SiRUP.")
            )
        return None


def _text(longest: int, *, optional: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text and not optional:
            raise Unfit("Nilai wajib diisi.", "Isi sesuai data di SiRUP.")
        if len(text) > longest:
            raise Unfit(f"Teks {len(text)} huruf; paling panjang {longest}.", "Singkatkan teksnya.")
        if _RUNS_AS_FORMULA.match(text):
            raise Unfit(
                "Teks ini dapat dijalankan sebagai rumus oleh lembar kerja.",
                "Hapus tanda =, +, @ atau rumus di awal teks.",
            )
        return " ".join(text.split())

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        matched = _WHOLE_NUMBER.fullmatch(text)
        if not text.isascii() or matched is None or not least <= int(matched.group(1)[:30]) <= most:
            raise Unfit(f"Harus angka bulat antara {least} dan {most}.", "Samakan dengan data di SiRUP.")
        return int(matched.group(1))

    return read


def _pagu(text: str) -> int:
    matched = _WHOLE_NUMBER.fullmatch(text)
    if text.startswith("-"):
        raise Unfit("Pagu tidak boleh negatif.", "Periksa pagu paket ini di SiRUP.")
    if matched is None or not text.isascii():
        raise Unfit("Pagu harus rupiah bulat tanpa titik atau koma.", "Tulis seperti 14400000.")
    if len(matched.group(1)) > 15 or int(matched.group(1)) > MAX_PAGU:
        raise Unfit("Pagu lebih dari 15 angka; tidak mungkin benar.", "Periksa pagu paket ini di SiRUP.")
    return int(matched.group(1))


def _optional(read: Callable[[str], Value]) -> Callable[[str], Value | None]:
    return lambda text: read(text) if text else None


def _day(text: str) -> date:
    """A day as LKPP publishes it, with or without a time of day behind."""
    matched = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(matched.group(1) if matched else "")
    except ValueError:
        raise Unfit("Bukan tanggal.", "Tulis seperti 2026-03-01.") from None


def _not_before(first: str) -> Callable[[str], date]:
    """The end of a period; a beginning that is no day has an error of its own."""

    def read(text: str) -> date:
        last = _day(text)
        matched = _DAY.fullmatch(first)
        if matched and last.isoformat() < matched.group(1):
            raise Unfit(
                f"Kontrak berakhir sebelum mulai ({matched.group(1)}).", "Samakan dengan data di SiRUP."
            )
        return last

    return read


def _flag(*, absent: bool) -> Callable[[str], bool]:
    words = {"true": True, "false": False, "1": True, "0": False, "": absent, "ya": True, "tidak": False}

    def read(text: str) -> bool:
        try:
            return words[text.lower()]
        except KeyError:
            raise Unfit("Harus True atau False.", "Samakan dengan data di SiRUP.") from None

    return read


def _code(names_column: str, names: dict[str, int], row: Row) -> Callable[[str], int | None]:
    """The published code; where only the name is published, the code that belongs to it."""

    def read(text: str) -> int | None:
        if text:
            return _number(1, 9999)(text)
        return names.get(row.values.get(names_column, "").lower())

    return read


def _mark(row: Row, column: str, yes: str) -> bool | None:
    """`UKM`/`PDN` mean yes, anything else said means no, nothing said means unknown."""
    text = row.values.get(column, "")
    return text.upper() in {yes, "TRUE", "YA"} if text else None
