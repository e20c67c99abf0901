"""R018: one offer only where there should have been competition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.redflags.cardinal.indicator import METHOD, PROCESS, Indicator, Result
from procurement.redflags.cardinal.releases import Release, part


@dataclass
class SingleBid(Indicator):
    """Exactly one tenderer in a competitive method (`methods`)."""

    code = "R018"
    title = "Hanya satu penawaran"
    explanation = "Satu penawaran dalam metode yang bersaing dapat berarti persaingannya ditekan."
    basis = f"Perpres 16/2018 Pasal 6 (bersaing); {METHOD} R018"

    methods: frozenset[str] = frozenset({"open", "selective"})

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        tender = part(release, "tender")
        if self.methods and tender.get("procurementMethod") not in self.methods:
            return
        count = tender.get("numberOfTenderers")
        if isinstance(count, int) and not isinstance(count, bool) and count == 1:
            yield Result(PROCESS, ocid, self.code, 1.0, {"tenderers": 1})

    def sentence(self, result: Result) -> str:
        return "Hanya satu penyedia yang menawar."
