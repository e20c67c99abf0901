"""The roles of Indonesian regional procurement and which of them one person may not hold together.

Source of the segregation rules: handbook §2.2 (Perlem LKPP 15/2018 and practice).
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is appointed to do. PUBLIC and SYSTEM are never appointed."""

    PA = "PA"
    KPA = "KPA"
    PPK = "PPK"
    PP = "PP"
    PPTK = "PPTK"
    PPK_SKPD = "PPK_SKPD"
    TREASURER = "TREASURER"
    RECEIVER = "RECEIVER"
    AUDITOR = "AUDITOR"
    HEAD = "HEAD"
    OPERATOR = "OPERATOR"
    CURATOR = "CURATOR"
    ASSISTANT = "ASSISTANT"
    VENDOR = "VENDOR"
    PUBLIC = "PUBLIC"
    SYSTEM = "SYSTEM"


LABELS: dict[Role, str] = {
    Role.PA: "Pengguna Anggaran (PA)",
    Role.KPA: "Kuasa Pengguna Anggaran (KPA)",
    Role.PPK: "Pejabat Pembuat Komitmen (PPK)",
    Role.PP: "Pejabat Pengadaan (PP)",
    Role.PPTK: "Pejabat Pelaksana Teknis Kegiatan (PPTK)",
    Role.PPK_SKPD: "Pejabat Penatausahaan Keuangan (PPK-SKPD)",
    Role.TREASURER: "Bendahara Pengeluaran",
    Role.RECEIVER: "Penerima Barang",
    Role.AUDITOR: "Auditor",
    Role.HEAD: "Kepala Daerah",
    Role.OPERATOR: "Operator",
    Role.CURATOR: "Kurator",
    Role.ASSISTANT: "Pendamping UMKM",
    Role.VENDOR: "Penyedia (UMKM)",
    Role.PUBLIC: "Masyarakat",
    Role.SYSTEM: "Sistem",
}

BUYING = frozenset(
    {Role.PA, Role.KPA, Role.PPK, Role.PP, Role.PPTK, Role.PPK_SKPD, Role.TREASURER, Role.RECEIVER}
)
"""Roles of an agency unit."""

APPOINTABLE = frozenset(Role) - {Role.PUBLIC, Role.SYSTEM}

SIDES: dict[str, frozenset[Role]] = {
    "BUYER": BUYING,
    "VENDOR": frozenset({Role.VENDOR}),
    "OVERSIGHT": frozenset({Role.AUDITOR, Role.HEAD}),
    "OPERATION": frozenset({Role.OPERATOR, Role.CURATOR, Role.ASSISTANT}),
}
"""One person stands on one side at a time: overseers and operators never buy, sell or pay."""

NEVER_TOGETHER: tuple[tuple[Role, Role, str], ...] = (
    (Role.PPK, Role.TREASURER, "PPK tidak boleh merangkap bendahara"),
    (Role.PP, Role.TREASURER, "Pejabat Pengadaan tidak boleh merangkap bendahara"),
    (Role.PA, Role.TREASURER, "PA tidak boleh merangkap bendahara"),
    (Role.KPA, Role.TREASURER, "KPA tidak boleh merangkap bendahara"),
    (Role.PPK_SKPD, Role.TREASURER, "PPK-SKPD tidak boleh merangkap bendahara"),
    (Role.PPK_SKPD, Role.PPTK, "PPK-SKPD tidak boleh merangkap PPTK"),
    (Role.RECEIVER, Role.TREASURER, "Penerima barang tidak boleh merangkap bendahara"),
)
"""Pairs that one person never holds on the same day, in any unit; enforced by the database too."""

SEGREGATION_BASIS = "Perlem LKPP 15/2018 tentang Pelaku Pengadaan; Permendagri 77/2020"


def side_of(role: Role) -> str:
    """BUYER, VENDOR, OVERSIGHT or OPERATION; KeyError for PUBLIC and SYSTEM."""
    return next(side for side, roles in SIDES.items() if role in roles)
