"""R003: offers were taken for too few days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import trunc

from procurement.redflags.cardinal.indicator import METHOD, PROCESS, Indicator, Result
from procurement.redflags.cardinal.releases import Release, moment, part, text


@dataclass
class ShortSubmission(Indicator):
    """Fewer whole days between the publication and the closing than the threshold.

    `threshold` in days, `of_details` the same for single procurementMethodDetails, `methods` the methods looked at
    (all when empty).
    """

    code = "R003"
    title = "Masa penawaran terlalu singkat"
    explanation = "Waktu yang singkat menguntungkan penyedia yang sudah diberi tahu lebih dahulu."
    basis = f"Perpres 16/2018 Pasal 6 (terbuka, bersaing, adil); {METHOD} R003"

    threshold: int = 15
    methods: frozenset[str] = frozenset()
    of_details: Mapping[str, int] = field(default_factory=dict)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        tender = part(release, "tender")
        if self.methods and tender.get("procurementMethod") not in self.methods:
            return
        period = part(tender, "tenderPeriod")
        start, end = moment(period, "startDate"), moment(period, "endDate")
        if start is None or end is None:
            return
        days = trunc((end - start) / timedelta(days=1))
        needed = self.of_details.get(text(tender, "procurementMethodDetails") or "", self.threshold)
        if days < needed:
            yield Result(PROCESS, ocid, self.code, 1.0, {"days": days, "threshold": needed})

    def sentence(self, result: Result) -> str:
        return f"Penawaran diterima selama {result.inputs['days']} hari penuh; batasnya {result.inputs['threshold']}."
