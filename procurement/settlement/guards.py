"""Rules of billing and paying. Pure: figures and persons go in, a refusal or None comes out."""

from __future__ import annotations

from marketplace.accounts.roles import SEGREGATION_BASIS
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused

MATCH_BASIS = "Permendagri 77/2020: tagihan diuji terhadap perikatan dan berita acara serah terima"


def three_way(*, ordered: int, accepted: int, lines_accepted: int, invoiced: int) -> Refused | None:
    """Surat Pesanan ≥ BAST = sum of its lines with taxes = invoice, all in rupiah."""
    if accepted > ordered:
        return Refused(
            "match.bast_over_order",
            f"Nilai BAST {rupiah(accepted)} melebihi nilai Surat Pesanan {rupiah(ordered)}.",
            rule=MATCH_BASIS,
            fix="Kembalikan tagihan dan minta PPK memperbaiki BAST atau membuat adendum.",
        )
    if lines_accepted != accepted:
        return Refused(
            "match.lines",
            f"Rincian yang diterima berjumlah {rupiah(lines_accepted)}, sedangkan BAST menyebut {rupiah(accepted)}.",
            rule=MATCH_BASIS,
            fix="Kembalikan tagihan; periksa jumlah per baris pada BAST dan data pajak penyedia.",
        )
    if invoiced != accepted:
        return Refused(
            "match.invoice",
            f"Nilai tagihan {rupiah(invoiced)} tidak sama dengan nilai BAST {rupiah(accepted)}.",
            rule=MATCH_BASIS,
            fix="Kembalikan tagihan agar penyedia mengajukan ulang.",
        )
    return None


def second_person(*, recorded_by: int, verifying: int | None) -> Refused | None:
    """Who recorded a proof does not verify it."""
    if recorded_by != verifying:
        return None
    return Refused(
        "evidence.same_person",
        "Bukti ini Anda catat sendiri, jadi harus diverifikasi orang lain.",
        rule=SEGREGATION_BASIS,
        fix="Minta PPK-SKPD lain memverifikasinya.",
    )


def amount_as_expected(*, stated: int, expected: int, document: str) -> Refused | None:
    """A proof states exactly what is owed."""
    if stated == expected:
        return None
    return Refused(
        "evidence.amount",
        f"{document} menyebut {rupiah(stated)}, sedangkan yang harus dibayarkan {rupiah(expected)}.",
        fix="Periksa angka pada dokumen; pembayaran sebagian tidak dapat dicatat di sini.",
    )


def other_duty(said: str, act: str = "", *, fix: str = "Minta bendahara lain melanjutkan.") -> Refused | None:
    """What the database `said` when one person took two duties of an order, for the person who tried to `act`."""
    if "purchase_" not in said or "_is_not_" not in said:
        return None
    so = f", jadi tidak boleh {act}" if act else ""
    return Refused(
        "segregation",
        f"Anda sudah memegang tugas lain pada pesanan ini{so}.",
        rule=SEGREGATION_BASIS,
        fix=fix,
    )


def insist(refusal: Refused | None) -> None:
    """Raise what a guard objects, if it does."""
    if refusal is not None:
        raise refusal


def profile_of(*, mechanism: str, gross: int, up_max: int) -> tuple[str, str]:
    """(profile, reason): the imprest and cards pay small amounts through the gateway, the treasury pays the rest."""
    if mechanism == "LS":
        return "LS", "Mekanisme pesanan adalah LS"
    if mechanism == "KKPD":
        return "GATEWAY", "Dibayar dengan Kartu Kredit Pemerintah Daerah"
    if gross <= up_max:
        return "GATEWAY", f"{rupiah(gross)} tidak melebihi batas UP {rupiah(up_max)}"
    return "LS", f"{rupiah(gross)} melebihi batas UP {rupiah(up_max)}"
