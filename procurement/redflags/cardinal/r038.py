"""R038: a buyer that disqualifies, or a vendor that is disqualified, far more often than others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procurement.redflags.cardinal.indicator import (
    BUYER,
    ENTITY,
    METHOD,
    TENDERER,
    Indicator,
    Result,
    percent,
)
from procurement.redflags.cardinal.quantiles import upper_fence
from procurement.redflags.cardinal.releases import Release, ids, part, submitted_bids, text


@dataclass
class OftenDisqualified(Indicator):
    """The share of disqualified among submitted bids is a high outlier (Q3 + 1.5 IQR), or at least `threshold`.

    As Cardinal counts, `least_processes` is held against a buyer's bids, not its processes.
    """

    code = "R038"
    title = "Penawaran digugurkan terlalu sering"
    explanation = (
        "Pembeli dapat menggugurkan untuk memenangkan penyedia tertentu; penyedia dapat sengaja mengajukan "
        "penawaran yang cacat untuk meramaikan."
    )
    basis = f"Perpres 16/2018 Pasal 6 (adil, akuntabel); {METHOD} R038"

    threshold: float | None = None
    least_bids: int = 2
    least_processes: int = 2
    _counts: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: {BUYER: {}, ENTITY: {}, TENDERER: {}}, init=False, repr=False
    )

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        bids = submitted_bids(release)
        out = [each.get("status") == "disqualified" for each in bids]
        for bid, disqualified in zip(bids, out, strict=True):
            for bidder in ids(bid, "tenderers"):
                self._count(TENDERER, bidder, int(disqualified), 1)
        buyer = text(part(release, "buyer"), "id")
        entity = text(part(part(release, "tender"), "procuringEntity"), "id")
        for group, identifier in ((BUYER, buyer), (ENTITY, entity)):
            if bids and identifier is not None:
                self._count(group, identifier, sum(out), len(bids))
        return ()

    def _count(self, group: str, identifier: str, disqualified: int, submitted: int) -> None:
        counts = self._counts[group].setdefault(identifier, [0, 0])
        counts[0] += disqualified
        counts[1] += submitted

    def conclude(self) -> Iterable[Result]:
        for group, least in (
            (BUYER, self.least_processes),
            (ENTITY, self.least_processes),
            (TENDERER, self.least_bids),
        ):
            ratios = {key: (out, of) for key, (out, of) in self._counts[group].items() if of >= least}
            fence = self.threshold
            if fence is None:
                fence = upper_fence(out / of for out, of in ratios.values())
            for key, (out, of) in ratios.items():
                if fence > 0 and out / of >= fence:
                    inputs = {"disqualified": out, "bids": of, "fence": fence}
                    yield Result(group, key, self.code, out / of, inputs)

    def sentence(self, result: Result) -> str:
        told = result.inputs
        return (
            f"{told['disqualified']} dari {told['bids']} penawaran digugurkan ({percent(result.value)}); "
            f"batas wajarnya {percent(told['fence'])}."
        )
