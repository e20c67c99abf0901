"""The figures the rules judge by, read from the dated parameters of a day and a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.regulation.queries import parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """All figures of one day. Amounts in whole rupiah, shares in basis points (10.000 = the whole).

    `limits` are judged by what the budget pays, `tax_limit` by the price before tax: below it nothing is withheld.
    """

    limits: tuple[int, ...]
    tax_limit: int
    window_days: int
    package_orders: int
    group_digits: int
    band_bp: int
    repeated_orders: int
    repeated_share_bp: int
    repeated_days: int
    repeated_least: int
    fast_minutes: int
    fast_above: int
    negotiate_above: int
    new_hours: int
    raised_bp: int
    price_days: int
    most_sections: int
    activities_of: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, region_id: int, on: date | None = None) -> Thresholds:
        """The figures in force for a region, today unless told otherwise. No query."""

        def value(code: str) -> int:
            return int(parameter(f"flag.{code}", on=on, region_id=region_id).value)

        listed = parameter("flag.ID08.limits", on=on, region_id=region_id).value
        fitting = parameter("flag.ID12.kbli_of_kbki", on=on, region_id=region_id).value
        return cls(
            limits=tuple(sorted(int(each) for each in listed)),
            tax_limit=value("ID08.tax_limit"),
            window_days=value("ID08.window_days"),
            package_orders=value("ID08.package_orders"),
            group_digits=value("ID08.kbki_digits"),
            band_bp=value("ID09.band_bp"),
            repeated_orders=value("ID01.min_orders"),
            repeated_share_bp=value("ID01.share_bp"),
            repeated_days=value("ID01.days"),
            repeated_least=value("ID01.min_total_orders"),
            fast_minutes=value("ID02.minutes"),
            fast_above=value("ID02.fast_above"),
            negotiate_above=value("ID02.negotiate_above"),
            new_hours=value("ID03.hours"),
            raised_bp=value("ID04.factor_bp"),
            price_days=value("ID04.days"),
            most_sections=value("ID12.sections"),
            activities_of={section: tuple(codes) for section, codes in fitting.items()},
        )
