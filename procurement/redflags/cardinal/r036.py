"""R036: the lowest offer was disqualified where price alone decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace.core.money import rupiah
from procurement.redflags.cardinal.indicator import METHOD, PROCESS, Indicator, Result
from procurement.redflags.cardinal.releases import Release, active_awards, price, submitted_bids

ADMINISTRATIVE: Final = "administrative"
"""The ground of a bid that fell for its papers; no word of OCDS, our own releases say it beside the status."""


@dataclass
class LowestDisqualified(Indicator):
    """There is an award and a valid bid with an amount, and the lowest bid handed in was disqualified.

    Not Cardinal's: with `judged` only where the lowest fell by the buyer's own judgement (`ground` of the bid is not
    `administrative`): whether papers are there anybody can check, and who misses them too often R038 tells. With
    `least_loss` (whole rupiah) only where the lowest valid bid costs at least that much more.
    """

    code = "R036"
    title = "Penawaran terendah digugurkan"
    explanation = "Menggugurkan harga terendah adalah cara memenangkan penyedia yang lebih mahal."
    basis = f"Perpres 16/2018 Pasal 6 (efisien, adil); {METHOD} R036"
    version = 2
    untold = (
        "Penawaran terendah yang gugur karena kelengkapan administrasi tidak ditandai: berkasnya dapat diperiksa siapa "
        "pun. Pembeli yang terlalu sering menggugurkan, apa pun alasannya, ditandai R038.",
    )

    judged: bool = False
    least_loss: int = 0

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        if not self.comparing.allows(release) or not active_awards(release):
            return
        lowest: tuple[float, Mapping[str, Any]] | None = None
        valid: float | None = None
        for bid in submitted_bids(release):
            said = price(bid)
            if said is None or not self.comparing.is_main(said[1]):
                continue
            if lowest is None or said[0] < lowest[0]:
                lowest = said[0], bid
            if bid.get("status") == "valid":
                valid = said[0] if valid is None else min(valid, said[0])
        if lowest is None or valid is None or lowest[1].get("status") != "disqualified":
            return
        if self.judged and lowest[1].get("ground") == ADMINISTRATIVE:
            return
        if valid - lowest[0] >= self.least_loss:
            yield Result(PROCESS, ocid, self.code, 1.0, {"lowest": lowest[0], "lowest_valid": valid})

    def sentence(self, result: Result) -> str:
        told = {name: rupiah(int(value)) for name, value in result.inputs.items()}
        return f"Penawaran terendah {told['lowest']} digugurkan; yang sah mulai {told['lowest_valid']}."
