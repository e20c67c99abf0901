"""How far the second-lowest bid lies above the winning one: what R024 and R058 are both judged by. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.redflags.cardinal.indicator import Comparing
from procurement.redflags.cardinal.releases import Release, only_id, price, sole_winner, valid_bids


@dataclass(frozen=True, slots=True)
class Difference:
    """Winner and runner-up of one process with their prices; `share` is the distance as a part of the winning price."""

    winner: str
    second: str
    winning_price: float
    second_price: float

    @property
    def share(self) -> float:
        """(second - winning) / winning."""
        return (self.second_price - self.winning_price) / self.winning_price


def difference(release: Release, comparing: Comparing) -> Difference | None:
    """The difference of a process with one award to one supplier whose bid was the lowest; else None."""
    if not comparing.allows(release):
        return None
    winner = sole_winner(release)
    if winner is None:
        return None
    own: float | None = None
    best: tuple[float, str] | None = None
    for bid in valid_bids(release):
        said, tenderer = price(bid), only_id(bid, "tenderers")
        if said is None or tenderer is None or not comparing.is_main(said[1]):
            continue
        if tenderer == winner:
            own = said[0] if own is None else min(own, said[0])
        elif best is None or said[0] < best[0]:
            best = said[0], tenderer
    if not own or best is None or best[0] < own:
        return None
    return Difference(winner, best[1], own, best[0])
