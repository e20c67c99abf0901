"""A unit's year: from the plan to the payment, how long decisions took, what was saved, what the budget paid out."""

from __future__ import annotations

from typing import Final

from django.db import connection

from procurement.purchasing.workflow import DROPPED, PAID
from procurement.settlement.queries import pay_times
from procurement.statistics.models import Edition, UnitYear

_UNITS: Final = """
INSERT INTO statistics_unityear
    (edition_id, year, region_id, unit_id, packages, pagu, packages_used,
     submitted, submitted_total, bound, bound_total, accepted, accepted_total, paid, paid_total,
     arrived, arrived_total, dropped, approve_hours, approve_sample, accept_hours, accept_sample,
     closed_packages, closed_hps, closed_total, opening_total, negotiated_total,
     pay_sample, unpaid)
WITH orders AS MATERIALIZED (
    SELECT purchase.package_id, purchase.total, purchase.accepted_total, purchase.negotiated, opening.total AS opening,
           purchase.state = ANY(%(dropped)s) AS dropped,
           purchase.confirmed_at IS NOT NULL AND purchase.state <> ALL(%(dropped)s) AS bound,
           purchase.bast_vendor_at IS NOT NULL AND purchase.state <> ALL(%(dropped)s) AS accepted,
           purchase.state = ANY(%(paid)s) AS paid,
           purchase.state = ANY(%(paid)s) AND purchase.vendor_paid_at IS NOT NULL AS arrived,
           extract(epoch FROM purchase.approved_at - purchase.submitted_at) / 3600 AS approve_hours,
           extract(epoch FROM purchase.bast_ppk_at - purchase.delivered_at) / 3600 AS accept_hours
      FROM purchasing_purchase AS purchase
      LEFT JOIN purchasing_agreement AS opening
        ON opening.purchase_id = purchase.id AND opening.version = 1 AND purchase.negotiated
),
by_unit AS (
    SELECT package.year, package.organisation_id AS unit_id,
           count(*) AS submitted, sum(orders.total) AS submitted_total,
           count(*) FILTER (WHERE bound) AS bound, sum(orders.total) FILTER (WHERE bound) AS bound_total,
           count(*) FILTER (WHERE accepted) AS accepted,
           sum(orders.accepted_total) FILTER (WHERE accepted) AS accepted_total,
           count(*) FILTER (WHERE paid) AS paid, sum(orders.accepted_total) FILTER (WHERE paid) AS paid_total,
           count(*) FILTER (WHERE arrived) AS arrived,
           sum(orders.accepted_total) FILTER (WHERE arrived) AS arrived_total,
           count(*) FILTER (WHERE dropped) AS dropped,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY approve_hours) AS approve_hours,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY accept_hours) AS accept_hours,
           count(approve_hours) AS approve_sample, count(accept_hours) AS accept_sample,
           sum(orders.opening) FILTER (WHERE bound) AS opening_total,
           sum(orders.total) FILTER (WHERE bound AND orders.opening IS NOT NULL) AS negotiated_total
      FROM orders JOIN planning_package AS package ON package.id = orders.package_id
     GROUP BY 1, 2
),
used AS (
    SELECT package_id, sum(total) FILTER (WHERE bound) AS bound_total FROM orders GROUP BY package_id
),
plans AS (
    SELECT package.year, package.organisation_id AS unit_id, package.region_id, count(*) AS packages,
           sum(package.pagu) AS pagu, count(used.bound_total) AS packages_used,
           count(*) FILTER (WHERE saving) AS closed_packages,
           sum(package.hps_total) FILTER (WHERE saving) AS closed_hps,
           sum(used.bound_total) FILTER (WHERE saving) AS closed_total
      FROM planning_package AS package
      LEFT JOIN used ON used.package_id = package.id
      CROSS JOIN LATERAL (
          SELECT package.state = 'CLOSED' AND package.hps_total IS NOT NULL AND used.bound_total IS NOT NULL AS saving
      ) AS told
     WHERE package.active OR used.bound_total IS NOT NULL
     GROUP BY 1, 2, 3
)
SELECT %(edition)s, year, region_id, unit_id, packages, pagu, packages_used, coalesce(submitted, 0),
       coalesce(submitted_total, 0), coalesce(bound, 0), coalesce(bound_total, 0), coalesce(accepted, 0),
       coalesce(accepted_total, 0), coalesce(paid, 0), coalesce(paid_total, 0),
       coalesce(arrived, 0), coalesce(arrived_total, 0), coalesce(dropped, 0),
       approve_hours, coalesce(approve_sample, 0), accept_hours, coalesce(accept_sample, 0),
       closed_packages, coalesce(closed_hps, 0), coalesce(closed_total, 0),
       coalesce(opening_total, 0), coalesce(negotiated_total, 0), 0, 0
  FROM plans LEFT JOIN by_unit USING (year, unit_id)
"""
_MONTHS: Final = """
INSERT INTO statistics_budgetmonth (edition_id, year, unit_id, month, spent, planned)
WITH spent AS (
    SELECT package.year, package.organisation_id AS unit_id,
           date_trunc('month', movement.at AT TIME ZONE 'Asia/Jakarta')::date AS month, sum(movement.amount) AS amount
      FROM planning_budgetmovement AS movement
      JOIN planning_budgetline AS line ON line.id = movement.line_id
      JOIN planning_package AS package ON package.id = line.package_id
     WHERE movement.kind = 'SPEND'
     GROUP BY 1, 2, 3
),
periods AS (
    SELECT package.year, package.organisation_id AS unit_id, sum(package.pagu) AS pagu,
           CASE WHEN span.first <= span.last THEN span.first ELSE 1 END AS first,
           CASE WHEN span.first <= span.last THEN span.last ELSE 12 END AS last
      FROM planning_package AS package
      CROSS JOIN LATERAL (
          SELECT greatest((extract(year FROM contract_from) - package.year) * 12 + extract(month FROM contract_from), 1)
                 ::int AS first,
                 least((extract(year FROM contract_to) - package.year) * 12 + extract(month FROM contract_to), 12)
                 ::int AS last
           WHERE contract_from IS NOT NULL AND contract_to IS NOT NULL
           UNION ALL SELECT 1, 12 WHERE contract_from IS NULL OR contract_to IS NULL
      ) AS span
     WHERE package.active OR EXISTS (
         SELECT FROM purchasing_purchase AS purchase
          WHERE purchase.package_id = package.id AND purchase.confirmed_at IS NOT NULL
            AND purchase.state <> ALL(%(dropped)s)
     )
     GROUP BY 1, 2, 4, 5
),
planned AS (
    SELECT year, unit_id, make_date(year, number, 1) AS month,
           sum(div(pagu * least(greatest(number - first + 1, 0), last - first + 1), last - first + 1)
             - div(pagu * least(greatest(number - first, 0), last - first + 1), last - first + 1)) AS amount
      FROM periods CROSS JOIN generate_series(1, 12) AS number
     GROUP BY 1, 2, 3
)
SELECT %(edition)s, year, unit_id, month, coalesce(spent.amount, 0), coalesce(planned.amount, 0)
  FROM spent FULL JOIN planned USING (year, unit_id, month)
 WHERE coalesce(spent.amount, 0) <> 0 OR coalesce(planned.amount, 0) <> 0
"""
"""A package's pagu lies evenly on the months of its planned contract within its year; on all twelve where none is."""
_PAY_COLUMNS: Final = ["pay_sample", "pay_median", "pay_ninetieth", "pay_within", "unpaid", "oldest_unpaid"]


def add_up(edition: Edition) -> None:
    """Write the units' years and the budget's months: two statements, and the public pay time of each year."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, {"edition": edition.pk, "dropped": list(DROPPED), "paid": list(PAID)})
        cursor.execute(_MONTHS, {"edition": edition.pk, "dropped": list(DROPPED)})
    for year in set(edition.units.values_list("year", flat=True)):
        _take_pay_times(edition, year)


def _take_pay_times(edition: Edition, year: int) -> None:
    found = {each.unit_id: each for each in pay_times(year).units}
    rows = list(UnitYear.objects.filter(edition=edition, year=year, unit__in=found))
    for row in rows:
        told = found[row.unit_id]
        row.pay_sample, row.pay_median, row.pay_ninetieth = told.paid, told.median, told.ninetieth
        row.pay_within, row.unpaid, row.oldest_unpaid = told.within, told.unpaid, told.oldest_unpaid
    UnitYear.objects.bulk_update(rows, _PAY_COLUMNS, batch_size=500)
