"""ID11: too much of a unit's year is ordered in December."""

from __future__ import annotations

from procurement.redflags.rules.rule import LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent, rupiah

SQL = f"""
WITH looked AS (
    SELECT p.organisation_id, p.total, (p.submitted_at AT TIME ZONE 'Asia/Jakarta') AS at
      FROM purchasing_purchase p
     WHERE p.region_id = %(region)s AND {LIVING} AND p.submitted_at < %(until)s
       AND p.submitted_at >= date_trunc('year', %(since)s AT TIME ZONE 'Asia/Jakarta') AT TIME ZONE 'Asia/Jakarta'
), summed AS (
    SELECT organisation_id, extract(year FROM at)::int AS year, count(*) AS orders, sum(total)::bigint AS value,
           (coalesce(sum(total) FILTER (WHERE extract(month FROM at) = 12), 0))::bigint AS december
      FROM looked
     GROUP BY organisation_id, extract(year FROM at)
)
SELECT NULL, NULL, NULL, organisation_id, year::text, december * 1000000 / (value * %(share_bp)s),
       jsonb_build_object('year', year, 'december', december, 'value', value, 'orders', orders)
  FROM summed
 WHERE orders >= %(least)s AND december * 10000 > value * %(share_bp)s
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """December beside the year."""
    share = inputs["december"] * 10_000 // inputs["value"]
    return (
        f"{rupiah(inputs['december'])} dari {rupiah(inputs['value'])} belanja {inputs['year']} ({percent(share)}) "
        f"dipesan pada bulan Desember; batasnya {percent(values['share_bp'])}."
    )


RULE = Rule(
    code="ID11",
    title="Belanja menumpuk di akhir tahun",
    explanation="Belanja yang dikejar di akhir tahun anggaran lebih sering tidak diperiksa dan tidak dibutuhkan.",
    legal_basis=f"PP 12/2019 (tertib, efisien); {POLICY}",
    sentence=sentence,
    parameters={"share_bp": "flag.ID11.share_bp", "least": "flag.ID11.min_orders"},
    sql=SQL,
)
