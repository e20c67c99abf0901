"""What is due on a payment: PPN on top, PPh withheld, who remits, and why. Pure and exact.

Bases and rates are fractions; each tax becomes whole rupiah once per document, by the rounding its rule names
(handbook §4.8: down), so parts of a mixed order under the same rule are added before rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

from marketplace.core.money import apportion, floor_rate
from marketplace.core.transitions import Refused
from procurement.taxation.table import FAMILIES, BaseKind, Remitter, Rule

Kind = Literal["goods", "service", "catering", "rent", "land_rent", "construction", "non_object"]
Mechanism = Literal["UP", "LS", "KKPD"]
Collector = Literal["BENDAHARA", "PLATFORM"]


@dataclass(frozen=True, slots=True)
class Group:
    """The part of a supply that is taxed alike. `price` is whole rupiah excluding PPN.

    `skb` tells that a letter frees this part from its income tax; one of the whole payment frees every part.
    """

    kind: Kind
    price: int
    commodity: str = ""
    luxury: bool = False
    qualification: str = ""
    skb: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """One payment to one vendor: its groups and the facts the decision table asks for.

    `split` tells that the payment is part of one purchase cut in pieces, which closes the small-value exceptions.
    `statement_500m` is an individual's word about this year's turnover; it counts for individuals with a Suket alone.
    """

    groups: tuple[Group, ...]
    on: date
    pkp: bool
    suket: bool = False
    npwp_valid: bool = True
    statement_500m: bool = False
    individual: bool = False
    pbjt_registered: bool = False
    skb: bool = False
    school_fund: bool = False
    mechanism: Mechanism = "UP"
    collector: Collector = "BENDAHARA"
    split: bool = False

    @property
    def price(self) -> int:
        """Whole rupiah excluding PPN, all groups together."""
        return sum(group.price for group in self.groups)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax of a plan. `base` is an exact fraction text in rupiah, `rate` an exact fraction text."""

    code: str
    base: str
    base_kind: BaseKind
    rate: str
    rounding: str
    amount: int
    on_top: bool
    remitter: Remitter
    rule_id: str
    rule_version: int
    legal_basis: str

    @property
    def withheld(self) -> bool:
        """Whether the amount is kept back from the vendor, to be deposited by treasurer or platform."""
        return self.remitter != "VENDOR"


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """The taxes of one payment. Always: price + on-top taxes = gross = cash + withheld taxes (whole rupiah)."""

    price: int
    gross: int
    cash: int
    lines: tuple[TaxLine, ...]
    reason: str
    on: date

    @property
    def ppn(self) -> int:
        """Rupiah of value added tax on top of the price."""
        return sum(line.amount for line in self.lines if line.code == "PPN")

    @property
    def withheld(self) -> int:
        """Rupiah kept back from the vendor."""
        return sum(line.amount for line in self.lines if line.withheld)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, stored with the obligation and put into the audit log."""
        return {**asdict(self), "lines": [asdict(line) for line in self.lines], "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> TaxPlan:
        """The plan that `to_json` wrote."""
        lines = tuple(TaxLine(**line) for line in stored["lines"])
        return cls(**{**stored, "lines": lines, "on": date.fromisoformat(stored["on"])})


def evaluate(supply: Supply, rules: Iterable[Rule]) -> TaxPlan:
    """Apply the decision table to a supply.

    Raises Refused `tax.no-price` for an empty or negative supply and `tax.no-rule` when the table is silent: a
    payment without a tax decision must not go out.
    """
    _insist_on_price(supply)
    in_force = _in_force(supply, rules)
    return _plan(supply, _decisions(in_force, supply), {})


def evaluate_inclusive(supply: Supply, rules: Iterable[Rule]) -> TaxPlan:
    """Apply the decision table to a supply whose group prices already include PPN (handbook §4.8).

    Per PPN rule the base is `total ÷ (1 + effective rate)` rounded half up and PPN is the rest, so price + PPN is the
    total again. Groups without PPN keep their price. Raises Refused as `evaluate` does.
    """
    _insist_on_price(supply)
    in_force = _in_force(supply, rules)
    net = supply
    for _round in range(3):  # small-value rules ask for the price before PPN, which the rule itself decides
        decided = [_decide(in_force, "PPN", group, net) for group in net.groups]
        prices, taxes = _opened(supply, decided)
        groups = tuple(
            replace(group, price=price) for group, price in zip(supply.groups, prices, strict=True)
        )
        if groups == net.groups:
            break
        net = replace(supply, groups=groups)
    return _plan(net, _decisions(in_force, net), taxes)


def before_ppn(total: int, effective: Fraction = Fraction(11, 100)) -> int:
    """The rupiah before PPN inside a tax-inclusive total: rounded half up, so that price + PPN is the total again."""
    return _half_up(Fraction(total) / (1 + effective))


def facts_of(group: Group, supply: Supply) -> dict[str, Any]:
    """The flat facts that rule conditions name; `price` is that of the whole payment, as the thresholds want."""
    payment = {
        key: getattr(supply, key) for key in Supply.__dataclass_fields__ if key not in ("groups", "on")
    }
    part = {key: getattr(group, key) for key in Group.__dataclass_fields__ if key != "price"}
    return {**payment, **part, "price": supply.price, "skb": supply.skb or group.skb}


_CARRIERS: Final = ("goods", "non_object", "catering", "rent", "service", "construction", "land_rent")


def with_delivery(groups: Sequence[Group], shipping: int) -> tuple[Group, ...]:
    """Groups with the rupiah of delivery by the vendor, which belong to the price of the goods (handbook §4.9).

    Without goods they are added to the first group that is brought.
    """
    if not shipping:
        return tuple(groups)
    carrier = min(range(len(groups)), key=lambda place: _CARRIERS.index(groups[place].kind))
    return tuple(
        replace(group, price=group.price + shipping) if place == carrier else group
        for place, group in enumerate(groups)
    )


def _insist_on_price(supply: Supply) -> None:
    if not supply.groups or any(group.price < 0 for group in supply.groups) or supply.price == 0:
        raise Refused("tax.no-price", "Pajak tidak dapat dihitung: nilai pesanan kosong atau negatif.")


def _in_force(supply: Supply, rules: Iterable[Rule]) -> list[Rule]:
    return sorted((rule for rule in rules if rule.valid_on(supply.on)), key=lambda rule: rule.order)


def _decisions(in_force: list[Rule], supply: Supply) -> list[tuple[Rule, int]]:
    """The deciding rule of every family and group, with the group's price; the families in table order."""
    return [
        (_decide(in_force, family, group, supply), group.price)
        for family in FAMILIES
        for group in supply.groups
        if group.price
    ]


def _plan(supply: Supply, decided: list[tuple[Rule, int]], fixed: Mapping[str, int]) -> TaxPlan:
    """The plan of decided rules; `fixed` amounts by rule id stand in place of base × rate."""
    lines = tuple(
        _line(rule, base, fixed.get(rule.id))
        for rule, base in _added_per_rule(decided)
        if rule.rate is not None
    )
    gross = supply.price + sum(line.amount for line in lines if line.on_top)
    return TaxPlan(
        price=supply.price,
        gross=gross,
        cash=gross - sum(line.amount for line in lines if line.withheld),
        lines=lines,
        reason=_sentence(rule for rule, _price in decided),
        on=supply.on,
    )


def _opened(supply: Supply, decided: list[Rule]) -> tuple[list[int], dict[str, int]]:
    """Inclusive totals opened: the price of each group before PPN, and PPN by rule id. They add up again."""
    prices = [group.price for group in supply.groups]
    taxes: dict[str, int] = {}
    for rule in {rule.id: rule for rule in decided}.values():
        own = [price if each.id == rule.id else 0 for price, each in zip(prices, decided, strict=True)]
        total = sum(own)
        if rule.rate is None or not total:
            continue
        base = before_ppn(total, rule.effective)
        taxes[rule.id] = total - base
        shares = apportion(base, own)
        prices = [
            share if weight else price for price, weight, share in zip(prices, own, shares, strict=True)
        ]
    return prices, taxes


def _decide(in_force: list[Rule], family: str, group: Group, supply: Supply) -> Rule:
    facts = facts_of(group, supply)
    for rule in in_force:
        if rule.family == family and rule.matches(facts):
            return rule
    raise Refused(
        "tax.no-rule",
        f"Tabel pajak tidak memuat aturan {family} untuk jenis “{group.kind}” pada {supply.on:%d-%m-%Y}.",
        fix="Lengkapi data barang/jasa (misalnya kualifikasi konstruksi) atau tabel pajak, lalu ulangi.",
    )


def _added_per_rule(decided: list[tuple[Rule, int]]) -> list[tuple[Rule, int]]:
    bases: dict[str, tuple[Rule, int]] = {}
    for rule, price in decided:
        bases[rule.id] = (rule, bases[rule.id][1] + price if rule.id in bases else price)
    return list(bases.values())


def _line(rule: Rule, price: int, fixed: int | None) -> TaxLine:
    assert rule.rate is not None and rule.code is not None and rule.remitter is not None  # held by Rule
    base = price * Fraction(rule.base_factor)
    return TaxLine(
        code=rule.code,
        base=str(base),
        base_kind=rule.base_kind,
        rate=rule.rate,
        rounding=rule.rounding if fixed is None else "INCLUSIVE",
        amount=_whole(rule, base) if fixed is None else fixed,
        on_top=rule.on_top,
        remitter=rule.remitter,
        rule_id=rule.id,
        rule_version=rule.version,
        legal_basis=rule.legal_basis,
    )


def _whole(rule: Rule, base: Fraction) -> int:
    rate = Fraction(rule.rate or 0)
    return _half_up(base * rate) if rule.rounding == "HALF_UP_RUPIAH" else floor_rate(base, rate)


def _half_up(exact: Fraction) -> int:
    return int((exact + Fraction(1, 2)) // 1)


def _sentence(rules: Iterable[Rule]) -> str:
    said = list(dict.fromkeys(rule.reason for rule in rules if rule.reason))
    joined = "; ".join(said)
    return f"{joined[:1].upper()}{joined[1:]}."
