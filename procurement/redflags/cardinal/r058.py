"""R058: the winner lies far below everybody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.core.shares import percent
from procurement.redflags.cardinal.differences import Difference, difference
from procurement.redflags.cardinal.indicator import METHOD, PROCESS, TENDERER, Indicator, Result, bp
from procurement.redflags.cardinal.quantiles import upper_fence
from procurement.redflags.cardinal.releases import Release


@dataclass
class HeavyDiscount(Indicator):
    """The difference to the second-lowest bid is a high outlier (Q3 + 1.5 IQR), or at least `threshold`.

    With `least` (a share, not Cardinal's): and at least that, whatever the fence. Where prices lie close together the
    fence lies close, too, and a bid a tenth below the next is no heavy discount.
    """

    code = "R058"
    title = "Pemenang jauh di bawah yang lain"
    explanation = (
        "Harga yang terlalu rendah dapat berarti mutu yang dikurangi, atau addendum yang sudah direncanakan."
    )
    basis = f"Perpres 16/2018 Pasal 6 (efektif, efisien); {METHOD} R058"
    version = 2

    threshold: float | None = None
    least: float = 0.0
    _seen: dict[str, Difference] = field(default_factory=dict, init=False, repr=False)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        found = difference(release, self.comparing)
        if found is not None:
            self._seen[ocid] = found
        return ()

    def conclude(self) -> Iterable[Result]:
        fence = self.threshold
        if fence is None:
            fence = upper_fence(each.share for each in self._seen.values())
        for ocid, found in self._seen.items():
            if fence > 0 and found.share >= max(fence, self.least):
                inputs = {"winning": found.winning_price, "second": found.second_price, "fence": fence}
                yield Result(PROCESS, ocid, self.code, found.share, inputs, (found.winner,))
                yield Result(TENDERER, found.winner, self.code, 0.0)

    def sentence(self, result: Result) -> str:
        fence = percent(bp(max(result.inputs["fence"], self.least)))
        return f"Penawar kedua {percent(bp(result.value))} di atas pemenang; batas wajarnya {fence}."
