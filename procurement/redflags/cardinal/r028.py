"""R028: different vendors with the very same price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.redflags.cardinal.indicator import METHOD, PROCESS, TENDERER, Indicator, Result
from procurement.redflags.cardinal.releases import Release, ids, price, submitted_bids


@dataclass
class SamePrice(Indicator):
    """Two bids of different tenderers name the same amount in the same currency."""

    code = "R028"
    title = "Harga penawaran sama persis"
    explanation = "Harga yang sama persis dapat berarti harga pesaing bocor, atau disepakati bersama."
    basis = f"UU 5/1999 Pasal 22 (persekongkolan); {METHOD} R028"

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        if not self.comparing.allows(release):
            return
        last: dict[tuple[float, str], frozenset[str]] = {}
        alike: dict[str, float] = {}
        for bid in submitted_bids(release):
            said, bidders = price(bid), frozenset(ids(bid, "tenderers"))
            if said is None or not bidders:
                continue
            # each bid is held against the one before it with that price; a tenderer may repeat itself
            if (before := last.get(said)) is not None and before != bidders:
                alike.update(dict.fromkeys(before | bidders, said[0]))
            last[said] = bidders
        if alike:
            parties = tuple(sorted(alike))
            inputs = {"prices": sorted(set(alike.values())), "bidders": len(parties)}
            yield Result(PROCESS, ocid, self.code, 1.0, inputs, parties)
            for each in parties:
                yield Result(TENDERER, each, self.code, 1.0)

    def sentence(self, result: Result) -> str:
        return f"{result.inputs['bidders']} penyedia berbeda menawar dengan harga yang sama persis."
