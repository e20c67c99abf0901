"""ID13: negotiations between one unit and one vendor that always end at the list price, or at the same discount."""

from __future__ import annotations

from procurement.redflags.rules.rule import LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent

SQL = f"""
WITH agreed AS (
    SELECT p.organisation_id, p.vendor_id, extract(year FROM p.submitted_at AT TIME ZONE 'Asia/Jakarta')::int AS year,
           ((sum(l.quantity * l.list_price) - sum(l.total)) * 10000
            / sum(l.quantity * l.list_price))::int AS discount_bp
      FROM purchasing_purchase p
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id
     WHERE p.region_id = %(region)s AND {LIVING} AND p.negotiated AND p.approved_at IS NOT NULL
       AND p.submitted_at < %(until)s
       AND p.submitted_at >= date_trunc('year', %(since)s AT TIME ZONE 'Asia/Jakarta') AT TIME ZONE 'Asia/Jakarta'
     GROUP BY p.id
), counted AS (
    SELECT organisation_id, vendor_id, year, discount_bp, count(*) AS same,
           (sum(count(*)) OVER (PARTITION BY organisation_id, vendor_id, year))::bigint AS whole
      FROM agreed
     GROUP BY organisation_id, vendor_id, year, discount_bp
)
SELECT DISTINCT ON (vendor_id, organisation_id, year) NULL::bigint, NULL::bigint, vendor_id, organisation_id,
       organisation_id || '/' || year, same * 100 / %(least)s,
       jsonb_build_object('year', year, 'same', same, 'negotiations', whole, 'discount_bp', discount_bp)
  FROM counted
 WHERE same >= %(least)s AND same * 10000 >= whole * %(share_bp)s
 ORDER BY vendor_id, organisation_id, year, same DESC, discount_bp
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """How many negotiations came to the same end."""
    end = (
        "harga tayang, tanpa potongan"
        if inputs["discount_bp"] == 0
        else f"potongan yang sama persis, {percent(inputs['discount_bp'])}"
    )
    return (
        f"{inputs['same']} dari {inputs['negotiations']} negosiasi pada {inputs['year']} berakhir pada {end}."
    )


RULE = Rule(
    code="ID13",
    title="Negosiasi hanya di atas kertas",
    explanation="Hasil yang selalu sama menunjukkan negosiasi yang tidak sungguh-sungguh terjadi.",
    legal_basis=f"Perlem LKPP 9/2021 Pasal 18; {POLICY}",
    sentence=sentence,
    parameters={"least": "flag.ID13.min_orders", "share_bp": "flag.ID13.share_bp"},
    sql=SQL,
)
