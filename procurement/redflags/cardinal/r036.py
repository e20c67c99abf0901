"""R036: the lowest offer was disqualified where price alone decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.core.money import rupiah
from procurement.redflags.cardinal.indicator import METHOD, PROCESS, Indicator, Result
from procurement.redflags.cardinal.releases import Release, active_awards, price, submitted_bids


@dataclass
class LowestDisqualified(Indicator):
    """There is an award and a valid bid with an amount, and the lowest bid handed in was disqualified."""

    code = "R036"
    title = "Penawaran terendah digugurkan"
    explanation = "Menggugurkan harga terendah adalah cara memenangkan penyedia yang lebih mahal."
    basis = f"Perpres 16/2018 Pasal 6 (efisien, adil); {METHOD} R036"

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        if not self.comparing.allows(release) or not active_awards(release):
            return
        lowest: tuple[float, bool] | None = None
        valid: float | None = None
        for bid in submitted_bids(release):
            said = price(bid)
            if said is None or not self.comparing.is_main(said[1]):
                continue
            if lowest is None or said[0] < lowest[0]:
                lowest = said[0], bid.get("status") == "disqualified"
            if bid.get("status") == "valid":
                valid = said[0] if valid is None else min(valid, said[0])
        if lowest is not None and lowest[1] and valid is not None:
            yield Result(PROCESS, ocid, self.code, 1.0, {"lowest": lowest[0], "lowest_valid": valid})

    def sentence(self, result: Result) -> str:
        told = {name: rupiah(int(value)) for name, value in result.inputs.items()}
        return f"Penawaran terendah {told['lowest']} digugurkan; yang sah mulai {told['lowest_valid']}."
