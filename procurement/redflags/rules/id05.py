"""ID05: agreed price far above what others asked for the same kind of goods in the months before."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent, rupiah

HEAD = "lower(substring(l.title FROM '^[^[:space:]]+'))"
"""The first word of a title: KBKI classes hold quite different things, whose names begin differently."""

# Prices spread by factors, so quartiles are taken of their logarithms. Compared with whole months before the order's
# own, so that what was compared never changes afterwards.
SQL = f"""
WITH sold AS MATERIALIZED (
    SELECT l.id, l.kbki_code, l.unit, l.agreed_price, p.vendor_id, {HEAD} AS head,
           date_trunc('month', p.submitted_at AT TIME ZONE 'Asia/Jakarta') AS month
      FROM purchasing_purchase p
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id
     WHERE p.region_id = %(region)s AND {LIVING} AND length(l.kbki_code) >= 5 AND p.submitted_at < %(until)s
       AND p.submitted_at >= %(since)s - make_interval(months => %(months)s + 1)
), wanted AS (
    SELECT DISTINCT month FROM sold
     WHERE month >= date_trunc('month', %(since)s AT TIME ZONE 'Asia/Jakarta')
), usual AS (
    SELECT w.month, s.kbki_code, s.unit, s.head,
           percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY ln(s.agreed_price)) AS quartiles,
           count(*) AS lines, count(DISTINCT s.vendor_id) AS vendors
      FROM wanted w
      JOIN sold s ON s.month < w.month AND s.month >= w.month - make_interval(months => %(months)s)
     GROUP BY w.month, s.kbki_code, s.unit, s.head
    HAVING count(*) >= %(least)s AND count(DISTINCT s.vendor_id) >= %(least_vendors)s
), priced AS (
    SELECT month, kbki_code, unit, head, lines, vendors, exp(quartiles[2])::bigint AS median,
           exp(quartiles[3] + (quartiles[3] - quartiles[1]) * %(fence_bp)s / 10000.0)::bigint AS fence
      FROM usual
)
SELECT DISTINCT ON (p.id) p.id, NULL::bigint, p.vendor_id, p.organisation_id, '',
       l.agreed_price * 1000000 / (u.median * %(factor_bp)s),
       jsonb_build_object('line', l.id, 'kbki', l.kbki_code, 'unit', l.unit, 'price', l.agreed_price,
                          'median', u.median, 'fence', u.fence, 'lines', u.lines, 'vendors', u.vendors)
  FROM purchasing_purchase p
  JOIN purchasing_purchaseline l ON l.purchase_id = p.id
  JOIN priced u ON u.kbki_code = l.kbki_code AND u.unit = l.unit AND u.head = {HEAD}
               AND u.month = date_trunc('month', p.submitted_at AT TIME ZONE 'Asia/Jakarta')
 WHERE {JUDGED} AND u.median > 0 AND l.agreed_price * 10000 > u.median * %(factor_bp)s AND l.agreed_price > u.fence
 ORDER BY p.id, l.agreed_price * 10000 / u.median DESC, l.id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """The price beside the median."""
    return (
        f"Harga satuan {rupiah(inputs['price'])} per {inputs['unit']} untuk barang sejenis (KBKI {inputs['kbki']}); "
        f"harga tengah {values['months']} bulan sebelumnya {rupiah(inputs['median'])} dari {inputs['lines']} "
        f"pembelian pada {inputs['vendors']} penyedia. Batasnya {percent(values['factor_bp'])} dan pagar "
        f"{rupiah(inputs['fence'])}."
    )


RULE = Rule(
    code="ID05",
    title="Lebih mahal daripada pembelian lain",
    explanation="Harga jauh di atas harga pembelian lain untuk barang yang sama adalah kemahalan.",
    legal_basis=f"Perpres 16/2018 Pasal 6 (efisien) dan Pasal 26; {POLICY}",
    sentence=sentence,
    parameters={
        "factor_bp": "flag.ID05.factor_bp",
        "fence_bp": "flag.ID05.fence_bp",
        "months": "flag.ID05.months",
        "least": "flag.ID05.min_lines",
        "least_vendors": "flag.ID05.min_vendors",
    },
    sql=SQL,
    untold=(
        "Harga di luar e-Order (katalog nasional, pasar) tidak tersedia; pembandingnya pembelian lain dalam daerah ini "
        "dengan kode KBKI, satuan, dan kata pertama nama yang sama.",
    ),
)
