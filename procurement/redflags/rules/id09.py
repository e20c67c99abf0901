"""ID09: a unit whose orders crowd just under a limit, with a gap just above it.

One order under a limit is shown at the act; that there are too many of them shows only over a year.
"""

from __future__ import annotations

from procurement.redflags.rules.rule import LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent, rupiah

# Honest amounts thin out, so slightly more than half of those near a limit lie below it. How likely at least so many
# would be (binomial, exact) says more than their ratio: eight of ten come by chance somewhere among a hundred units.
SQL = f"""
WITH looked AS (
    SELECT p.organisation_id, extract(year FROM p.submitted_at AT TIME ZONE 'Asia/Jakarta')::int AS year, p.total
      FROM purchasing_purchase p
     WHERE p.region_id = %(region)s AND {LIVING} AND p.submitted_at < %(until)s
       AND p.submitted_at >= date_trunc('year', %(since)s AT TIME ZONE 'Asia/Jakarta') AT TIME ZONE 'Asia/Jakarta'
), counted AS (
    SELECT o.organisation_id, o.year, rung.amount AS rung,
           count(*) FILTER (WHERE o.total <= rung.amount) AS under,
           count(*) FILTER (WHERE o.total > rung.amount) AS above
      FROM looked o
      JOIN unnest(%(limits)s::bigint[]) AS rung(amount)
        ON o.total * 10000 > rung.amount * %(band_bp)s AND o.total * 10000 <= rung.amount * (20000 - %(band_bp)s)
     GROUP BY o.organisation_id, o.year, rung.amount
)
SELECT NULL, NULL, NULL, organisation_id, year || '/' || rung, under * 100 / %(least)s,
       jsonb_build_object('year', year, 'limit', rung, 'under', under, 'above', above)
  FROM counted
 CROSS JOIN LATERAL (
      SELECT sum(exp(ways.logarithm + k * ln(%(usual_bp)s / 10000.0)
                     + (under + above - k) * ln(1 - %(usual_bp)s / 10000.0))) AS chance
        FROM generate_series(under, under + above) AS k
       CROSS JOIN LATERAL (
            SELECT coalesce(sum(ln((under + above - k + i)::numeric / i)), 0) AS logarithm
              FROM generate_series(1, k) AS i) ways) tail
 WHERE under >= %(least)s AND tail.chance * 10000 <= %(chance_bp)s
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """How many just under, how many just above."""
    return (
        f"Pada {inputs['year']} ada {inputs['under']} pesanan antara {percent(values['band_bp'])} dan 100 % dari batas "
        f"{rupiah(inputs['limit'])}, tetapi hanya {inputs['above']} sedikit di atasnya; bila tidak diatur, peluangnya "
        f"kurang dari {percent(values['chance_bp'])}."
    )


RULE = Rule(
    code="ID09",
    title="Menumpuk tepat di bawah batas",
    explanation="Nilai yang menumpuk tepat di bawah batas dan jarang di atasnya menunjukkan nilai yang disesuaikan.",
    legal_basis=f"Perpres 16/2018 Pasal 20 ayat (2); {POLICY}",
    sentence=sentence,
    parameters={
        "band_bp": "flag.ID09.band_bp",
        "limits": "flag.ID08.limits",
        "least": "flag.ID09.min_orders",
        "usual_bp": "flag.ID09.usual_bp",
        "chance_bp": "flag.ID09.chance_bp",
    },
    sql=SQL,
    version=2,
    at_act=True,
    untold=(
        "Satu pesanan tepat di bawah batas ditampilkan saat pengajuan saja; sendirian ia jarang berarti.",
    ),
)
