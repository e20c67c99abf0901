"""R024: the winner lies suspiciously close to the second."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.core.shares import percent
from procurement.redflags.cardinal.differences import Difference, difference
from procurement.redflags.cardinal.indicator import METHOD, PROCESS, TENDERER, Indicator, Result, bp
from procurement.redflags.cardinal.quantiles import lower_fence
from procurement.redflags.cardinal.releases import Release


@dataclass
class CloseToWinner(Indicator):
    """The difference to the second-lowest bid is a low outlier (Q1 - 1.5 IQR), or at most `threshold`."""

    code = "R024"
    title = "Harga sangat dekat dengan pemenang"
    explanation = "Penawar yang bersekongkol dapat berpura-pura bersaing dengan harga yang hampir sama."
    basis = f"UU 5/1999 Pasal 22 (persekongkolan); {METHOD} R024"

    threshold: float | None = None
    _seen: dict[str, Difference] = field(default_factory=dict, init=False, repr=False)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        found = difference(release, self.comparing)
        if found is not None:
            self._seen[ocid] = found
        return ()

    def conclude(self) -> Iterable[Result]:
        first, fence = 1.0, self.threshold
        if fence is None:
            first, fence = lower_fence(each.share for each in self._seen.values())
        # where three quarters of all processes show no difference at all, none stands out
        if not (first > 0 and fence > 0):
            return
        for ocid, found in self._seen.items():
            if found.share <= fence:
                pair = (found.winner, found.second)
                inputs = {"winning": found.winning_price, "second": found.second_price, "fence": fence}
                yield Result(PROCESS, ocid, self.code, found.share, inputs, pair)
                for each in pair:
                    yield Result(TENDERER, each, self.code, 0.0)

    def sentence(self, result: Result) -> str:
        fence = percent(bp(result.inputs["fence"]))
        return f"Penawar kedua hanya {percent(bp(result.value))} di atas pemenang; batas wajarnya {fence}."
