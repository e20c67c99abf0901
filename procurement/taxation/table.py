"""The tax decision table as data: dated rules, each with its conditions, rate and legal basis. Pure.

Hit policy: within a family (PPN, PBJT, PPH) the rules are asked in `order` and the first that is valid on the day
and whose conditions all hold decides. A rule without a rate decides "no tax", and still says why.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, get_args

RULES_FILE = Path(__file__).resolve().parent / "data" / "tax_rules.json"

Family = Literal["PPN", "PBJT", "PPH"]
BaseKind = Literal["HARGA", "NILAI_LAIN"]
Remitter = Literal["BENDAHARA", "PLATFORM", "VENDOR"]
Rounding = Literal["FLOOR_RUPIAH", "HALF_UP_RUPIAH"]
FAMILIES: tuple[Family, ...] = get_args(Family)

_ONE_OF = frozenset({"kind", "commodity", "qualification", "mechanism", "collector"})
_IS = frozenset(
    {
        "pkp",
        "suket",
        "npwp_valid",
        "statement_500m",
        "individual",
        "pbjt_registered",
        "skb",
        "school_fund",
        "luxury",
        "split",
    }
)
_BOUND = frozenset({"price_max"})


class BrokenRule(ValueError):
    """A row of the decision table that cannot be used; the message names the rule and the fault."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table.

    `rate` and `base_factor` are exact fraction texts such as `"12/100"`; `rate` None means "no tax here".
    PPN and PBJT come on top of the price, PPh is withheld out of it. `rounding` says how the tax of a document
    becomes whole rupiah.
    """

    id: str
    version: int
    family: Family
    order: int
    when: Mapping[str, Any]
    reason: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    code: str | None = None
    rate: str | None = None
    base_kind: BaseKind = "HARGA"
    base_factor: str = "1/1"
    remitter: Remitter | None = None
    rounding: Rounding = "FLOOR_RUPIAH"
    to_verify: str = ""

    def __post_init__(self) -> None:
        unknown = self.when.keys() - _ONE_OF - _IS - _BOUND
        if unknown:
            raise BrokenRule(f"{self.id}: unknown conditions {sorted(unknown)}")
        if self.family not in FAMILIES:
            raise BrokenRule(f"{self.id}: unknown family {self.family}")
        if (self.rate is None) != (self.code is None) or (self.rate is None) != (self.remitter is None):
            raise BrokenRule(f"{self.id}: rate, code and remitter belong together")
        if self.rate is not None and not 0 < Fraction(self.rate) < 1:
            raise BrokenRule(f"{self.id}: rate {self.rate} is not between 0 and 1")
        if self.rounding not in get_args(Rounding):
            raise BrokenRule(f"{self.id}: unknown rounding {self.rounding}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BrokenRule(f"{self.id}: ends before it begins")

    @property
    def effective(self) -> Fraction:
        """The tax as an exact share of the price; zero when the rule decides "no tax"."""
        return Fraction(self.rate) * Fraction(self.base_factor) if self.rate is not None else Fraction(0)

    @property
    def on_top(self) -> bool:
        """Whether the amount is added to the price (PPN, PBJT) instead of withheld from it (PPh)."""
        return self.family != "PPH"

    def valid_on(self, day: date) -> bool:
        """Whether the rule is law on `day` (both ends included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Whether every condition holds for `facts` (the flattened supply, see `evaluate.facts_of`)."""
        for key, wanted in self.when.items():
            if key in _ONE_OF and facts[key] not in wanted:
                return False
            if key in _IS and facts[key] is not wanted:
                return False
            if key == "price_max" and facts["price"] > wanted:
                return False
        return True


def rule_from(row: Mapping[str, Any]) -> Rule:
    """A Rule from one JSON object of the rules file. Raises BrokenRule when a field is missing or senseless."""
    try:
        dates = {
            key: date.fromisoformat(row[key]) if row.get(key) else None for key in ("valid_from", "valid_to")
        }
        return Rule(**{**row, **dates})
    except (TypeError, ValueError, KeyError) as fault:
        raise BrokenRule(f"{row.get('id', '?')}: {fault}") from fault


def shipped_rules() -> tuple[Rule, ...]:
    """The rules that come with the product, in table order. Raises BrokenRule when two of them overlap."""
    rules = tuple(rule_from(row) for row in json.loads(RULES_FILE.read_text(encoding="utf-8")))
    refuse_overlaps(rules)
    return rules


def refuse_overlaps(rules: Iterable[Rule]) -> None:
    """Raise BrokenRule when two versions of one rule are valid on the same day."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for rule_id, versions in by_id.items():
        ordered = sorted(versions, key=lambda rule: rule.valid_from)
        for earlier, later in itertools.pairwise(ordered):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise BrokenRule(f"{rule_id}: versions {earlier.version} and {later.version} overlap")
