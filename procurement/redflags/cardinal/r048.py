"""R048: a vendor that supplies things that have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procurement.redflags.cardinal.indicator import METHOD, TENDERER, Indicator, Result
from procurement.redflags.cardinal.quantiles import upper_fence
from procurement.redflags.cardinal.releases import Release, active_awards, only_id, part, parts, text


@dataclass
class EverythingSupplier(Indicator):
    """The number of first-level codes (`digits`) of all it was awarded is a high outlier, or at least `threshold`.

    Suppliers with fewer than `least_processes` awarded processes are left out.
    """

    code = "R048"
    title = "Penyedia serba ada"
    explanation = "Penyedia yang memasok segala macam barang lebih mungkin hanya perantara."
    basis = f"Perpres 16/2018 Pasal 7; PP 5/2021 (kesesuaian KBLI); {METHOD} R048"

    threshold: int | None = None
    digits: int = 2
    least_processes: int = 20
    _supplied: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict, init=False, repr=False)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        for award in active_awards(release):
            supplier = only_id(award, "suppliers")
            codes = {
                code[: self.digits]
                for item in parts(award, "items")
                if (code := text(part(item, "classification"), "id")) is not None
            }
            if supplier is not None and codes:
                processes, supplied = self._supplied.setdefault(supplier, (set(), set()))
                processes.add(ocid)
                supplied.update(codes)
        return ()

    def conclude(self) -> Iterable[Result]:
        varieties = {
            supplier: len(supplied)
            for supplier, (processes, supplied) in self._supplied.items()
            if len(processes) >= self.least_processes
        }
        fence = float(self.threshold) if self.threshold is not None else upper_fence(varieties.values())
        for supplier, variety in varieties.items():
            if variety >= fence:
                inputs = {
                    "codes": sorted(self._supplied[supplier][1]),
                    "processes": len(self._supplied[supplier][0]),
                    "fence": fence,
                }
                yield Result(TENDERER, supplier, self.code, float(variety), inputs)

    def sentence(self, result: Result) -> str:
        kinds, processes = len(result.inputs["codes"]), result.inputs["processes"]
        return f"Memasok {kinds} golongan barang yang berbeda dalam {processes} pengadaan."
