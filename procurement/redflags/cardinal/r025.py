"""R025: a vendor that bids often and hardly ever wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procurement.redflags.cardinal.chance import at_most
from procurement.redflags.cardinal.indicator import METHOD, TENDERER, Indicator, Result
from procurement.redflags.cardinal.quantiles import lower_fence, quantile
from procurement.redflags.cardinal.releases import Release, only_id, sole_winner, valid_bids


@dataclass
class RarelyWins(Indicator):
    """Among the busiest bidders (`percentile`), a share of wins that is a low outlier, or at most `threshold`.

    With `chance` (0 to 1, not Cardinal's): and only where so few wins were less likely than that if every valid bid of
    a process had the same chance. Without it two hundred honest bidders hold some who never won.
    """

    code = "R025"
    title = "Sering menawar, jarang menang"
    explanation = "Penyedia dapat menawar hanya untuk meramaikan, supaya rekannya yang menang."
    basis = f"UU 5/1999 Pasal 22 (persekongkolan); {METHOD} R025"
    version = 2

    percentile: int = 75
    threshold: float | None = None
    chance: float | None = None
    _bids: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False)
    _expected: dict[str, float] = field(default_factory=dict, init=False, repr=False)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        winner = sole_winner(release)
        if winner is None:
            return ()
        bidders = {only_id(each, "tenderers") for each in valid_bids(release)} - {None}
        for bidder in bidders:
            won_of = self._bids.setdefault(str(bidder), [0, 0])
            won_of[0] += bidder == winner
            won_of[1] += 1
            self._expected[str(bidder)] = self._expected.get(str(bidder), 0.0) + 1 / len(bidders)
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
            if of >= busy and won / of <= fence and self._hardly_by_chance(bidder, won):
                told = {"won": won, "bids": of, "fence": fence, "expected": self._expected[bidder]}
                yield Result(TENDERER, bidder, self.code, won / of, told)

    def _hardly_by_chance(self, bidder: str, won: int) -> bool:
        return self.chance is None or at_most(won, self._expected[bidder]) <= self.chance

    def sentence(self, result: Result) -> str:
        told = result.inputs
        return (
            f"Menang {told['won']} dari {told['bids']} penawaran yang sah; dengan peluang yang sama bagi semua penawar "
            f"kira-kira {told['expected']:.0f} kali."
        )
