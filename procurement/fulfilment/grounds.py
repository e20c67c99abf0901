"""On what grounds an order ends early: a closed list, each with its legal basis. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground: what it is called and which rule knows it."""

    label: str | Promise
    rule: str


STOP: Final[dict[str, Ground]] = {
    "force_majeure": Ground(_("Keadaan kahar"), "Perpres 16/2018 Pasal 55"),
    "no_longer_possible": Ground(
        _("Pekerjaan tidak dapat dilanjutkan lagi tanpa kesalahan para pihak"), "Perpres 16/2018 Pasal 56"
    ),
    "public_interest": Ground(
        _("Kepentingan umum atau perubahan kebijakan anggaran"), "Perpres 16/2018 Pasal 56"
    ),
    "both_agree": Ground(_("Kesepakatan kedua pihak"), "Syarat Surat Pesanan"),
}
"""*Penghentian*: nobody is at fault."""

TERMINATE: Final[dict[str, Ground]] = {
    "not_delivered": Ground(_("Tidak menyerahkan sampai batas waktu"), "Perpres 16/2018 Pasal 44 dan 78"),
    "unable": Ground(_("Penyedia menyatakan tidak sanggup"), "Perpres 16/2018 Pasal 78"),
    "not_as_agreed": Ground(
        _("Barang atau pekerjaan tidak sesuai dan tidak diperbaiki"), "Perpres 16/2018 Pasal 78"
    ),
    "fraud": Ground(_("Pemalsuan, korupsi, kolusi, atau nepotisme"), "Perpres 16/2018 Pasal 78"),
}
"""*Pemutusan*: the vendor is at fault."""


def in_words(grounds: dict[str, Ground], code: str, reason: str) -> str:
    """The ground as the *berita acara* gives it; KeyError for an unknown code, the reason alone for none."""
    if not code:
        return reason
    chosen = grounds[code]
    return f"{chosen.label} ({chosen.rule}): {reason}"
