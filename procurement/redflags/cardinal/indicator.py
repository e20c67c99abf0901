"""What an indicator is: it sees releases one by one, and concludes when it has seen them all. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from procurement.redflags.cardinal.releases import Release, part, text

PROCESS: Final = "OCID"
BUYER: Final = "Buyer"
ENTITY: Final = "ProcuringEntity"
TENDERER: Final = "Tenderer"

METHOD: Final = "Open Contracting Partnership, Cardinal"
"""Where the methods are described; each file names its indicator there."""


@dataclass(frozen=True, slots=True)
class Result:
    """One indicator's word about one contracting process, buyer, procuring entity or tenderer.

    `inputs` are the figures it came from; `parties` are the tenderers a process is flagged with.
    """

    group: str
    identifier: str
    code: str
    value: float
    inputs: dict[str, Any] = field(default_factory=dict)
    parties: tuple[str, ...] = ()


@dataclass
class Comparing:
    """Which processes' bid prices may be compared: those in the main currency and not of a method with fixed prices.

    The main currency is the first one seen unless it is given.
    """

    currency: str | None = None
    only_methods: frozenset[str] = frozenset()
    except_methods: frozenset[str] = frozenset()

    def allows(self, release: Release) -> bool:
        """Whether prices of this process may be compared at all."""
        details = text(part(release, "tender"), "procurementMethodDetails")
        if self.only_methods:
            return details in self.only_methods
        return details is None or details not in self.except_methods

    def is_main(self, currency: str) -> bool:
        """Whether a price in this currency counts."""
        self.currency = self.currency or currency
        return currency == self.currency


@dataclass
class Indicator:
    """One indicator with its options; its fields are what may be set."""

    code: ClassVar[str]
    title: ClassVar[str]
    explanation: ClassVar[str]
    basis: ClassVar[str]
    version: ClassVar[int] = 1
    """Raised when the figures of results change."""
    untold: ClassVar[tuple[str, ...]] = ()

    comparing: Comparing = field(default_factory=Comparing, kw_only=True)

    def see(self, release: Release, ocid: str) -> Iterable[Result]:
        """Look at one compiled release; results that need no other release come at once."""
        return ()

    def conclude(self) -> Iterable[Result]:
        """What shows only beside all others."""
        return ()

    def sentence(self, result: Result) -> str:
        """The result in words, with its figures."""
        raise NotImplementedError


def bp(share: float) -> int:
    """A share (1 = the whole) in whole basis points, to the tenth of a per cent that people read."""
    return round(share * 1000) * 10
