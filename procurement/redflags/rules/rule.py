"""What a rule is: one SQL statement over all orders at once, the dated parameters it judges by, and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from marketplace.regulation.queries import NoRule, parameter
from procurement.purchasing.workflow import DROPPED

Inputs = Mapping[str, Any]

POLICY: Final = "Kebijakan penyelenggara e-Order"
BEGUN: Final = date(2018, 7, 1)
"""In force since Perpres 16/2018."""
LIVING: Final = "p.state NOT IN ({})".format(", ".join(f"'{state}'" for state in DROPPED))
"""Orders that were not dropped, as a condition on `purchasing_purchase p`."""
JUDGED: Final = (
    f"p.region_id = %(region)s AND {LIVING} AND p.submitted_at >= %(since)s AND p.submitted_at < %(until)s"
)
"""The orders that are looked at, as a condition on `purchasing_purchase p`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `sql` answers one row a finding, with the columns `COLUMNS`; it is given `region`, `since`, `until`,
    `now`, and the value of every parameter under its name in `parameters` (name → code).

    `untold` says openly what the rule cannot see, and why. `at_act` tells that purchasing judges by the same figures at
    the moment of the act already. `growing` names what the statement tells of every further order: it is kept with
    the values, because the inputs make a finding.
    """

    code: str
    title: str
    explanation: str
    legal_basis: str
    sentence: Callable[[Inputs, Inputs], str]
    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    valid_from: date = BEGUN
    valid_to: date | None = None
    untold: tuple[str, ...] = ()
    at_act: bool = False
    growing: frozenset[str] = frozenset()

    def in_force(self, on: date) -> bool:
        """Whether the rule is asked on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def values(self, region_id: int) -> dict[str, Any]:
        """The parameters in force for a region, by name."""
        return {name: parameter(code, region_id=region_id).value for name, code in self.parameters.items()}


COLUMNS: Final = ("purchase_id", "competition_id", "vendor_id", "organisation_id", "part", "score", "inputs")


def budget_of(code: str, region_id: int) -> int | None:
    """The share of closed flags (basis points) a rule may have cleared as unfounded; None where none is set."""
    try:
        return int(parameter(f"flag.{code}.budget_bp", region_id=region_id).value)
    except NoRule:
        return None
