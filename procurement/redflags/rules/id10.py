"""ID10: accepted before it arrived, accepted without a picture, or proved by a picture that proved another order."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule

# Pictures alike in all but a few of 64 bits share at least one of five runs of bits: joined by run, then counted.
SQL = f"""
WITH taken AS MATERIALIZED (
    SELECT e.id, e.purchase_id, e.organisation_id, e.sha256, e.likeness, e.added_at
      FROM fulfilment_evidence e
      JOIN purchasing_purchase p ON p.id = e.purchase_id
     WHERE p.region_id = %(region)s
), runs AS (
    SELECT t.id, t.purchase_id, t.organisation_id, t.likeness, t.added_at, cut.place,
           (t.likeness >> cut.place) & 8191 AS run
      FROM taken t
     CROSS JOIN (VALUES (0), (13), (26), (39), (52)) AS cut(place)
     WHERE t.likeness IS NOT NULL
), twice AS (
    SELECT new.purchase_id, old.purchase_id AS other_id, 0 AS bits
      FROM taken new
      JOIN taken old ON old.sha256 = new.sha256 AND old.id < new.id AND old.purchase_id <> new.purchase_id
     WHERE new.added_at >= %(since)s AND new.added_at < %(until)s
    UNION ALL
    SELECT new.purchase_id, old.purchase_id, bit_count((new.likeness # old.likeness)::bit(64))::int
      FROM runs new
      JOIN runs old ON old.organisation_id = new.organisation_id AND old.place = new.place AND old.run = new.run
                   AND old.id < new.id AND old.purchase_id <> new.purchase_id
     WHERE new.added_at >= %(since)s AND new.added_at < %(until)s
       AND bit_count((new.likeness # old.likeness)::bit(64)) <= %(near_bits)s
), reused AS (
    SELECT DISTINCT ON (purchase_id) purchase_id, other_id, bits FROM twice ORDER BY purchase_id, bits, other_id
), accepted AS (
    SELECT d.id, d.title, d.arrived_at, d.bast_ppk_at, p.id AS purchase_id, p.vendor_id, p.organisation_id
      FROM purchasing_delivery d
      JOIN purchasing_purchase p ON p.id = d.purchase_id
     WHERE {JUDGED} AND d.stage = 'ACCEPTED' AND NOT d.deemed
)
SELECT a.purchase_id, NULL::bigint, min(a.vendor_id), min(a.organisation_id), 'early', 100,
       jsonb_build_object('deliveries', jsonb_agg(a.id ORDER BY a.id),
                          'minutes', min(extract(epoch FROM a.arrived_at - a.bast_ppk_at)::int / 60))
  FROM accepted a
 WHERE a.arrived_at IS NULL OR a.bast_ppk_at < a.arrived_at
 GROUP BY a.purchase_id
UNION ALL
SELECT a.purchase_id, NULL, min(a.vendor_id), min(a.organisation_id), 'no_photo', 100,
       jsonb_build_object('without_photo', jsonb_agg(a.id ORDER BY a.id))
  FROM accepted a
 WHERE a.title = ''
   AND NOT EXISTS (SELECT FROM fulfilment_evidence e WHERE e.delivery_id = a.id AND e.step = 'RECEIPT')
 GROUP BY a.purchase_id
UNION ALL
SELECT p.id, NULL, p.vendor_id, p.organisation_id, 'reused', CASE WHEN r.bits = 0 THEN 200 ELSE 100 END,
       jsonb_build_object('other', r.other_id, 'bits', r.bits)
  FROM reused r
  JOIN purchasing_purchase p ON p.id = r.purchase_id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """What is wrong with the proof of arrival."""
    if "deliveries" in inputs:
        minutes = inputs["minutes"]
        when = (
            "tanpa catatan kedatangan" if minutes is None else f"{minutes} menit sebelum barang tercatat tiba"
        )
        return f"BAST {len(inputs['deliveries'])} pengiriman ditandatangani {when}."
    if "without_photo" in inputs:
        return f"{len(inputs['without_photo'])} pengiriman diterima tanpa foto penerimaan."
    if inputs["bits"] == 0:
        return "Foto bukti sama persis dengan foto pada pesanan lain."
    return (
        f"Foto bukti hampir sama dengan foto pada pesanan lain: berbeda {inputs['bits']} dari 64 bit "
        f"(batas {values['near_bits']})."
    )


RULE = Rule(
    code="ID10",
    title="Diterima sebelum tiba, tanpa foto, atau dengan foto lama",
    explanation="Penerimaan yang tidak dibuktikan dapat berarti barangnya tidak pernah datang.",
    legal_basis=f"Perpres 16/2018 Pasal 57 (serah terima); {POLICY}",
    sentence=sentence,
    parameters={"near_bits": "flag.ID10.near_bits"},
    sql=SQL,
    untold=(
        "Foto yang hampir polos tidak mempunyai sidik bentuk dan hanya dibandingkan byte demi byte. Tempat dan waktu "
        "pengambilan foto dibuang saat diunggah demi privasi.",
    ),
)
