"""The order in which domestic products are bought (Perpres 46/2025 Art. 66), as a rank from 1 to 5.

1. TKDN from 25 %, where a product with TKDN + BMP from 40 % exists; 2. TKDN from 25 % otherwise; 3. TKDN below 25 %;
4. domestic without a TKDN certificate; 5. anything else. A service or a meal has a rank by the same figures.
The thresholds are dated parameters. The rank explains and asks for a reason; it never forbids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from marketplace.regulation.queries import parameter

LABELS: Final = {
    1: "Urutan 1: TKDN cukup, dan di golongannya ada produk dengan TKDN + BMP tinggi",
    2: "Urutan 2: TKDN cukup",
    3: "Urutan 3: TKDN di bawah batas",
    4: "Urutan 4: produk dalam negeri tanpa sertifikat TKDN",
    5: "Urutan 5: bukan produk dalam negeri",
}


class Origin(Protocol):
    """What a listing says of where its value comes from; TKDN and BMP in basis points."""

    is_pdn: bool
    tkdn_bp: int | None
    bmp_bp: int | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The figures of the day, in basis points, and the law they stand on."""

    tkdn: int
    together: int
    legal_basis: str

    @classmethod
    def of(cls, day: date | None = None) -> Thresholds:
        """The figures in force on a day."""
        tkdn, together = parameter("pdn.tkdn_min_bp", on=day), parameter("pdn.tkdn_bmp_min_bp", on=day)
        return cls(int(tkdn.value), int(together.value), tkdn.legal_basis)


def is_preferred(origin: Origin, limits: Thresholds) -> bool:
    """Whether TKDN and BMP together reach the figure that gives its whole kind preference."""
    tkdn = origin.tkdn_bp or 0
    return tkdn >= limits.tkdn and tkdn + (origin.bmp_bp or 0) >= limits.together


def rank(origin: Origin, limits: Thresholds, *, preferred_exists: bool) -> int:
    """The rank of one product; `preferred_exists`: its category and area hold one that `is_preferred`."""
    if origin.tkdn_bp is not None and origin.tkdn_bp >= limits.tkdn:
        return 1 if preferred_exists else 2
    if origin.tkdn_bp is not None and origin.tkdn_bp > 0:
        return 3
    return 4 if origin.is_pdn else 5


def ranks(origins: Iterable[Origin], limits: Thresholds) -> list[int]:
    """The ranks of products that stand beside each other for one need."""
    listed = list(origins)
    preferred = any(is_preferred(origin, limits) for origin in listed)
    return [rank(origin, limits, preferred_exists=preferred) for origin in listed]
