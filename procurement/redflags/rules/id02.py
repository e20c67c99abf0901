"""ID02: signed within minutes of the first item in the basket, or large and not negotiated."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule
from procurement.redflags.rules.words import rupiah

SQL = f"""
SELECT p.id, NULL, p.vendor_id, p.organisation_id, 'fast',
       least(10000, %(minutes)s * 6000 / greatest(told.seconds, 1)),
       jsonb_build_object('seconds', told.seconds, 'total', p.total)
  FROM purchasing_purchase p
 CROSS JOIN LATERAL (SELECT extract(epoch FROM p.approved_at - p.basket_since)::int AS seconds) told
 WHERE {JUDGED} AND p.total > %(fast_above)s AND p.approved_at >= p.basket_since
   AND p.approved_at - p.basket_since < make_interval(mins => %(minutes)s)
UNION ALL
SELECT p.id, NULL, p.vendor_id, p.organisation_id, 'no_negotiation', p.total * 100 / %(negotiate_above)s,
       jsonb_build_object('total', p.total)
  FROM purchasing_purchase p
 WHERE {JUDGED} AND NOT p.negotiated AND p.total > %(negotiate_above)s
   AND NOT EXISTS (SELECT FROM purchasing_agreement a WHERE a.purchase_id = p.id AND a.cause = 'COMPETITION')
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """How fast, or how large without a negotiation."""
    if "seconds" in inputs:
        minutes, seconds = divmod(inputs["seconds"], 60)
        return (
            f"Pesanan {rupiah(inputs['total'])} disetujui PPK {minutes} menit {seconds} detik setelah barang pertama "
            f"masuk keranjang; batasnya {values['minutes']} menit."
        )
    return (
        f"Pesanan {rupiah(inputs['total'])} tidak dinegosiasikan dan tidak diperlombakan; di atas "
        f"{rupiah(values['negotiate_above'])} harga selayaknya ditawar dahulu."
    )


RULE = Rule(
    code="ID02",
    title="Terlalu cepat, atau besar tanpa negosiasi",
    explanation="Pesanan yang selesai dalam hitungan menit biasanya sudah disepakati di luar sistem.",
    legal_basis=f"Perlem LKPP 9/2021 Pasal 18; {POLICY}",
    sentence=sentence,
    parameters={
        "minutes": "flag.ID02.minutes",
        "fast_above": "flag.ID02.fast_above",
        "negotiate_above": "flag.ID02.negotiate_above",
    },
    sql=SQL,
    at_act=True,
)
