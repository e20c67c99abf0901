"""ID08: one need cut into several orders, each under a limit, together above it (Perpres 16/2018 Art. 20). Pure.

What belongs together: the same unit or the same PPK, and the same KBKI group or the same account code, within a rolling
window. Adding an order never makes a finding go away, and the order in which they came in does not matter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

from marketplace.core.money import rupiah
from procurement.purchasing.flags.facts import Beside, Finding, Looked
from procurement.purchasing.flags.thresholds import Thresholds

SHOWN: Final = 50
"""At most so many orders are named in the evidence; the sum and the count are of all."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """Orders that belong together with the one looked at, and what they come to (rupiah)."""

    limit: int
    amount: int
    scope: str
    likeness: str
    same_vendor: bool
    members: tuple[Beside, ...]

    @property
    def worth(self) -> tuple[int, bool, int, int]:
        """The gravest first: the higher limit, the same vendor, the larger sum, the unit before the PPK."""
        return (self.limit, self.same_vendor, self.amount, self.scope == "unit")


def split(order: Looked, limits: Thresholds) -> Finding | None:
    """Each order within a limit, together above it: the gravest such sum, with and without the same vendor."""
    found = max(_sums(order, limits), key=lambda each: each.worth, default=None)
    if found is None:
        return None
    near = _WORDS[found.scope], _WORDS[found.likeness]
    to_whom = "kepada penyedia yang sama" if found.same_vendor else "kepada siapa pun penyedianya"
    return Finding(
        "ID08",
        str(found.limit),
        f"{len(found.members) + 1} pesanan {near[0]} dengan {near[1]}, {to_whom}, dalam {limits.window_days} hari "
        f"berjumlah {rupiah(found.amount)}; masing-masing tidak melebihi {rupiah(found.limit)}.",
        {
            "limit": found.limit,
            "sum": found.amount,
            "scope": found.scope,
            "likeness": found.likeness,
            "same_vendor": found.same_vendor,
            "count": len(found.members) + 1,
            "orders": [
                {"id": each.pk, "number": each.number, "total": each.total, "at": each.at.date().isoformat()}
                for each in sorted(found.members, key=lambda each: each.at, reverse=True)[:SHOWN]
            ],
        },
        {
            "window_days": limits.window_days,
            "limits": [limits.tax_limit, *limits.limits],
            "kbki_digits": limits.group_digits,
        },
    )


_WORDS: Final = {
    "unit": "satuan kerja ini",
    "ppk": "PPK ini",
    "kbki": "golongan barang (KBKI) yang sama",
    "rekening": "kode rekening yang sama",
}

_SCOPES: Final[dict[str, Callable[[Looked, Beside], bool]]] = {
    "unit": lambda order, other: other.unit_id == order.unit_id,
    "ppk": lambda order, other: other.ppk_user_id is not None and other.ppk_user_id == order.ppk_user_id,
}
_LIKENESSES: Final[dict[str, Callable[[Looked, Beside], bool]]] = {
    "kbki": lambda order, other: bool(other.groups & order.groups),
    "rekening": lambda order, other: bool(order.rekening) and other.rekening == order.rekening,
}


def _sums(order: Looked, limits: Thresholds) -> Iterator[_Sum]:
    window, at = timedelta(days=limits.window_days), order.submitted_at or order.at
    near = sorted(
        (each for each in order.others if abs(at - each.at) <= window),
        key=lambda each: (each.at, each.number),
    )
    for scope, of_scope in _SCOPES.items():
        for likeness, alike in _LIKENESSES.items():
            together = [each for each in near if of_scope(order, each) and alike(order, each)]
            vendors = [each for each in together if each.vendor_id == order.vendor_id]
            for same_vendor, members in ((True, vendors), (False, together)):
                for limit, own, amount_of in _measures(order, limits):
                    kept = [each for each in members if amount_of(each) <= limit]
                    kept = _heaviest(kept, at, window, amount_of)
                    amount = own + sum(amount_of(each) for each in kept)
                    if kept and own <= limit < amount:
                        yield _Sum(limit, amount, scope, likeness, same_vendor, tuple(kept))


def _measures(order: Looked, limits: Thresholds) -> Iterator[tuple[int, int, Callable[[Beside], int]]]:
    """Every limit with the amount it is judged by: of the order looked at, and of another one."""
    yield limits.tax_limit, order.price, lambda other: other.price
    for limit in limits.limits:
        yield limit, order.total, lambda other: other.total


def _heaviest(
    members: Sequence[Beside], at: datetime, window: timedelta, amount_of: Callable[[Beside], int]
) -> list[Beside]:
    """Of the windows that hold the moment `at`, the members (sorted by time) of the one with the largest sum."""
    moments = [each.at for each in members]
    sums = [0, *accumulate(amount_of(each) for each in members)]
    best = (-1, 0, 0)
    for start in {at, *(moment for moment in moments if moment <= at)}:
        first, last = bisect_left(moments, start), bisect_right(moments, start + window)
        best = max(best, (sums[last] - sums[first], first, last))
    return list(members[best[1] : best[2]])


def fragmented(order: Looked, limits: Thresholds) -> Finding | None:
    """One RUP package bought in many orders, whenever they came in."""
    parts = [each for each in order.others if each.package_id == order.package_id]
    if len(parts) + 1 < limits.package_orders:
        return None
    together = order.total + sum(each.total for each in parts)
    return Finding(
        "ID08",
        "package",
        f"Paket {order.kd_rup} dibeli dalam {len(parts) + 1} pesanan, seluruhnya {rupiah(together)}.",
        {
            "package": order.package_id,
            "count": len(parts) + 1,
            "sum": together,
            "orders": [{"id": each.pk, "number": each.number, "total": each.total} for each in parts[:SHOWN]],
        },
        {"package_orders": limits.package_orders},
    )
