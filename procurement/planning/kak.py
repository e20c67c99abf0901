"""The terms of reference (*kerangka acuan kerja*): its sections, and whether they name a brand. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its key, heading, and what belongs there. What is `needed` is not left out."""

    key: str
    heading: Any
    hint: Any
    needed: bool = True


SECTIONS: Final = (
    Section(
        "purpose", _("Maksud dan tujuan"), _("Untuk apa barang atau jasa ini, bagi siapa, mengapa sekarang.")
    ),
    Section(
        "specification",
        _("Jumlah dan spesifikasi"),
        _("Apa, berapa, ukuran, mutu; cukup rinci untuk ditawar."),
    ),
    Section("delivery", _("Tempat dan waktu penyerahan"), _("Alamat, ruang, hari terakhir, jam terima.")),
    Section(
        "acceptance",
        _("Cara memeriksa hasil"),
        _("Bagaimana penerima tahu barang sesuai: hitung, uji, contoh."),
        needed=False,
    ),
    Section(
        "domestic",
        _("Produk dalam negeri dan TKDN"),
        _("Tuntutan PDN, TKDN paling rendah, atau mengapa tidak dapat."),
        needed=False,
    ),
)
"""In the order in which they are printed (handbook §5, KAK)."""

_BRAND: Final = re.compile(
    r"\b(merek|merk|brand)\b\s*[:=]?\s*(?!setara|apa\s*pun|bebas|sekelas)\w+", re.IGNORECASE
)


def written(sections: Mapping[str, str]) -> str:
    """The sections as one text, headings above, empty ones left out."""
    parts = [
        f"{section.heading}\n{sections[section.key].strip()}"
        for section in SECTIONS
        if sections.get(section.key, "").strip()
    ]
    return "\n\n".join(parts)


def read(text: str) -> dict[str, str]:
    """The sections of a written text; a text without headings is the specification."""
    found: dict[str, str] = {}
    key = "specification"
    headings = {str(section.heading): section.key for section in SECTIONS}
    for line in text.splitlines():
        if line.strip() in headings:
            key = headings[line.strip()]
            continue
        found[key] = f"{found[key]}\n{line}" if key in found else line
    return {key: body.strip() for key, body in found.items() if body.strip()}


def names_a_brand(text: str) -> str:
    """The words that tie the specification to one brand; empty when none do (Perpres 16/2018 Art. 19)."""
    found = _BRAND.search(text)
    return found.group(0) if found else ""
