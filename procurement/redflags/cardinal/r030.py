"""R030: an offer that came too late won."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.redflags.cardinal.indicator import METHOD, PROCESS, TENDERER, Indicator, Result
from procurement.redflags.cardinal.releases import Release, active_awards, ids, moment, part, valid_bids


@dataclass
class LateWinner(Indicator):
    """A valid bid dated after the closing, of a tenderer with an award that stands."""

    code = "R030"
    title = "Penawaran terlambat menang"
    explanation = "Penawaran yang masuk setelah penutupan dapat disusun dengan mengetahui harga pesaing."
    basis = f"Perpres 16/2018 Pasal 6 (adil) dan Pasal 7; {METHOD} R030"

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        closing = moment(part(part(release, "tender"), "tenderPeriod"), "endDate")
        if closing is None:
            return
        winners = {each for award in active_awards(release) for each in ids(award, "suppliers")}
        late: dict[str, str] = {}
        for bid in valid_bids(release):
            at = moment(bid, "date")
            if at is not None and at > closing:
                late.update({each: at.isoformat() for each in ids(bid, "tenderers") if each in winners})
        if late:
            inputs = {"closing": closing.isoformat(), "bid": max(late.values())}
            yield Result(PROCESS, ocid, self.code, 1.0, inputs, tuple(sorted(late)))
            for each in sorted(late):
                yield Result(TENDERER, each, self.code, 1.0)

    def sentence(self, result: Result) -> str:
        return f"Penawaran pemenang masuk {result.inputs['bid']}, setelah ditutup {result.inputs['closing']}."
