"""What must hold before a package moves. Pure: facts in, refusal out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused

ANNOUNCEMENT_RULE = "Perpres 16/2018 Pasal 50"
SEGREGATION_RULE = "Perlem LKPP 15/2018 tentang Pelaku Pengadaan"


def announced(facts: Mapping[str, Any]) -> Refused | None:
    """Nothing is prepared or bought before SiRUP shows the package, nor after it was withdrawn."""
    if facts["announced"] and facts["active"]:
        return None
    return Refused(
        "not_announced",
        f"Paket {facts['kd_rup']} belum diumumkan di SiRUP atau sudah tidak aktif.",
        rule=ANNOUNCEMENT_RULE,
        fix="Umumkan paket di SiRUP, lalu impor ulang berkas RUP.",
    )


def has_budget(facts: Mapping[str, Any]) -> Refused | None:
    """A package without pagu cannot be bought from."""
    if facts["pagu"] > 0:
        return None
    return Refused(
        "no_budget",
        f"Paket {facts['kd_rup']} tidak mempunyai pagu.",
        fix="Periksa baris anggaran paket ini di SiRUP, lalu impor ulang berkas RUP.",
    )


def two_persons(facts: Mapping[str, Any]) -> Refused | None:
    """PPK and PP of one package are two persons."""
    if facts["ppk_user"] is None or facts["ppk_user"] != facts["pp_user"]:
        return None
    return Refused(
        "ppk_is_pp",
        "PPK dan Pejabat Pengadaan pada paket yang sama harus dua orang berbeda.",
        rule=SEGREGATION_RULE,
        fix="Pilih Pejabat Pengadaan lain.",
    )


def hps_within_pagu(facts: Mapping[str, Any]) -> Refused | None:
    """The owner's estimate is above zero and at most the package's pagu."""
    hps, pagu = facts["hps_total"], facts["pagu"]
    if 0 < hps <= pagu:
        return None
    return Refused(
        "hps_out_of_pagu",
        f"HPS {rupiah(hps)} harus lebih dari nol dan tidak melebihi pagu {rupiah(pagu)}.",
        rule="Perpres 16/2018 Pasal 26",
        fix="Perbaiki HPS, atau ubah pagu melalui revisi RUP.",
    )


def nothing_under_way(facts: Mapping[str, Any]) -> Refused | None:
    """A package closes only when no order holds any of its money."""
    if facts["under_way"] == 0:
        return None
    return Refused(
        "orders_under_way",
        f"Masih ada {rupiah(facts['under_way'])} yang dicadangkan, diikat atau terutang pada paket ini.",
        fix="Selesaikan atau batalkan pesanan yang berjalan lebih dahulu.",
    )
