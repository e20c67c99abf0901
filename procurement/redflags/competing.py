"""Cardinal's indicators over our own competitions: results become findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.redflags.cardinal import (
    BUYER,
    INDICATORS,
    PROCESS,
    TENDERER,
    Comparing,
    Indicator,
    Result,
    results,
)
from procurement.redflags.contests import CURRENCY, contest_releases, order_releases
from procurement.redflags.finding import Finding

AWARDS_ONLY: Final = "R048"
"""The one indicator that reads orders beside competitions."""
AS_VENDOR: Final = frozenset({"R025", "R038", "R048"})
"""Indicators that say something of a tenderer which they do not say of a process."""
_MOVING: Final = {"fence": "outlier", "expected": "expected"}
"""Figures that change with every other competition: kept as values, because inputs make a finding."""


def indicators_of(region_id: int) -> list[Indicator]:
    """Every indicator with the options in force for a region."""
    comparing = Comparing(currency=CURRENCY)
    return [
        kind(**_options(parameter(f"flag.{code}.options", region_id=region_id).value), comparing=comparing)
        for code, kind in INDICATORS.items()
    ]


def _options(said: Mapping[str, int]) -> dict[str, Any]:
    """Options as the indicators take them: a share stands as whole basis points in the parameter (`threshold_bp`)."""
    return {
        name.removesuffix("_bp"): value / 10_000 if name.endswith("_bp") else value
        for name, value in said.items()
    }


def competing_findings(region_id: int, since: datetime, until: datetime) -> Iterator[Finding]:
    """What the indicators find in a region's competitions and orders of that time."""
    indicators = indicators_of(region_id)
    of_awards = [each for each in indicators if each.code == AWARDS_ONLY]
    contests = list(contest_releases(region_id, since, until))
    found = results(contests, [each for each in indicators if each.code != AWARDS_ONLY])
    found += results(chain(contests, order_releases(region_id, since, until)), of_awards)
    units = {each["ocid"]: int(each["buyer"]["id"]) for each in contests}
    by_code = {each.code: each for each in indicators}
    for each in found:
        yield from _finding(each, by_code[each.code], units, region_id)


def _finding(
    result: Result, indicator: Indicator, units: Mapping[str, int], region_id: int
) -> Iterable[Finding]:
    subject: dict[str, Any]
    if result.group == PROCESS:
        contest_id, part = _contest(result.identifier)
        subject = {"competition_id": contest_id, "organisation_id": units[result.identifier], "part": part}
        if len(result.parties) == 1:
            subject["vendor_id"] = int(result.parties[0])
    elif result.group == BUYER:
        subject = {"organisation_id": int(result.identifier)}
    elif result.group == TENDERER and result.code in AS_VENDOR:
        subject = {"vendor_id": int(result.identifier)}
    else:
        return []  # our buyer is its own procuring entity; other tenderers stand among the process's parties
    options = parameter(f"flag.{result.code}.options", region_id=region_id)
    inputs = {name: _plain(value) for name, value in result.inputs.items() if name not in _MOVING}
    if result.parties:
        inputs["vendors"] = [int(each) for each in result.parties]
    values = dict(options.value)
    values |= {told: _plain(result.inputs[name]) for name, told in _MOVING.items() if name in result.inputs}
    return [
        Finding(
            rule=result.code,
            rule_version=indicator.version,
            score=_score(result),
            sentence=indicator.sentence(result),
            legal_basis=indicator.basis,
            inputs=inputs,
            values=values,
            **subject,
        )
    ]


def _contest(ocid: str) -> tuple[int, str]:
    """The competition's id and the line, where it has winners by line."""
    pk, _slash, line = ocid.removeprefix("competition:").partition("/")
    return int(pk), line


def _score(result: Result) -> int:
    """100 at the fence or threshold; where a low value is the odd one, the other way round."""
    fence = result.inputs.get("fence")
    if not fence:
        return 100
    small, large = (result.value, fence) if result.code in {"R024", "R025"} else (fence, result.value)
    return int(min(large / small, 100) * 100) if small else 10_000


def _plain(value: Any) -> Any:
    """A figure the log can hold: whole numbers as they are, fractions as text, lists of them likewise."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else f"{value:.4f}"
    return [_plain(each) for each in value] if isinstance(value, list) else value


def contests_since(region_id: int) -> datetime:
    """From when on competitions are compared with each other."""
    months = int(parameter("flag.cardinal_months", region_id=region_id).value)
    today = clock.today()
    whole = today.year * 12 + today.month - 1 - months
    return clock.midnight(today.replace(year=whole // 12, month=whole % 12 + 1, day=1))
