"""A proposed change beside what is verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.personal_data import masked
from vendors.models import Amendment, ConstructionClass, SkbCovers
from vendors.sections import BY_CODE, present

_LABELS = {
    "name": "Nama usaha",
    "nib": "NIB",
    "legal_form": "Bentuk usaha",
    "kbli": "KBLI",
    "edition": "Edisi KBLI",
    "programme_number": "Nomor program binaan",
    "owner_name": "Pemilik",
    "owner_nik": "NIK pemilik",
    "npwp": "NPWP",
    "nitku": "NITKU",
    "pkp": "PKP",
    "suket_pp55": "Suket PP 55/2022",
    "suket_pp55_valid_to": "Suket berlaku sampai",
    "pbjt_registered": "Wajib pungut PBJT",
    "construction_class": "Kualifikasi konstruksi",
    "sbu_number": "SBU",
    "sbu_valid_from": "SBU berlaku sejak",
    "sbu_valid_to": "SBU berlaku sampai",
    "skb_number": "SKB",
    "skb_covers": "SKB membebaskan dari",
    "skb_valid_from": "SKB berlaku sejak",
    "skb_valid_to": "SKB berlaku sampai",
    "statement_year": "Pernyataan omzet paling banyak Rp500 juta, tahun",
}
_CHOICES = {
    "construction_class": dict(ConstructionClass.choices),
    "skb_covers": dict(SkbCovers.choices),
}
_PERSONAL = frozenset({"owner_nik", "npwp", "nitku"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One answer as verified and as proposed, in words."""

    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the proposal says something else."""
        return self.before != self.after


def compared(amendment: Amendment) -> list[Compared]:
    """Every answer of the section, verified and proposed; the numbers of persons masked."""
    before = present(BY_CODE[amendment.section], amendment.vendor)
    return [
        Compared(_LABELS.get(name, name), _shown(name, before.get(name)), _shown(name, value))
        for name, value in amendment.values.items()
    ]


def _shown(name: str, value: Any) -> str:
    if name in _PERSONAL:
        return masked(str(value or ""))
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, ""))
    if isinstance(value, bool):
        return str(_("Ya") if value else _("Tidak"))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
