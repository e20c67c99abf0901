"""ID05: agreed price far above what other vendors asked for the same kind of goods in the months before."""

from __future__ import annotations

from procurement.redflags.rules.rule import LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent, rupiah

HEAD = "lower(substring(l.title FROM '^[^[:space:]]+'))"
"""The first word of a title: KBKI classes hold quite different things, whose names begin differently."""

# Prices spread by factors, so everything is reckoned in logarithms. One vendor has one voice, its own median: who sells
# most does not make the usual price. The middle is the median of the vendors, the spread their median distance from it
# (times 1.4826, which makes a standard deviation of it where prices are normal): neither moves when a few are absurd,
# and where a class holds different things the spread is wide and the rule silent. Compared with whole months before the
# order's own, so that what was compared never changes afterwards. A product that is too dear is flagged with the first
# order in months: a second one would be judged by the same evidence.
SQL = f"""
WITH sold AS MATERIALIZED (
    SELECT l.id, l.purchase_id, l.listing_id, l.kbki_code, l.unit, l.agreed_price, l.quantity, p.vendor_id,
           p.organisation_id, p.submitted_at, {HEAD} AS head,
           date_trunc('month', p.submitted_at AT TIME ZONE 'Asia/Jakarta') AS month
      FROM purchasing_purchase p
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id
     WHERE p.region_id = %(region)s AND {LIVING} AND length(l.kbki_code) >= %(digits)s AND l.agreed_price > 0
       AND p.submitted_at < %(until)s
       AND p.submitted_at >= %(since)s - make_interval(months => 2 * %(months)s + 1)
), wanted AS (
    SELECT DISTINCT month FROM sold
     WHERE month >= date_trunc('month', %(since)s AT TIME ZONE 'Asia/Jakarta') - make_interval(months => %(months)s)
), asked AS MATERIALIZED (
    SELECT w.month, s.kbki_code, s.unit, s.head, s.vendor_id, count(*) AS lines,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY ln(s.agreed_price)) AS usual
      FROM wanted w
      JOIN sold s ON s.month < w.month AND s.month >= w.month - make_interval(months => %(months)s)
     GROUP BY w.month, s.kbki_code, s.unit, s.head, s.vendor_id
), middle AS (
    SELECT month, kbki_code, unit, head, sum(lines)::bigint AS lines, count(*) AS vendors,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY usual) AS usual
      FROM asked
     GROUP BY month, kbki_code, unit, head
    HAVING count(*) > %(least_vendors)s AND sum(lines) >= %(least)s
), priced AS (
    SELECT m.month, m.kbki_code, m.unit, m.head, m.lines, m.vendors, exp(m.usual)::bigint AS median,
           exp(m.usual + 1.4826 * %(spread_bp)s / 10000.0
               * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(a.usual - m.usual)))::bigint AS fence
      FROM middle m
      JOIN asked a USING (month, kbki_code, unit, head)
     GROUP BY m.month, m.kbki_code, m.unit, m.head, m.lines, m.vendors, m.usual
), dear AS (
    SELECT s.*, u.median, u.fence, u.lines, u.vendors, (s.agreed_price - u.median) * s.quantity AS excess
      FROM sold s
      JOIN priced u USING (month, kbki_code, unit, head)
     WHERE u.median > 0 AND s.agreed_price * 10000 > u.median * %(factor_bp)s AND s.agreed_price > u.fence
       AND (s.agreed_price - u.median) * s.quantity >= %(least_excess)s
), begun AS (
    SELECT *, lag(submitted_at) OVER (PARTITION BY listing_id ORDER BY submitted_at, id) AS before FROM dear
)
SELECT DISTINCT ON (purchase_id) purchase_id, NULL::bigint, vendor_id, organisation_id, '',
       agreed_price * 1000000 / (median * %(factor_bp)s),
       jsonb_build_object('line', id, 'kbki', kbki_code, 'unit', unit, 'price', agreed_price, 'median', median,
                          'fence', fence, 'lines', lines, 'vendors', vendors, 'excess', excess)
  FROM begun
 WHERE submitted_at >= %(since)s
   AND (before IS NULL OR before < submitted_at - make_interval(months => %(months)s))
 ORDER BY purchase_id, excess DESC, id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """The price beside the median, and what it comes to."""
    return (
        f"Harga satuan {rupiah(inputs['price'])} per {inputs['unit']} untuk barang sejenis (KBKI {inputs['kbki']}); "
        f"harga tengah {inputs['vendors']} penyedia {values['months']} bulan sebelumnya {rupiah(inputs['median'])} "
        f"({inputs['lines']} pembelian). Selisihnya {rupiah(inputs['excess'])} pada pesanan ini. Batasnya "
        f"{percent(values['factor_bp'])} dan pagar {rupiah(inputs['fence'])}."
    )


RULE = Rule(
    code="ID05",
    title="Lebih mahal daripada pembelian lain",
    explanation="Harga jauh di atas harga pembelian lain untuk barang yang sama adalah kemahalan.",
    legal_basis=f"Perpres 16/2018 Pasal 6 (efisien) dan Pasal 26; {POLICY}",
    sentence=sentence,
    parameters={
        "factor_bp": "flag.ID05.factor_bp",
        "spread_bp": "flag.ID05.spread_bp",
        "least_excess": "flag.ID05.min_excess",
        "months": "flag.ID05.months",
        "digits": "flag.ID05.kbki_digits",
        "least": "flag.ID05.min_lines",
        "least_vendors": "flag.ID05.min_vendors",
    },
    sql=SQL,
    version=2,
    untold=(
        "Harga di luar e-Order (katalog nasional, pasar) tidak tersedia; pembandingnya pembelian lain dalam daerah ini "
        "dengan kode KBKI, satuan, dan kata pertama nama yang sama.",
        "Produk yang terlalu mahal ditandai pada pesanan pertamanya saja; pesanan berikutnya dalam bulan-bulan "
        "pembanding dinilai dengan bukti yang sama. Potongan untuk jumlah besar tidak diperhitungkan.",
    ),
)
