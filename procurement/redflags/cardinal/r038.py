"""R038: a buyer that disqualifies, or a vendor that is disqualified, far more often than others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.core.shares import percent
from procurement.redflags.cardinal.chance import at_least
from procurement.redflags.cardinal.indicator import (
    BUYER,
    ENTITY,
    METHOD,
    TENDERER,
    Indicator,
    Result,
    bp,
)
from procurement.redflags.cardinal.quantiles import upper_fence
from procurement.redflags.cardinal.releases import Release, ids, part, submitted_bids, text


@dataclass
class OftenDisqualified(Indicator):
    """The share of disqualified among submitted bids is a high outlier (Q3 + 1.5 IQR), or at least `threshold`.

    As Cardinal counts, `least_processes` is held against a buyer's bids, not its processes.

    With `chance` (0 to 1, not Cardinal's): and only where so many were less likely than that at the share of all bids
    together. Where nearly nobody is ever disqualified the fence lies at nothing, and one lost paper would be beyond it.
    """

    code = "R038"
    title = "Penawaran digugurkan terlalu sering"
    explanation = (
        "Pembeli dapat menggugurkan untuk memenangkan penyedia tertentu; penyedia dapat sengaja mengajukan "
        "penawaran yang cacat untuk meramaikan."
    )
    basis = f"Perpres 16/2018 Pasal 6 (adil, akuntabel); {METHOD} R038"
    version = 2

    threshold: float | None = None
    least_bids: int = 2
    least_processes: int = 2
    chance: float | None = None
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
            usual = self._usual(group)
            for key, (out, of) in ratios.items():
                if fence > 0 and out / of >= fence and self._hardly_by_chance(out, usual * of):
                    inputs = {"disqualified": out, "bids": of, "fence": fence, "expected": usual * of}
                    yield Result(group, key, self.code, out / of, inputs)

    def _usual(self, group: str) -> float:
        """The share of all counted bids that were disqualified."""
        counts = self._counts[group].values()
        whole = sum(of for _out, of in counts)
        return sum(out for out, _of in counts) / whole if whole else 0.0

    def _hardly_by_chance(self, out: int, expected: float) -> bool:
        return self.chance is None or (out > 0 and at_least(out, expected) <= self.chance)

    def sentence(self, result: Result) -> str:
        told = result.inputs
        return (
            f"{told['disqualified']} dari {told['bids']} penawaran digugurkan ({percent(bp(result.value))}); "
            f"lazimnya kira-kira {told['expected']:.0f}."
        )
