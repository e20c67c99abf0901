"""How long vendors wait for their money, unit by unit, for everybody: one aggregation over the books and their proofs.

Counted from the day of the last BAST to the day on the proof that paid the vendor (SP2D or bank transfer), in working
days. A unit with fewer paid orders than the dated `payment.public_sample_min` shows its numbers of orders alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection

from marketplace.core import clock
from marketplace.regulation.queries import parameter
from procurement.purchasing.workflow import OWED

PAY_TIME: Final = """
WITH bounds AS (
    SELECT coalesce(min((bast_vendor_at AT TIME ZONE 'Asia/Jakarta')::date), %(today)s) AS first
      FROM purchasing_purchase
), calendar AS (
    SELECT day::date AS day,
           count(*) FILTER (WHERE extract(isodow FROM day) < 6 AND holiday.day IS NULL)
               OVER (ORDER BY generated.day) AS number
      FROM bounds,
           generate_series(bounds.first - 31, %(today)s::date + 1, interval '1 day') AS generated(day)
      LEFT JOIN regulation_holiday AS holiday USING (day)
), proven AS (
    SELECT journal.purchase_number, max(evidence.dated) AS day,
           bool_or(evidence.kind = 'SP2D') AS by_sp2d
      FROM settlement_journal AS journal
      JOIN settlement_evidence AS evidence ON evidence.id = journal.evidence_id
     WHERE journal.kind IN ('SP2D', 'PAYOUT') AND journal.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM settlement_journal AS back WHERE back.reverses_id = journal.id)
     GROUP BY journal.purchase_number
), told AS (
    SELECT purchase.organisation_id AS unit, purchase.state, proven.day IS NOT NULL AS paid, proven.by_sp2d,
           extract(year FROM purchase.bast_vendor_at AT TIME ZONE 'Asia/Jakarta') = %(year)s AS counted,
           greatest(ended.number - began.number, 0) AS days, rule.days AS allowed, owed.net AS net,
           EXISTS (SELECT FROM settlement_outsidepayment AS outside
                    WHERE outside.obligation_id = owed.id AND outside.state = 'APPROVED') AS outside
      FROM purchasing_purchase AS purchase
      LEFT JOIN proven ON proven.purchase_number = purchase.number
      LEFT JOIN settlement_paymentobligation AS owed ON owed.purchase_id = purchase.id
      JOIN calendar AS began ON began.day = (purchase.bast_vendor_at AT TIME ZONE 'Asia/Jakarta')::date
      JOIN calendar AS ended ON ended.day = least(greatest(coalesce(proven.day, %(today)s), began.day), %(today)s::date)
      CROSS JOIN LATERAL (
          SELECT (value #>> '{}')::int AS days FROM regulation_parameter AS parameter
           WHERE parameter.code = 'payment.days_after_bast' AND parameter.state = 'ACTIVE'
             AND parameter.valid_from <= began.day
             AND (parameter.valid_to IS NULL OR parameter.valid_to >= began.day)
             AND (parameter.region_id = purchase.region_id OR parameter.region_id IS NULL)
           ORDER BY parameter.region_id NULLS LAST LIMIT 1
      ) AS rule
     WHERE purchase.bast_vendor_at IS NOT NULL
)
SELECT unit.id, unit.name,
       count(*) FILTER (WHERE paid AND counted),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE paid AND counted),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY days) FILTER (WHERE paid AND counted),
       count(*) FILTER (WHERE paid AND counted AND days <= allowed),
       count(*) FILTER (WHERE paid AND counted AND by_sp2d),
       count(*) FILTER (WHERE NOT paid AND (state = ANY(%(owed)s) OR state = 'PAID')),
       max(days) FILTER (WHERE NOT paid AND (state = ANY(%(owed)s) OR state = 'PAID')),
       count(*) FILTER (WHERE outside AND counted),
       coalesce(sum(net) FILTER (WHERE outside AND counted), 0)::bigint
  FROM told JOIN accounts_organisation AS unit ON unit.id = told.unit
 GROUP BY unit.id, unit.name
HAVING count(*) FILTER (WHERE paid AND counted OR NOT paid AND (state = ANY(%(owed)s) OR state = 'PAID')) > 0
 ORDER BY unit.name, unit.id
"""


@dataclass(frozen=True, slots=True)
class UnitPayTime:
    """One working unit. Days are working days; None where nothing is known or the sample is too small."""

    unit_id: int
    unit: str
    paid: int
    median: float | None
    ninetieth: float | None
    within: int | None
    """Percent of the paid orders that were paid within the rule, rounded down."""
    by_sp2d: int
    by_transfer: int
    unpaid: int
    oldest_unpaid: int | None
    outside: int
    outside_rupiah: int
    enough: bool


@dataclass(frozen=True, slots=True)
class PayTimes:
    """The public page: a year (of the BAST), the units, and the rule that binds them."""

    year: int
    units: list[UnitPayTime]
    allowed: int
    legal_basis: str
    least: int


def pay_times(year: int) -> PayTimes:
    """Every unit's pay time, orders with a BAST in `year`; what is unpaid counts whatever its year. One query."""
    today = clock.today()
    least = int(parameter("payment.public_sample_min").value)
    rule = parameter("payment.days_after_bast")
    with connection.cursor() as cursor:
        cursor.execute(PAY_TIME, {"today": today, "year": year, "owed": list(OWED)})
        units = [_unit(row, least) for row in cursor.fetchall()]
    return PayTimes(year, units, int(rule.value), rule.legal_basis, least)


def _unit(row: tuple[object, ...], least: int) -> UnitPayTime:
    pk, name, paid, median, ninetieth, within, by_sp2d, unpaid, oldest, outside, rupiah = row
    assert isinstance(paid, int) and isinstance(within, int) and isinstance(by_sp2d, int)
    enough = paid >= least
    return UnitPayTime(
        unit_id=int(str(pk)),
        unit=str(name),
        paid=paid,
        median=float(str(median)) if enough else None,
        ninetieth=float(str(ninetieth)) if enough else None,
        within=within * 100 // paid if enough and paid else None,
        by_sp2d=by_sp2d,
        by_transfer=paid - by_sp2d,
        unpaid=int(str(unpaid)),
        oldest_unpaid=None if oldest is None else int(str(oldest)),
        outside=int(str(outside)),
        outside_rupiah=int(str(rupiah)),
        enough=enough,
    )


def year_of(text: str) -> int:
    """A year that was asked for, this year unless it is one between 2018 and now."""
    this = clock.today().year
    years = {str(year): year for year in range(2018, this + 1)}
    return years.get(text, this)
