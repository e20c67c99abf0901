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


def percent(share: float) -> str:
    """A share as people write it: 0.125 is 12,5 %."""
    return f"{share * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " %"
