"""ID12: a vendor whose lines of business do not cover what it sells, or who sells everything.

One flag for a vendor and a section of KBKI, however many orders: whether it is fit is judged once.
"""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import listed, rupiah

# All orders of such a vendor are counted, the older ones, too; that there are ten times as many is something else to
# judge, that there is one more is not.
SQL = f"""
WITH fitting AS (
    SELECT section.key AS section, code.value AS kbli
      FROM jsonb_each(%(kbli_of_kbki)s::jsonb) AS section
     CROSS JOIN LATERAL jsonb_array_elements_text(section.value) AS code(value)
), covered AS MATERIALIZED (
    SELECT DISTINCT a.vendor_id, f.section
      FROM vendors_activity a
      JOIN fitting f ON left(a.code, length(f.kbli)) = f.kbli
), unfit AS MATERIALIZED (
    SELECT DISTINCT p.vendor_id, left(l.kbki_code, 1) AS section
      FROM purchasing_purchase p
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id AND l.kbki_code <> ''
     WHERE {JUDGED}
       AND left(l.kbki_code, 1) IN (SELECT section FROM fitting)
       AND EXISTS (SELECT FROM vendors_activity a WHERE a.vendor_id = p.vendor_id)
       AND NOT EXISTS (SELECT FROM covered c WHERE c.vendor_id = p.vendor_id AND c.section = left(l.kbki_code, 1))
), counted AS (
    SELECT u.vendor_id, u.section, count(DISTINCT p.id) AS orders, sum(l.total)::bigint AS value,
           count(DISTINCT p.organisation_id) AS buyers
      FROM unfit u
      JOIN purchasing_purchase p ON p.vendor_id = u.vendor_id AND p.region_id = %(region)s AND {LIVING}
                                AND p.submitted_at < %(until)s
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id AND left(l.kbki_code, 1) = u.section
     GROUP BY u.vendor_id, u.section
)
SELECT NULL::bigint, NULL::bigint, c.vendor_id, NULL::bigint, 'kbli/' || c.section, least(c.orders * 100, 10000),
       jsonb_build_object(
           'section', c.section,
           'kbli', (SELECT jsonb_agg(DISTINCT a.code ORDER BY a.code)
                      FROM vendors_activity a WHERE a.vendor_id = c.vendor_id),
           'orders_from', (10 ^ floor(log(c.orders)))::int,
           'orders', c.orders, 'value', c.value, 'buyers', c.buyers)
  FROM counted c
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
    """What does not fit, and how much was bought all the same."""
    if "sections" in inputs:
        return f"Penyedia menayangkan barang dalam {len(inputs['sections'])} seksi KBKI yang tidak berkaitan."
    return (
        f"Tidak satu pun KBLI penyedia ({listed(inputs['kbli'][:5])}) mencakup seksi KBKI {inputs['section']}, tetapi "
        f"{inputs['buyers']} satuan kerja memesan dari seksi itu dalam {inputs['orders']} pesanan, "
        f"{rupiah(inputs['value'])}."
    )


RULE = Rule(
    code="ID12",
    title="Usaha penyedia tidak sesuai barang",
    explanation="Penyedia tanpa usaha di bidangnya biasanya hanya meminjamkan nama atau menjadi perantara.",
    legal_basis=f"PP 5/2021; {POLICY}",
    sentence=sentence,
    parameters={"kbli_of_kbki": "flag.ID12.kbli_of_kbki", "sections": "flag.ID12.sections"},
    sql=SQL,
    version=2,
    at_act=True,
    growing=frozenset({"orders", "value", "buyers"}),
    untold=(
        "Satu tanda untuk satu penyedia dan satu seksi KBKI. Jumlah pesanannya dihitung saat ditandai; tanda yang "
        "sudah ditutup kembali bila KBLI penyedia berubah atau pesanannya menjadi sepuluh kali lipat.",
    ),
)
