"""Competitions of the year: honest ones with four offers, and one pattern for each of Cardinal's indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from marketplace.accounts.roles import Role
from procurement.competition.models import Award, Competition, Offer, Verdict
from procurement.practice.units import Unit
from tests.redflags.labelled.market import Market
from tests.redflags.labelled.rows import copied, next_ids
from vendors.models import Listing

HONEST: Final = 12
"""Honest competitions for each planted one."""
MONTHS_BEFORE: Final = 250


@dataclass
class Contests:
    """Competitions in the making; `copy` writes them."""

    market: Market
    rows: dict[Any, list[dict[str, Any]]] = field(
        default_factory=lambda: {Competition: [], Offer: [], Verdict: [], Award: []}
    )

    def __post_init__(self) -> None:
        self.ids = {kind: iter(next_ids(kind)) for kind in self.rows}
        # who bids only to lose bids nowhere honestly
        self.losers = self.market.chance.sample(self.market.vendors, 8)
        self.bidders = [each for each in self.market.vendors if each not in self.losers]
        self.category = Listing.objects.values_list("category_id", flat=True)[0]

    def add(
        self,
        *,
        prices: Sequence[int] = (),
        out: Sequence[int] = (),
        papers: bool = False,
        winner: int | None = None,
        days: int = 7,
        late: bool = False,
        unit: Unit | None = None,
        bidders: Sequence[int] = (),
    ) -> str:
        """One competition; `out` are places of offers disqualified, for `papers` or else as unfit. Its subject."""
        market, chance = self.market, self.market.chance
        told = list(prices) or self.honest_prices()
        unit = unit or chance.choice(market.units)
        vendors = [*bidders, *chance.sample(self.bidders, len(told))][: len(told)]
        at = market.moment(day=chance.randrange(100, 330))
        closes = at + timedelta(days=days)
        line = market.line_of(unit, "5.1.02.77", at, None, max(told))
        pk = next(self.ids[Competition])
        order = sorted((n for n in range(len(told)) if n not in out), key=lambda n: told[n])
        winner = order[0] if winner is None else winner
        self.rows[Competition].append(
            {
                "id": pk,
                "created_at": at,
                "number": f"MK-{pk:08d}",
                "state": "DECIDED",
                "region_id": market.region.pk,
                "organisation_id": unit.organisation.pk,
                "package_id": line["package_id"],
                "budget_line_id": line["id"],
                "buyer_id": unit.officers[Role.PP].pk,
                "buyer_user_id": unit.officers[Role.PP].user_id,
                "title": "Mini-kompetisi buatan",
                "category_id": self.category,
                "hps_total": max(told),
                "place_code": "31.71.01",
                "needed_by": (closes + timedelta(days=20)).date(),
                "published_at": at,
                "closes_at": closes,
                "opened_at": closes + timedelta(hours=2),
                "decided_at": closes + timedelta(days=2),
            }
        )
        for place, price in enumerate(told):
            offer = next(self.ids[Offer])
            seconds = 3600 if late and place == winner else -chance.randrange(3_600, 40_000)
            self.rows[Offer].append(
                {
                    "id": offer,
                    "competition_id": pk,
                    "vendor_id": vendors[place],
                    "version": 1,
                    "offered_at": closes + timedelta(seconds=seconds),
                    "goods_total": price,
                    "shipping": 0,
                    "price_total": price,
                    "delivery_day": (closes + timedelta(days=10)).date(),
                    "vendor_size": "KECIL",
                    "content": "{}",
                    "commitment": "0" * 64,
                }
            )
            if place == winner or place in out:
                self._judge(pk, offer, place == winner, papers, unit, closes)
            if place == winner:
                award = {"id": next(self.ids[Award]), "competition_id": pk, "offer_id": offer}
                self.rows[Award].append({**award, "rank": 1, "amount": price})
        return f"competition:{pk}"

    def _judge(self, pk: int, offer: int, passed: bool, papers: bool, unit: Unit, at: Any) -> None:
        self.rows[Verdict].append(
            {
                "id": next(self.ids[Verdict]),
                "competition_id": pk,
                "offer_id": offer,
                "rank": 1,
                "administrative": passed or not papers,
                "technical": passed or papers,
                "price": passed or papers,
                "at": at + timedelta(days=1),
                "by_id": unit.officers[Role.PP].user_id,
            }
        )

    def honest_prices(self) -> list[int]:
        """Four offers some per cent apart."""
        chance = self.market.chance
        lowest = chance.randrange(5_000_000, 90_000_000)
        steps = [lowest]
        for _n in range(3):
            steps.append(steps[-1] * chance.randrange(10_400, 10_900) // 10_000)
        chance.shuffle(steps)
        return steps

    def copy(self) -> None:
        """Write all that was made."""
        self.market.flush()
        for kind, rows in self.rows.items():
            copied(kind, rows)


def planted_contests(market: Market, count: int) -> None:
    """Honest competitions, and `count` of each pattern with its label."""
    contests, chance = Contests(market), market.chance
    for _n in range(HONEST * 9 * count):
        # some are honestly disqualified: papers are missing now and then, and one in five does not meet the request
        contests.add(out=[3] if chance.random() < 0.05 else [], papers=chance.random() < 0.8)
    base = 40_000_000
    for n in range(count):
        spread = [base, base * 106 // 100, base * 112 // 100, base * 118 // 100]
        close = [base, base + 4_000, base * 112 // 100, base * 118 // 100]
        deep = [base * 40 // 100, base, base * 106 // 100]
        same = [base, base * 106 // 100, base * 112 // 100, base * 112 // 100]
        for rule, told in (
            ("R003", {"days": 1}),
            ("R018", {"prices": [base]}),
            ("R024", {"prices": close}),
            ("R028", {"prices": same}),
            ("R030", {"late": True}),
            ("R035", {"prices": spread, "out": [0, 1, 3], "winner": 2}),
            ("R036", {"prices": spread, "out": [0], "winner": 1}),
            ("R058", {"prices": deep}),
        ):
            market.label(rule, f"{n}", contests.add(**told))
    _losers(contests, min(max(count // 5, 2), 8))
    _severe_buyers(contests, max(count // 10, 2))
    contests.copy()
    _everything(market, max(count // 5, 2))


def _losers(contests: Contests, count: int) -> None:
    """R025: a vendor that bids sixty times at the highest price and wins once."""
    market = contests.market
    for n, vendor in enumerate(contests.losers[:count]):
        for time in range(60):
            prices = sorted(contests.honest_prices(), reverse=time > 0)
            contests.add(prices=prices, bidders=[vendor])
        market.label("R025", f"{n}", f"vendor:{vendor}")


def _severe_buyers(contests: Contests, count: int) -> None:
    """R038: a unit that disqualifies half of all offers."""
    market = contests.market
    for unit in market.units[count : 2 * count]:
        # where the lowest is among them R036 says so, and is not wrong
        made = [contests.add(out=[0, 1], unit=unit) for _n in range(20)]
        market.label("R038", f"{unit.organisation.pk}", f"unit:{unit.organisation.pk}", *made)


def _everything(market: Market, count: int) -> None:
    """R048: a vendor with thirty orders of thirty divisions of KBKI; and one with thirty of the same."""
    for n, vendor in enumerate(market.chance.sample(market.vendors, 2 * count)):
        goods = market.of_vendor[vendor][0]
        for time in range(30):
            unit, _goods = market.some()
            sold = replace(goods, kbki=f"{10 + time * 2}11000") if n < count else goods
            market.order(unit, sold)
        if n < count:
            market.label("R048", f"{n}", f"vendor:{vendor}")
