"""Indonesian identifiers: what is accepted, how it is normalised, what is refused and with which advice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core import identifiers
from marketplace.core.identifiers import Malformed

CHECKS: list[Callable[[str], str]] = [
    identifiers.nik,
    identifiers.npwp15,
    identifiers.npwp16,
    identifiers.nitku,
    identifiers.nib,
    identifiers.nip,
    identifiers.kbli,
    identifiers.kd_rup,
    identifiers.klpd_code,
    identifiers.kode_rekening,
    identifiers.ntpn,
    identifiers.kode_billing,
    identifiers.bank_account,
]


@pytest.mark.parametrize(
    ("check", "typed", "bare"),
    [
        (identifiers.nik, "3171 0117 0885 0001", "3171011708850001"),
        (identifiers.nik, "3171015708850001", "3171015708850001"),
        (identifiers.nik, "3171012902040001", "3171012902040001"),
        (identifiers.npwp15, "01.234.567.8-901.000", "012345678901000"),
        (identifiers.npwp16, "01.234.567.8-901.000", "0012345678901000"),
        (identifiers.npwp16, "0012345678901000", "0012345678901000"),
        (identifiers.npwp16, "3171011708850001", "3171011708850001"),
        (identifiers.nitku, "0012345678901000000000", "0012345678901000000000"),
        (identifiers.nib, "9120 0012 3456 7", "9120001234567"),
        (identifiers.nip, "19850817 201001 1 001", "198508172010011001"),
        (identifiers.kbli, "56210", "56210"),
        (identifiers.kd_rup, " 60608395 ", "60608395"),
        (identifiers.klpd_code, "D197", "D197"),
        (identifiers.kode_rekening, "5.1.02.01.01.0024", "5.1.02.01.01.0024"),
        (identifiers.ntpn, "0a1b2c3d4e5f6g7h", "0A1B2C3D4E5F6G7H"),
        (identifiers.kode_billing, "820261234567890", "820261234567890"),
        (identifiers.bank_account, "102-30-456789", "10230456789"),
    ],
)
def test_accepted(check: Callable[[str], str], typed: str, bare: str) -> None:
    assert check(typed) == bare
    assert check(bare) == bare


@pytest.mark.parametrize(
    ("check", "typed", "word"),
    [
        (identifiers.nik, "317101170885000", "16 angka"),
        (identifiers.nik, "3171013202850001", "Tanggal lahir"),
        (identifiers.nik, "3171011713850001", "Tanggal lahir"),
        (identifiers.nik, "3171011708850000", "nol"),
        (identifiers.nik, "0071011708850001", "Kode wilayah"),
        (identifiers.nik, "31710117O8850001", "angka"),
        (identifiers.nik, "٣١٧١٠١١٧٠٨٨٥٠٠٠١", "angka"),
        (identifiers.npwp16, "3171013202850001", "Tanggal lahir"),
        (identifiers.npwp16, "12345", "16 angka"),
        (identifiers.nitku, "0012345678901000", "22 angka"),
        (identifiers.nip, "198513172010011001", "Tanggal lahir"),
        (identifiers.nip, "198508172010131001", "Bulan"),
        (identifiers.nip, "198508172010013001", "ke-15"),
        (identifiers.kd_rup, "12345", "6 sampai 10"),
        (identifiers.kd_rup, "12345678901", "6 sampai 10"),
        (identifiers.klpd_code, "d197", "satu huruf"),
        (identifiers.kode_rekening, "5.1.2.1.1.24", "enam tingkat"),
        (identifiers.kode_rekening, "٥.1.02.01.01.0024", "enam tingkat"),
        (identifiers.ntpn, "0A1B2C3D4E5F6G7", "16 huruf"),
        (identifiers.bank_account, "1234567", "8 sampai 18"),
    ],
)
def test_refused_with_advice(check: Callable[[str], str], typed: str, word: str) -> None:
    with pytest.raises(Malformed, match=word):
        check(typed)


def test_a_nitku_belongs_to_its_npwp() -> None:
    nitku = "0012345678901000000001"
    assert identifiers.nitku(nitku, npwp="0012345678901000") == nitku
    with pytest.raises(Malformed, match="NPWP yang sama"):
        identifiers.nitku(nitku, npwp="0012345678901001")


@pytest.mark.parametrize("check", CHECKS)
@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=40))
def test_no_text_breaks_a_check(check: Callable[[str], str], text: str) -> None:
    """Any text is either accepted in a stable form or refused as Malformed; nothing else ever escapes."""
    try:
        bare = check(text)
    except Malformed:
        return
    assert check(bare) == bare
    assert bare.isascii()
