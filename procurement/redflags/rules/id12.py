"""ID12: a vendor whose lines of business do not cover what it sells, or who sells everything."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule

SQL = f"""
WITH fitting AS (
    SELECT section.key AS section, code.value AS kbli
      FROM jsonb_each(%(kbli_of_kbki)s::jsonb) AS section
     CROSS JOIN LATERAL jsonb_array_elements_text(section.value) AS code(value)
), covered AS MATERIALIZED (
    SELECT DISTINCT a.vendor_id, f.section
      FROM vendors_activity a
      JOIN fitting f ON left(a.code, length(f.kbli)) = f.kbli
)
SELECT p.id, NULL, p.vendor_id, p.organisation_id, 'kbli', 100,
       jsonb_build_object('kbki', jsonb_agg(DISTINCT l.kbki_code))
  FROM purchasing_purchase p
  JOIN purchasing_purchaseline l ON l.purchase_id = p.id AND l.kbki_code <> ''
 WHERE {JUDGED}
   AND left(l.kbki_code, 1) IN (SELECT section FROM fitting)
   AND EXISTS (SELECT FROM vendors_activity a WHERE a.vendor_id = p.vendor_id)
   AND NOT EXISTS (SELECT FROM covered c WHERE c.vendor_id = p.vendor_id AND c.section = left(l.kbki_code, 1))
 GROUP BY p.id
UNION ALL
SELECT NULL, NULL, g.vendor_id, NULL, 'sections', count(DISTINCT left(g.kbki_code, 1)) * 100 / %(sections)s,
       jsonb_build_object('sections', jsonb_agg(DISTINCT left(g.kbki_code, 1)))
  FROM vendors_listing g
  JOIN vendors_vendor v ON v.id = g.vendor_id AND v.region_id = %(region)s
 WHERE g.state = 'LIVE' AND g.kbki_code <> ''
 GROUP BY g.vendor_id
HAVING count(DISTINCT left(g.kbki_code, 1)) >= %(sections)s
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """What does not fit."""
    if "sections" in inputs:
        return f"Penyedia menayangkan barang dalam {len(inputs['sections'])} seksi KBKI yang tidak berkaitan."
    return f"Tidak satu pun KBLI penyedia mencakup barang dengan KBKI {', '.join(inputs['kbki'][:5])}."


RULE = Rule(
    code="ID12",
    title="Usaha penyedia tidak sesuai barang",
    explanation="Penyedia tanpa usaha di bidangnya biasanya hanya meminjamkan nama atau menjadi perantara.",
    legal_basis=f"PP 5/2021; {POLICY}",
    sentence=sentence,
    parameters={"kbli_of_kbki": "flag.ID12.kbli_of_kbki", "sections": "flag.ID12.sections"},
    sql=SQL,
    at_act=True,
)
