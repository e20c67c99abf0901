"""Shares as people write them: whole basis points in, words out. The only writer of per cent for readers."""

from __future__ import annotations


def percent(basis_points: int) -> str:
    """Basis points (10.000 = the whole) as per cent with at most two places: `12550` → `"125,5 %"`."""
    whole, rest = divmod(abs(basis_points), 100)
    places = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if basis_points < 0 else ''}{whole}{places} %"
