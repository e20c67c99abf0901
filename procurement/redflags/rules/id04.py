"""ID04: the price went up before the order and came back after it."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent, rupiah

# The usual price is the one that held for at least half of the days before, as purchasing reckons it at the act.
SQL = f"""
WITH held AS (
    SELECT h.listing_id, h.price, h.valid_from,
           coalesce(lead(h.valid_from) OVER (PARTITION BY h.listing_id ORDER BY h.valid_from, h.id),
                    'infinity'::timestamptz) AS valid_to
      FROM vendors_listingprice h
     WHERE h.area_code = ''
), looked AS (
    SELECT p.id AS purchase_id, p.organisation_id, p.vendor_id, p.submitted_at AS at, l.id AS line_id,
           l.listing_id, l.list_price
      FROM purchasing_purchase p
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id
     WHERE {JUDGED} AND EXISTS (
           SELECT FROM vendors_listingprice h
            WHERE h.listing_id = l.listing_id AND h.area_code = '' AND h.price < l.list_price
              AND h.valid_from > p.submitted_at
              AND h.valid_from <= p.submitted_at + make_interval(days => %(back_days)s))
), spans AS (
    SELECT k.line_id, h.price,
           sum(extract(epoch FROM least(h.valid_to, k.at)
                                - greatest(h.valid_from, k.at - make_interval(days => %(days)s)))) AS seconds
      FROM looked k
      JOIN held h ON h.listing_id = k.listing_id AND h.valid_from < k.at
                 AND h.valid_to > k.at - make_interval(days => %(days)s)
     GROUP BY k.line_id, h.price
), usual AS (
    SELECT line_id, min(price) AS median
      FROM (SELECT line_id, price, sum(seconds) OVER (PARTITION BY line_id ORDER BY price) AS until_here,
                   sum(seconds) OVER (PARTITION BY line_id) AS whole FROM spans) piled
     WHERE until_here * 2 >= whole
     GROUP BY line_id
), back AS (
    SELECT DISTINCT ON (k.line_id) k.line_id, h.price, h.valid_from
      FROM looked k
      JOIN held h ON h.listing_id = k.listing_id AND h.valid_from > k.at
                 AND h.valid_from <= k.at + make_interval(days => %(back_days)s)
     WHERE k.list_price * 10000 >= h.price * %(factor_bp)s
     ORDER BY k.line_id, h.valid_from
)
SELECT DISTINCT ON (k.purchase_id) k.purchase_id, NULL::bigint, k.vendor_id, k.organisation_id, '',
       k.list_price * 1000000 / (u.median * %(factor_bp)s),
       jsonb_build_object('listing', k.listing_id, 'price', k.list_price, 'median', u.median, 'later', b.price,
                          'later_after_days', extract(epoch FROM b.valid_from - k.at)::int / 86400)
  FROM looked k
  JOIN usual u ON u.line_id = k.line_id
  JOIN back b ON b.line_id = k.line_id
 WHERE k.list_price * 10000 >= u.median * %(factor_bp)s
 ORDER BY k.purchase_id, k.list_price * 10000 / u.median DESC, k.line_id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """Before, at the order, after."""
    return (
        f"Harga naik dari {rupiah(inputs['median'])} (harga tengah {values['days']} hari sebelumnya) menjadi "
        f"{rupiah(inputs['price'])} saat dipesan, lalu turun ke {rupiah(inputs['later'])} dalam "
        f"{inputs['later_after_days']} hari; batas kenaikan {percent(values['factor_bp'])}."
    )


RULE = Rule(
    code="ID04",
    title="Harga dinaikkan menjelang pesanan",
    explanation="Harga yang naik hanya selama pesanan berlangsung menunjukkan harga yang diatur.",
    legal_basis=f"Perpres 16/2018 Pasal 26; {POLICY}",
    sentence=sentence,
    parameters={
        "factor_bp": "flag.ID04.factor_bp",
        "days": "flag.ID04.days",
        "back_days": "flag.ID04.back_days",
    },
    sql=SQL,
    at_act=True,
    untold=(
        "Kenaikan tanpa penurunan sesudahnya dinilai saat pengajuan saja. Harga khusus per wilayah juga dinilai saat "
        "pengajuan saja: riwayatnya bercampur dengan harga umum.",
    ),
)
