"""ID03: bought within hours of being put on show; worse when taken off the shelf within days after."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule

SQL = f"""
SELECT p.id, NULL, p.vendor_id, p.organisation_id, '',
       CASE WHEN count(gone.at) > 0 THEN 200 ELSE 100 END,
       jsonb_build_object(
           'listings', jsonb_agg(DISTINCT g.id),
           'hours', min(extract(epoch FROM p.submitted_at - g.live_since)::int / 3600),
           'delisted_after_days', min(extract(epoch FROM gone.at - p.submitted_at)::int / 86400))
  FROM purchasing_purchase p
  JOIN purchasing_purchaseline l ON l.purchase_id = p.id
  JOIN vendors_listing g ON g.id = l.listing_id
  LEFT JOIN LATERAL (
      SELECT e.at FROM audit_entry e
       WHERE e.aggregate_type = 'listing' AND e.aggregate_id = g.id::text AND e.act = 'listing.delist'
         AND e.at >= p.submitted_at AND e.at < p.submitted_at + make_interval(days => %(delisted_days)s)
       ORDER BY e.at LIMIT 1) gone ON true
 WHERE {JUDGED} AND p.submitted_at >= g.live_since
   AND p.submitted_at - g.live_since < make_interval(hours => %(hours)s)
 GROUP BY p.id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """How soon it was bought, and how soon it vanished."""
    many = len(inputs["listings"])
    what = "Barang" if many == 1 else f"{many} barang"
    told = f"{what} dipesan {inputs['hours']} jam setelah mulai tayang"
    days = inputs["delisted_after_days"]
    if days is None:
        return f"{told}."
    return f"{told}, lalu diturunkan {days} hari sesudah pesanan (batas {values['delisted_days']} hari)."


RULE = Rule(
    code="ID03",
    title="Produk baru langsung dibeli",
    explanation="KPK menemukan barang yang diunggah, dibeli, dan diturunkan pada hari yang sama.",
    legal_basis=f"Perpres 16/2018 Pasal 6 dan 7; {POLICY}",
    sentence=sentence,
    parameters={"hours": "flag.ID03.hours", "delisted_days": "flag.ID03.delisted_days"},
    sql=SQL,
    at_act=True,
    untold=(
        "Barang yang diturunkan lalu tayang lagi dinilai menurut tayangan terakhirnya: saat tayang yang lama hanya "
        "tersimpan di log. Pada saat pengajuan barang itu sudah dinilai menurut tayangannya waktu itu.",
    ),
)
