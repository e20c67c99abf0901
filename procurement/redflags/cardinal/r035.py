"""R035: everybody but the winner was disqualified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.redflags.cardinal.indicator import METHOD, PROCESS, TENDERER, Indicator, Result
from procurement.redflags.cardinal.releases import Release, ids, parts, settled_awards, text
from procurement.redflags.cardinal.releases import part as object_in


@dataclass
class OnlyWinnerQualified(Indicator):
    """One tenderer has valid bids and all awards; at least `threshold` others were disqualified."""

    code = "R035"
    title = "Semua selain pemenang digugurkan"
    explanation = "Menggugurkan semua pesaing adalah cara memenangkan penyedia yang sudah ditentukan."
    basis = f"Perpres 16/2018 Pasal 6 (adil, akuntabel); {METHOD} R035"

    threshold: int = 1

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        awards = settled_awards(release)
        if awards is None:
            return
        bidders: dict[str, set[str]] = {"valid": set(), "disqualified": set()}
        for bid in parts(object_in(release, "bids"), "details"):
            status = text(bid, "status")
            if status in bidders:
                bidders[status].update(ids(bid, "tenderers"))
        valid = bidders["valid"]
        winners = {each for award in awards for each in ids(award, "suppliers")}
        out = bidders["disqualified"] - valid
        if len(valid) == 1 and valid == winners and len(out) >= max(self.threshold, 1):
            (winner,) = valid
            inputs = {"disqualified": len(out), "threshold": self.threshold}
            yield Result(PROCESS, ocid, self.code, float(len(out)), inputs, (winner,))
            yield Result(TENDERER, winner, self.code, 0.0)

    def sentence(self, result: Result) -> str:
        return f"{result.inputs['disqualified']} penyedia digugurkan; hanya pemenang yang dinyatakan sah."
