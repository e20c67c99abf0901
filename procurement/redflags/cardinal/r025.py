"""R025: a vendor that bids often and hardly ever wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procurement.redflags.cardinal.indicator import METHOD, TENDERER, Indicator, Result
from procurement.redflags.cardinal.quantiles import lower_fence, quantile
from procurement.redflags.cardinal.releases import Release, only_id, sole_winner, valid_bids


@dataclass
class RarelyWins(Indicator):
    """Among the busiest bidders (`percentile`), a share of wins that is a low outlier, or at most `threshold`."""

    code = "R025"
    title = "Sering menawar, jarang menang"
    explanation = "Penyedia dapat menawar hanya untuk meramaikan, supaya rekannya yang menang."
    basis = f"UU 5/1999 Pasal 22 (persekongkolan); {METHOD} R025"

    percentile: int = 75
    threshold: float | None = None
    _bids: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        winner = sole_winner(release)
        if winner is None:
            return ()
        bidders = {only_id(each, "tenderers") for each in valid_bids(release)} - {None}
        for bidder in bidders:
            won_of = self._bids.setdefault(str(bidder), [0, 0])
            won_of[0] += bidder == winner
            won_of[1] += 1
        return ()

    def conclude(self) -> Iterable[Result]:
        busy = quantile((of for _won, of in self._bids.values()), self.percentile / 100)
        first, fence = 1.0, self.threshold
        if fence is None:
            first, fence = lower_fence(won / of for won, of in self._bids.values())
        # where three quarters never win, losing does not stand out
        if not (first > 0 and fence > 0):
            return
        for bidder, (won, of) in self._bids.items():
            if of >= busy and won / of <= fence:
                yield Result(TENDERER, bidder, self.code, won / of, {"won": won, "bids": of, "fence": fence})

    def sentence(self, result: Result) -> str:
        return f"Menang {result.inputs['won']} dari {result.inputs['bids']} penawaran yang sah."
