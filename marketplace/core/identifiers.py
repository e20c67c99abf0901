"""Indonesian identifiers: shape and plausibility checks, each with a reason a person can act on.

Formats: handbook §6 (PMK 112/2022 for NPWP16 and NITKU, Permendagri 90/2019 for budget codes).
Functions take what people type (dots, dashes and spaces allowed) and return the bare canonical text.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from marketplace.core import clock

PROVINCES: Final = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82"
    " 91 92 93 94 95 96".split()
)
"""Province codes (Kepmendagri on region codes). A NIK keeps the codes it was issued with, so no finer list is asked."""


class Malformed(ValueError):
    """An identifier that cannot be right; the message says why and how to mend it."""


def _digits(text: str, length: int, name: str, hint: str) -> str:
    bare = re.sub(r"[\s.\-]", "", text)
    if not bare.isascii() or not bare.isdigit():
        raise Malformed(f"{name} hanya berisi angka. {hint}")
    if len(bare) != length:
        raise Malformed(f"{name} harus {length} angka; yang diisi {len(bare)}. {hint}")
    return bare


def _plausible_date(year: int, month: int, day: int, message: str) -> None:
    try:
        date(year, month, day)
    except ValueError:
        raise Malformed(message) from None


def nik(text: str) -> str:
    """Nomor Induk Kependudukan: 6 area + DDMMYY (women: DD + 40) + 4 serial. Raises Malformed."""
    bare = _digits(text, 16, "NIK", "Lihat KTP.")
    if bare[:2] not in PROVINCES or bare[2:4] == "00" or bare[4:6] == "00":
        raise Malformed("Kode wilayah di dalam NIK tidak ada. Periksa enam angka pertama.")
    day = int(bare[6:8])
    day -= 40 if day > 40 else 0
    # The century is not written: nobody is born in a year to come.
    short = int(bare[10:12])
    year = 2000 + short if short <= clock.today().year % 100 else 1900 + short
    _plausible_date(
        year, int(bare[8:10]), day, "Tanggal lahir di dalam NIK tidak mungkin. Periksa angka ke-7 s.d. 12."
    )
    if bare[12:] == "0000":
        raise Malformed("NIK ini tidak mungkin: nomor urutnya nol. Periksa kembali KTP.")
    return bare


def npwp15(text: str) -> str:
    """Old 15-digit NPWP. Raises Malformed."""
    return _digits(text, 15, "NPWP lama", "Contoh 01.234.567.8-901.000.")


def npwp16(text: str) -> str:
    """NPWP as used now: a NIK for persons, `0` + NPWP15 for entities; 15 digits are extended.

    Raises Malformed.
    """
    bare = re.sub(r"[\s.\-]", "", text)
    if len(bare) == 15 and bare.isdigit():
        return "0" + bare
    bare = _digits(text, 16, "NPWP", "Badan: 0 diikuti NPWP lama; perorangan: NIK.")
    return bare if bare.startswith("0") else nik(bare)


def nitku(text: str, *, npwp: str | None = None) -> str:
    """Place-of-business number: NPWP16 + 6 digits (000000 = head office). Raises Malformed."""
    bare = _digits(text, 22, "NITKU", "NPWP 16 angka diikuti 6 angka tempat usaha, 000000 untuk pusat.")
    if npwp is not None and not bare.startswith(npwp):
        raise Malformed("NITKU harus diawali NPWP yang sama.")
    return bare


def nib(text: str) -> str:
    """Nomor Induk Berusaha from OSS: 13 digits. Raises Malformed."""
    return _digits(text, 13, "NIB", "Lihat dokumen NIB dari OSS.")


def nip(text: str) -> str:
    """Civil servant number: birth YYYYMMDD + appointment YYYYMM + sex 1/2 + 3 serial. Raises Malformed."""
    bare = _digits(text, 18, "NIP", "Lihat kartu pegawai.")
    _plausible_date(
        int(bare[:4]), int(bare[4:6]), int(bare[6:8]), "Tanggal lahir di dalam NIP tidak mungkin."
    )
    _plausible_date(int(bare[8:12]), int(bare[12:14]), 1, "Bulan pengangkatan di dalam NIP tidak mungkin.")
    if bare[14] not in "12":
        raise Malformed("Angka ke-15 NIP harus 1 (pria) atau 2 (wanita).")
    return bare


def kbli(text: str) -> str:
    """Business activity code: 5 digits. Raises Malformed."""
    return _digits(text, 5, "KBLI", "Contoh 56210.")


def kd_rup(text: str) -> str:
    """SiRUP package number: 6 to 10 digits. Raises Malformed."""
    bare = text.strip()
    if not re.fullmatch(r"[0-9]{6,10}", bare):
        raise Malformed("Kode RUP berisi 6 sampai 10 angka, contoh 60608395.")
    return bare


def klpd_code(text: str) -> str:
    """Ministry, agency or region code of LKPP, such as D107. Raises Malformed."""
    bare = text.strip()
    if not re.fullmatch(r"[A-Z][0-9]{1,4}", bare):
        raise Malformed("Kode K/L/PD berupa satu huruf dan angka, contoh D197.")
    return bare


def kode_rekening(text: str) -> str:
    """Six-level account code of regional budgets, such as 5.1.02.01.01.0024. Raises Malformed."""
    bare = text.strip()
    if not re.fullmatch(r"\d\.\d\.\d{2}\.\d{2}\.\d{2}\.\d{4}", bare, re.ASCII):
        raise Malformed("Kode rekening enam tingkat, contoh 5.1.02.01.01.0024.")
    return bare


def ntpn(text: str) -> str:
    """State revenue receipt number: 16 capital letters or digits. Raises Malformed."""
    bare = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[0-9A-Z]{16}", bare):
        raise Malformed("NTPN terdiri dari 16 huruf atau angka; lihat Bukti Penerimaan Negara.")
    return bare


def kode_billing(text: str) -> str:
    """Tax billing code: 15 digits. Raises Malformed."""
    return _digits(text, 15, "Kode billing", "Lihat lembar kode billing dari Coretax.")


def phone(text: str) -> str:
    """Indonesian telephone number in international form (E.164): `0812-3456-7890` → `+6281234567890`.

    Raises Malformed.
    """
    bare = re.sub(r"[\s.\-()]", "", text)
    prefix = next((each for each in ("+62", "62", "0") if bare.startswith(each)), "")
    if prefix == "62" and len(bare) < 10:
        prefix = ""  # too short to begin with a country
    national = bare[len(prefix) :].lstrip("0") if prefix else bare
    known = bool(prefix) or national.startswith("8")
    mobile, landline = r"8[0-9]{8,11}", r"[2-79][0-9]{6,10}"
    if not known or not re.fullmatch(f"{mobile}|{landline}", national, re.ASCII):
        raise Malformed("Nomor telepon tidak mungkin. Contoh 0812-3456-7890 atau 021-1234567.")
    return "+62" + national


def bank_account(text: str) -> str:
    """Bank account number: 8 to 18 digits. Raises Malformed."""
    bare = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]{8,18}", bare):
        raise Malformed("Nomor rekening berisi 8 sampai 18 angka tanpa huruf.")
    return bare
