"""The small filters of a card in one number, so that counting a facet reads one column instead of nine. Pure.

PostgreSQL works the number out itself (a generated column); a count of rows by this number is enough to answer every
one of these facets, each with its own choice left out, without looking at the rows again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import prod
from typing import Final

KINDS: Final = ("BARANG", "JASA", "KATERING")
SIZES: Final = ("MIKRO", "KECIL", "MENENGAH", "KOPERASI")
BANDS: Final = (
    ("1", None, 50_000, "Di bawah Rp50.000"),
    ("2", 50_000, 200_000, "Rp50.000 – Rp200.000"),
    ("3", 200_000, 1_000_000, "Rp200.000 – Rp1 juta"),
    ("4", 1_000_000, 5_000_000, "Rp1 juta – Rp5 juta"),
    ("5", 5_000_000, None, "Rp5 juta ke atas"),
)
"""Price bands in rupiah: code, from (included), below, label."""
EDGES: Final = tuple(below for _code, _from, below, _label in BANDS if below)
TKDN: Final = (25, 40)
"""Steps of local content in per cent, each "at least"; they only group what is shown, the law's limits are dated."""
SCORES: Final = (60, 80)
"""Steps of the vendor's score, each "at least"."""
LEAD_DAYS: Final = (1, 3, 7)
"""Steps of working days until delivery, each "at most"."""

_FIELDS: Final[tuple[tuple[str, int, str], ...]] = (
    ("jenis", len(KINDS), "CASE kind WHEN 'BARANG' THEN 0 WHEN 'JASA' THEN 1 ELSE 2 END"),
    (
        "ukuran",
        len(SIZES),
        "CASE size WHEN 'MIKRO' THEN 0 WHEN 'KECIL' THEN 1 WHEN 'MENENGAH' THEN 2 ELSE 3 END",
    ),
    ("pdn", 2, "is_pdn::int"),
    ("halal", 2, "halal::int"),
    ("tersedia", 2, "available::int"),
    ("harga", len(BANDS), f"width_bucket(price, ARRAY[{', '.join(map(str, EDGES))}]::bigint[])"),
    ("tkdn", 3, "CASE WHEN tkdn_bp >= 4000 THEN 2 WHEN tkdn_bp >= 2500 THEN 1 ELSE 0 END"),
    ("skor", 3, "CASE WHEN score >= 80 THEN 2 WHEN score >= 60 THEN 1 ELSE 0 END"),
    (
        "siap",
        4,
        "CASE WHEN lead_days <= 1 THEN 0 WHEN lead_days <= 3 THEN 1 WHEN lead_days <= 7 THEN 2 ELSE 3 END",
    ),
)
"""Field, how many values, and the SQL of its value: one place for what the number means."""


CODES: Final = prod(size for _name, size, _value in _FIELDS)
"""How many numbers there are."""
PACKED: Final = tuple(name for name, _size, _value in _FIELDS)
"""The facets that the number tells."""


def _sql() -> str:
    told = "0"
    for _name, size, value in _FIELDS:
        told = f"({told} * {size} + ({value}))"
    return told


FACET_CODE_SQL: Final = _sql()


@lru_cache(maxsize=20_000)
def unpacked(code: int) -> dict[str, int]:
    """The values behind a number, by field."""
    values: dict[str, int] = {}
    for name, size, _value in reversed(_FIELDS):
        code, values[name] = divmod(code, size)
    return values


_TELLS: Final[dict[str, Callable[[int], tuple[str, ...]]]] = {
    "jenis": lambda value: (KINDS[value],),
    "ukuran": lambda value: (SIZES[value],),
    "pdn": lambda value: ("1",) * value,
    "halal": lambda value: ("1",) * value,
    "tersedia": lambda value: ("1",) * value,
    "harga": lambda value: (BANDS[value][0],),
    "tkdn": lambda value: tuple(str(step) for step in TKDN[:value]),
    "skor": lambda value: tuple(str(step) for step in SCORES[:value]),
    "siap": lambda value: tuple(str(step) for step in LEAD_DAYS[value:]),
}


@lru_cache(maxsize=20_000)
def options_of(code: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each field with the options a card of this number counts under (`siap`: "3" and "7" when it takes two days)."""
    return tuple((name, _TELLS[name](value)) for name, value in unpacked(code).items())


def counted(
    rows: Iterable[tuple[int, int]], chosen: Mapping[str, tuple[str, ...]]
) -> tuple[int, dict[str, dict[str, int]], dict[str, int]]:
    """Total and counts by option from (number, rows), each field's own choice left out of its own counts.

    Args:
        chosen: the options chosen in each field; a card fits a field when it has one of them.

    Returns:
        Total, counts by field and option, and by field with a choice the total without that choice.
    """
    wanted = {name: frozenset(options) for name, options in chosen.items() if options}
    counts: dict[str, dict[str, int]] = {name: {} for name in _TELLS}
    total, only = 0, dict.fromkeys(wanted, 0)
    for code, number in rows:
        options = options_of(code)
        failed = [name for name, has in options if name in wanted and wanted[name].isdisjoint(has)]
        if len(failed) > 1:
            continue
        if not failed:
            total += number
        else:
            only[failed[0]] += number
        for name, has in options:
            if failed and name != failed[0]:
                continue
            kept = counts[name]
            for option in has:
                kept[option] = kept.get(option, 0) + number
    return total, counts, {name: total + number for name, number in only.items()}
