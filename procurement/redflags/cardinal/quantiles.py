"""Quartiles and fences as Cardinal computes them: quantile definition 8 of Hyndman and Fan (1996). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import Final

REACH: Final = 1.5
"""How many interquartile ranges beyond a quartile an outlier lies (Tukey)."""


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; NaN of nothing, which no comparison passes."""
    ordered = sorted(values)
    if not ordered:
        return nan
    place = (len(ordered) + 1 / 3) * share + 1 / 3
    below = int(place)
    if below <= 0:
        return ordered[0]
    if below >= len(ordered):
        return ordered[-1]
    low, high = ordered[below - 1], ordered[below]
    return low + (place - below) * (high - low)


def lower_fence(values: Iterable[float]) -> tuple[float, float]:
    """(first quartile, Q1 - 1.5 IQR)."""
    known = list(values)
    first, third = quantile(known, 0.25), quantile(known, 0.75)
    return first, first - REACH * (third - first)


def upper_fence(values: Iterable[float]) -> float:
    """Q3 + 1.5 IQR."""
    known = list(values)
    first, third = quantile(known, 0.25), quantile(known, 0.75)
    return third + REACH * (third - first)
