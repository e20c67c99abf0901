"""Figures in the sentences of rules, as people write them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format

from marketplace.core.money import rupiah
from marketplace.core.shares import percent

KEY_LABELS = {
    "NIK": "NIK",
    "NPWP": "NPWP",
    "PHONE": "telepon",
    "ACCOUNT": "rekening bank",
    "ADDRESS": "alamat",
    "SIGNATORY": "penanda tangan",
    "PERSON": "orang",
}
"""What two parties can share, in words. Never what it is that they share."""
CODE_LABELS = {
    **KEY_LABELS,
    "HOLIDAY": "pada hari libur",
    "WEEKEND": "pada akhir pekan",
    "NIGHT": "pada malam hari",
    "BEDA": "berbeda",
}
"""Codes among the inputs of rules, in words."""


def moment(at: str) -> str:
    """A moment of Jakarta's clock that a statement told as `2026-11-28 02:29`, as pages write it."""
    return date_format(datetime.fromisoformat(at), "j F Y, H.i") + " WIB"


def listed(words: Iterable[str]) -> str:
    """`a, b dan c`."""
    *some, last = list(words)
    return f"{', '.join(some)} dan {last}" if some else last


def keys(kinds: Iterable[str]) -> str:
    """Kinds of shared keys in words."""
    return listed(KEY_LABELS[kind] for kind in kinds)


__all__ = ["CODE_LABELS", "KEY_LABELS", "keys", "listed", "moment", "percent", "rupiah"]
