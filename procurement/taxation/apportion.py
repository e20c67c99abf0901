"""Spread document-level taxes over the lines of a document, for papers and reports. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from marketplace.core.money import apportion
from procurement.taxation.evaluate import Kind, TaxPlan

KINDS_OF: Final[dict[str, frozenset[str]]] = {
    "PPN": frozenset({"goods", "service", "rent", "land_rent", "construction"}),
    "PBJT": frozenset({"catering"}),
    "PPH22": frozenset({"goods", "non_object"}),
    "PPH23": frozenset({"service", "catering", "rent"}),
    "PPH42_SEWA": frozenset({"land_rent"}),
    "PPH42_KONSTRUKSI": frozenset({"construction"}),
}
"""By tax code: the kinds of supply it is a tax on."""


def over_lines(plan: TaxPlan, lines: Sequence[tuple[Kind, int]]) -> list[dict[str, int]]:
    """Per document line, its share of each tax in rupiah: largest remainder, so that shares add up to the tax.

    `lines` are (kind, price in rupiah excluding PPN) in document order. Taxes whose code names no kind of its own
    (final UMKM, platform PPh 22) are spread over all lines.
    """
    shares: list[dict[str, int]] = [{} for _line in lines]
    for tax in plan.lines:
        kinds = KINDS_OF.get(tax.code)
        weights = [price if kinds is None or kind in kinds else 0 for kind, price in lines]
        for share, part in zip(shares, apportion(tax.amount, weights), strict=True):
            if part:
                share[tax.code] = share.get(tax.code, 0) + part
    return shares
