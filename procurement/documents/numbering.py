"""Numbers of papers: gap-free per region, kind and year, in the pattern the region's dated parameter sets.

Pattern `027/{kode}/EO/{seq:07d}/{unit}/{bulan_romawi}/{tahun}` gives `027/SP/EO/0001234/DISX/XI/2026`.
"""

from __future__ import annotations

from datetime import date
from string import Formatter
from typing import Final

from django.db import connection

from marketplace.regulation.queries import parameter
from procurement.documents.kinds import Kind

FIELDS: Final = frozenset({"kode", "seq", "unit", "bulan_romawi", "tahun"})
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_NEXT: Final = """
INSERT INTO documents_papercounter AS counter (region_id, kind, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (region_id, kind, year) DO UPDATE SET last = counter.last + 1
RETURNING last
"""


class BadPattern(ValueError):
    """A number pattern that would not give every paper a number of its own."""


def next_in_sequence(*, region_id: int, kind: Kind, year: int) -> int:
    """Take the next number; the counter's row stays locked until the transaction ends.

    A transaction that rolls back gives its number back, so numbers have no gap.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [region_id, kind.code, year])
        return int(cursor.fetchone()[0])


def number_of(*, region_id: int, kind: Kind, sequence: int, unit: str, on: date) -> str:
    """The number as it is printed, by the pattern in force `on` that day. Raises BadPattern, regulation's NoRule."""
    rule = parameter(f"document.number_pattern.{kind.code}", on=on, region_id=region_id)
    return written(str(rule.value), kind=kind, sequence=sequence, unit=unit, on=on)


def written(pattern: str, *, kind: Kind, sequence: int, unit: str, on: date) -> str:
    """Fill a pattern. Raises BadPattern when it has unknown fields or lacks what keeps numbers apart."""
    used = {name for _text, name, _spec, _conversion in Formatter().parse(pattern) if name is not None}
    if used - FIELDS:
        raise BadPattern(f"{pattern!r}: unknown fields {sorted(used - FIELDS)}")
    if not {"seq", "tahun", "kode"} <= used:
        raise BadPattern(f"{pattern!r}: {{seq}}, {{kode}} and {{tahun}} are what keeps numbers apart")
    return pattern.format(
        kode=kind.abbreviation,
        seq=sequence,
        unit=unit,
        bulan_romawi=_ROMAN[on.month - 1],
        tahun=on.year,
    )
