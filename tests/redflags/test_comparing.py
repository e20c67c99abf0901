"""Rules that compare many orders, on orders made for them: what is flagged, and what beside it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from marketplace.core import clock
from procurement.purchasing.models import Purchase
from procurement.redflags.actions import raise_flags
from procurement.redflags.evaluating import findings
from procurement.redflags.finding import Finding
from procurement.redflags.models import RedFlag
from procurement.redflags.presenting import shown_inputs
from tests.redflags import flags
from tests.redflags.labelled.market import AFTER, YEAR, Goods, Market, opened
from vendors.models import Activity

pytestmark = pytest.mark.django_db(transaction=True)

JUNE = datetime(YEAR, 6, 10, 3, tzinfo=AFTER.tzinfo)
BEGINS = datetime(YEAR, 1, 1, tzinfo=AFTER.tzinfo)


@pytest.fixture
def market() -> Iterator[Market]:
    """Ten vendors with two products each, three units, nothing ordered; the day is that of the evaluation."""
    with clock.frozen(AFTER):
        yield opened(vendors=10, listings=20, units=3)


@pytest.fixture
def found(market: Market) -> Callable[[str], list[Finding]]:
    """Give `found("ID05")`: what a rule finds in the year, all that was made written first."""

    def ask(code: str) -> list[Finding]:
        market.flush()
        return list(findings(market.region.pk, BEGINS, AFTER, codes={code}))

    return ask


def papers(market: Market) -> list[Goods]:
    """One product of every vendor, all of them paper at about 50.000 a rim."""
    firsts = [market.of_vendor[vendor][0] for vendor in market.vendors]
    return [
        replace(each, kbki="3214301002", unit="rim", title="Kertas HVS A4", price=49_000 + 250 * n)
        for n, each in enumerate(firsts)
    ]


def bought(market: Market, goods: Goods, at: datetime, *, price: int, rims: int = 20) -> int:
    """An order of paper at a price; the id."""
    return market.order(
        market.units[0], goods, at=at, amount=price * rims, listed=price, agreed=price, negotiated=False
    )


def months_of_paper(market: Market) -> list[Goods]:
    """Every vendor sells paper in three months before June."""
    paper = papers(market)
    for month in range(1, 4):
        for each in paper:
            bought(market, each, JUNE - timedelta(days=31 * month), price=each.price)
    return paper


def test_a_price_far_above_other_vendors_is_flagged_with_what_it_comes_to(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    paper = months_of_paper(market)
    dear = bought(market, paper[0], JUNE, price=80_000)
    (told,) = found("ID05")
    assert told.purchase_id == dear and told.rule_version == 2
    assert 49_000 < told.inputs["median"] < 52_000 < told.inputs["fence"] < 80_000
    assert told.inputs["vendors"] == 10 and told.inputs["lines"] == 30
    assert told.inputs["excess"] == (80_000 - told.inputs["median"]) * 20
    assert "10 penyedia" in told.sentence and "Selisihnya Rp" in told.sentence


@pytest.mark.parametrize(
    ("price", "rims"), [pytest.param(55_000, 200, id="ratio"), pytest.param(80_000, 5, id="amount")]
)
def test_neither_a_small_ratio_nor_a_small_amount_is_flagged(
    market: Market, found: Callable[[str], list[Finding]], price: int, rims: int
) -> None:
    bought(market, months_of_paper(market)[0], JUNE, price=price, rims=rims)
    assert found("ID05") == []


def test_a_dear_product_is_flagged_with_its_first_order_alone(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    paper = months_of_paper(market)
    first = bought(market, paper[0], JUNE, price=80_000)
    for days in (1, 20, 60):
        bought(market, paper[0], JUNE + timedelta(days=days), price=80_000)
    other = bought(market, paper[1], JUNE + timedelta(days=2), price=90_000)
    assert {each.purchase_id for each in found("ID05")} == {first, other}


def test_one_vendor_has_one_voice_and_a_wide_spread_silences(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    paper = months_of_paper(market)
    for n in range(60):  # more orders than all others have together, at half the price
        bought(market, paper[9], JUNE - timedelta(days=35 + n % 20), price=25_000)
    honest = bought(market, paper[0], JUNE, price=52_000, rims=100)
    assert honest not in {each.purchase_id for each in found("ID05")}
    for n, each in enumerate(paper):  # and now everybody asks something else
        for month in range(1, 4):
            at = JUNE - timedelta(days=31 * month - 1)
            for _again in range(3):
                bought(market, each, at, price=20_000 * (n + 1))
    bought(market, paper[0], JUNE, price=200_000)
    assert found("ID05") == []


def test_four_other_vendors_are_too_few_to_compare_with(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    paper = papers(market)[:5]
    for month in range(1, 5):
        for each in paper:
            bought(market, each, JUNE - timedelta(days=31 * month), price=each.price)
    bought(market, paper[0], JUNE, price=90_000)
    assert found("ID05") == []


def parts(
    market: Market, amounts: list[int], days: list[int], *, kinds: list[str] | None = None
) -> list[int]:
    """Orders of one unit from one vendor under one account, so many days apart; their ids."""
    goods = market.goods[0]
    return [
        market.order(
            market.units[0],
            replace(goods, kbki=kind, price=1_000),
            at=JUNE + timedelta(days=day),
            amount=amount,
            agreed=1_000,
            account="5.1.02.01.01.0024",
            negotiated=True,
        )
        for amount, day, kind in zip(amounts, days, kinds or ["3214301002"] * len(days), strict=True)
    ]


@pytest.mark.parametrize(
    ("amounts", "days", "crossing"),
    [
        pytest.param([6_000_000, 7_000_000], [0, 1], 1, id="two on two days"),
        pytest.param([6_000_000, 7_000_000], [0, 5], None, id="two in a week"),
        pytest.param([4_100_000, 4_200_000, 4_300_000], [0, 6, 12], 2, id="three in weeks"),
        pytest.param([4_100_000, 4_200_000, 4_300_000], [0, 15, 30], None, id="three in a month"),
        pytest.param([2_500_000] * 8, list(range(8)), None, id="small ones again and again"),
        pytest.param([30_000_000, 40_000_000], [0, 1], 1, id="above fifty million"),
    ],
)
def test_parts_of_one_need_are_of_one_kind_close_together_and_not_small(
    market: Market,
    found: Callable[[str], list[Finding]],
    amounts: list[int],
    days: list[int],
    crossing: int | None,
) -> None:
    made = parts(market, amounts, days)
    told = [each for each in found("ID08") if each.part == "limit"]
    assert [each.purchase_id for each in told] == ([] if crossing is None else [made[crossing]])
    for each in told:
        assert each.inputs["kbki"] == "321" and each.inputs["sum"] == sum(amounts) and each.rule_version == 2
        assert each.inputs["orders"] == sorted(made) and len(made) == each.inputs["count"]


def test_a_split_names_the_orders_it_counts_and_links_them(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    made = parts(market, [6_000_000, 7_000_000], [0, 1])
    bought(market, papers(market)[0], JUNE, price=50_000)
    raise_flags(region_id=market.region.pk, found=found("ID08"))
    flag = RedFlag.objects.select_related("purchase").get(part="limit")
    assert flag.purchase is not None
    links = {link for each in shown_inputs(flag, flags.auditor_of(flag.purchase)) for link in each.links}
    counted = Purchase.objects.filter(pk__in=made)
    assert links == {(each.number, each.get_absolute_url()) for each in counted} and len(links) == 2


def test_one_account_for_different_goods_is_no_split(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    parts(market, [6_000_000, 7_000_000], [0, 1], kinds=["3214301002", "3891102001"])
    assert found("ID08") == []


@pytest.mark.parametrize(
    ("under", "above", "flagged"),
    [(14, 0, True), (16, 1, True), (8, 1, False), (13, 4, False), (7, 0, False)],
)
def test_crowding_under_a_limit_is_flagged_where_chance_hardly_brings_it(
    market: Market, found: Callable[[str], list[Finding]], under: int, above: int, flagged: bool
) -> None:
    for amount, count in ((9_800_000, under), (10_200_000, above)):
        for _n in range(count):
            market.order(
                market.units[1],
                replace(market.goods[0], price=1_000),
                amount=amount,
                agreed=1_000,
                negotiated=True,
            )
    told = found("ID09")
    assert [(each.organisation_id, each.inputs["under"], each.inputs["above"]) for each in told] == (
        [(market.units[1].organisation.pk, under, above)] if flagged else []
    )


def test_an_unfit_vendor_is_one_flag_with_its_orders_counted_inside(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    goods = replace(market.goods[0], kbki="3214301002")
    Activity.objects.filter(vendor=goods.vendor_id).delete()
    Activity.objects.create(vendor_id=goods.vendor_id, code="01121", edition="2020")
    for unit in market.units:
        market.order(unit, goods)
    (told,) = found("ID12")
    assert (told.subject, told.part) == (f"vendor:{goods.vendor_id}", "kbli/3")
    assert told.inputs == {"section": "3", "kbli": ["01121"], "orders_from": 1}
    assert (told.values["orders"], told.values["buyers"]) == (3, 3) and "3 pesanan" in told.sentence
    assert raise_flags(region_id=market.region.pk, found=[told]).new == 1

    market.order(market.units[0], goods)
    assert raise_flags(region_id=market.region.pk, found=found("ID12")).known == 1, "judged once"
    for _n in range(6):
        market.order(market.units[0], goods)
    assert raise_flags(region_id=market.region.pk, found=found("ID12")).changed == 1, "ten times as many"
    assert RedFlag.objects.get(state="NEW").values["orders"] == 10


def test_every_input_of_these_rules_has_a_name_in_words(
    market: Market, found: Callable[[str], list[Finding]]
) -> None:
    bought(market, months_of_paper(market)[0], JUNE, price=80_000)
    parts(market, [6_000_000, 7_000_000], [0, 1])
    told = [*found("ID05"), *found("ID08")]
    assert {each.rule for each in told} == {"ID05", "ID08"}
    raise_flags(region_id=market.region.pk, found=told)
    for flag in RedFlag.objects.select_related("purchase"):
        assert flag.purchase is not None
        shown = shown_inputs(flag, flags.auditor_of(flag.purchase))
        assert not {each.name for each in shown} & set(flag.inputs), flag.rule
