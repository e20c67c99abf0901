"""Rules of the treasury's requests. Pure: figures and persons go in, a refusal or None comes out."""

from __future__ import annotations

from marketplace.accounts.roles import SEGREGATION_BASIS
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused


def insist(refusal: Refused | None) -> None:
    """Raise what a guard objects, if it does."""
    if refusal is not None:
        raise refusal


def second_person(*, recorded_by: int | None, verifying: int | None) -> Refused | None:
    """Who recorded the SP2D does not verify it."""
    if recorded_by != verifying:
        return None
    return Refused(
        "sp2d.same_person",
        "SP2D ini Anda catat sendiri, jadi harus diverifikasi orang lain.",
        rule=SEGREGATION_BASIS,
        fix="Minta PPK-SKPD lain memverifikasinya.",
    )


def net_as_ordered(*, stated: int, net: int) -> Refused | None:
    """The SP2D pays what the SPM ordered, in rupiah."""
    if stated == net:
        return None
    return Refused(
        "sp2d.amount",
        f"SP2D menyebut {rupiah(stated)}, sedangkan SPM memerintahkan {rupiah(net)}.",
        fix="Periksa angka pada SP2D; bila BUD membayar jumlah lain, SPM harus diperbaiki lebih dahulu.",
    )


def spending_within(*, spent: int, gross: int, sts: str) -> Refused | None:
    """A TU is spent up to what was given, and what is left has gone back under an STS."""
    if spent > gross:
        return Refused(
            "tu.overspent",
            f"Belanja {rupiah(spent)} melebihi TU {rupiah(gross)}.",
            fix="Periksa LPJ-TU; kelebihan belanja tidak dapat dibebankan pada TU ini.",
        )
    if spent < gross and not sts:
        return Refused(
            "tu.remainder",
            f"Sisa TU {rupiah(gross - spent)} harus disetor ke kas daerah.",
            rule="Permendagri 77/2020",
            fix="Isi nomor STS (Surat Tanda Setoran) penyetoran sisa itu.",
        )
    return None
