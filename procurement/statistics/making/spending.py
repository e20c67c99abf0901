"""Bound orders added up by year, region, unit, month and category, and how concentrated their vendors are."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from procurement.purchasing.workflow import DROPPED
from procurement.statistics.models import Edition

SHIPPING: Final = "Ongkos kirim"
"""Shipping belongs to no category; told apart so that the parts of a year are its whole."""

_BOUND: Final = """
bound AS MATERIALIZED (
    SELECT purchase.id, package.year, purchase.region_id, purchase.organisation_id AS unit_id, purchase.vendor_id,
           date_trunc('month', purchase.confirmed_at AT TIME ZONE 'Asia/Jakarta')::date AS month,
           purchase.price_total AS price, purchase.total, purchase.shipping,
           purchase.umk_value AS umk, purchase.pdn_value AS pdn,
           CASE WHEN purchase.umk_value > 0 THEN purchase.pdn_value ELSE 0 END AS umk_pdn
      FROM purchasing_purchase AS purchase
      JOIN planning_package AS package ON package.id = purchase.package_id
     WHERE purchase.confirmed_at IS NOT NULL AND purchase.state <> ALL(%(dropped)s)
)"""
"""An order is bound from the Surat Pesanan on, unless it was dropped later; its year is the budget's."""
_ORDERS: Final = "facts AS (SELECT * FROM bound)"
_CATEGORIES: Final = f"""
roots AS (SELECT path, name FROM catalogue_category WHERE depth = 1),
parts AS (
    SELECT line.purchase_id, roots.name AS category, line.total AS price, line.is_pdn
      FROM purchasing_purchaseline AS line
      JOIN vendors_listing AS listing ON listing.id = line.listing_id
      JOIN catalogue_category AS leaf ON leaf.id = listing.category_id
      JOIN roots ON roots.path = left(leaf.path, length(roots.path))
     UNION ALL
    SELECT id, '{SHIPPING}', shipping, false FROM bound WHERE shipping > 0
),
facts AS (
    SELECT bound.id, bound.year, bound.region_id, bound.unit_id, bound.vendor_id, parts.category,
           sum(parts.price) AS price, 0 AS total,
           sum(parts.price) FILTER (WHERE bound.umk > 0) AS umk, sum(parts.price) FILTER (WHERE parts.is_pdn) AS pdn,
           sum(parts.price) FILTER (WHERE bound.umk > 0 AND parts.is_pdn) AS umk_pdn
      FROM bound JOIN parts ON parts.purchase_id = bound.id
     GROUP BY 1, 2, 3, 4, 5, 6
)"""
"""Taxes are an order's, not a line's: a category has no value with tax."""
_ADD_UP: Final = """
INSERT INTO statistics_spending
    (edition_id, level, year, region_id, unit_id, month, category,
     orders, vendors, price, total, umk, pdn, umk_pdn, hhi, largest)
WITH {bound}, {facts},
of_vendors AS (
    SELECT {level} AS level, year, region_id, unit_id, {other}, vendor_id, count(*) AS orders,
           sum(price) AS price, sum(total) AS total, coalesce(sum(umk), 0) AS umk, coalesce(sum(pdn), 0) AS pdn,
           coalesce(sum(umk_pdn), 0) AS umk_pdn
      FROM facts
     GROUP BY year, vendor_id, GROUPING SETS ({sets})
)
SELECT %(edition)s, level, year, region_id, unit_id, month, coalesce(category, ''), sum(orders), count(*),
       sum(price), sum(total), sum(umk), sum(pdn), sum(umk_pdn),
       coalesce(round(sum(price ^ 2) * 10000 / nullif(sum(price), 0) ^ 2), 0),
       coalesce(floor(max(price) * 10000 / nullif(sum(price), 0)), 0)
  FROM of_vendors
 GROUP BY level, year, region_id, unit_id, month, category
"""
_PLACE: Final = "CASE WHEN grouping(unit_id) = 0 THEN 'UNIT' WHEN grouping(region_id) = 0 THEN 'REGION' END"
_BY_ORDER: Final = _ADD_UP.format(
    bound=_BOUND,
    facts=_ORDERS,
    level=f"""coalesce(nullif(concat_ws('_', {_PLACE}, CASE WHEN grouping(month) = 0 THEN 'MONTH' END), ''), 'YEAR')""",
    other="month, NULL::text AS category",
    sets="(), (region_id), (region_id, unit_id), (month), (region_id, month), (region_id, unit_id, month)",
)
_BY_CATEGORY: Final = _ADD_UP.format(
    bound=_BOUND,
    facts=_CATEGORIES,
    level=f"concat_ws('_', {_PLACE}, 'CATEGORY')",
    other="NULL::date AS month, category",
    sets="(category), (region_id, category), (region_id, unit_id, category)",
)


def add_up(edition: Edition) -> None:
    """Write all rows of `Spending` of an edition: two statements, whatever the number of orders."""
    told: dict[str, Any] = {"edition": edition.pk, "dropped": list(DROPPED)}
    with connection.cursor() as cursor:
        cursor.execute(_BY_ORDER, told)
        cursor.execute(_BY_CATEGORY, told)
