"""The eleven indicators of Open Contracting's Cardinal over OCDS releases, one file each. Pure: no database.

Method: docs/cli/indicators of open-contracting/cardinal-rs (MIT); the code is our own. One difference: R030 compares
moments where Cardinal compares the text of dates, so that offers in different zones are judged rightly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from procurement.redflags.cardinal.indicator import (
    BUYER,
    ENTITY,
    PROCESS,
    TENDERER,
    Comparing,
    Indicator,
    Result,
)
from procurement.redflags.cardinal.r003 import ShortSubmission
from procurement.redflags.cardinal.r018 import SingleBid
from procurement.redflags.cardinal.r024 import CloseToWinner
from procurement.redflags.cardinal.r025 import RarelyWins
from procurement.redflags.cardinal.r028 import SamePrice
from procurement.redflags.cardinal.r030 import LateWinner
from procurement.redflags.cardinal.r035 import OnlyWinnerQualified
from procurement.redflags.cardinal.r036 import LowestDisqualified
from procurement.redflags.cardinal.r038 import OftenDisqualified
from procurement.redflags.cardinal.r048 import EverythingSupplier
from procurement.redflags.cardinal.r058 import HeavyDiscount
from procurement.redflags.cardinal.releases import Release, part, text

INDICATORS: Final[dict[str, type[Indicator]]] = {
    each.code: each
    for each in (
        ShortSubmission,
        SingleBid,
        CloseToWinner,
        RarelyWins,
        SamePrice,
        LateWinner,
        OnlyWinnerQualified,
        LowestDisqualified,
        OftenDisqualified,
        EverythingSupplier,
        HeavyDiscount,
    )
}
"""Every indicator by its code."""


def results(
    releases: Iterable[Release],
    indicators: Sequence[Indicator],
    *,
    excluded_details: frozenset[str] = frozenset(),
) -> list[Result]:
    """What the indicators say of the releases, one compiled release a contracting process.

    Cancelled processes, and those of `excluded_details` (procurementMethodDetails), are passed over.
    """
    found: list[Result] = []
    for release in releases:
        ocid, tender = text(release, "ocid"), part(release, "tender")
        if ocid is None or tender.get("status") == "cancelled":
            continue
        if tender.get("procurementMethodDetails") in excluded_details:
            continue
        for each in indicators:
            found.extend(each.see(release, ocid))
    for each in indicators:
        found.extend(each.conclude())
    return found


def grouped(found: Iterable[Result]) -> dict[str, dict[str, dict[str, float]]]:
    """The results as Cardinal prints them: group → identifier → code → value."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    for each in found:
        told.setdefault(each.group, {}).setdefault(each.identifier, {})[each.code] = each.value
    return told


__all__ = [
    "BUYER",
    "ENTITY",
    "INDICATORS",
    "PROCESS",
    "TENDERER",
    "Comparing",
    "Indicator",
    "Result",
    "grouped",
    "results",
]
