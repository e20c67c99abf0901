"""Figures in the sentences of rules, as people write them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

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


def listed(words: Iterable[str]) -> str:
    """`a, b dan c`."""
    *some, last = list(words)
    return f"{', '.join(some)} dan {last}" if some else last


def keys(kinds: Iterable[str]) -> str:
    """Kinds of shared keys in words."""
    return listed(KEY_LABELS[kind] for kind in kinds)


__all__ = ["KEY_LABELS", "keys", "listed", "percent", "rupiah"]
