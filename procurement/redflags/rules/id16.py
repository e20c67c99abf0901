"""ID16: a large order approved at night, at the weekend or on a holiday."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule
from procurement.redflags.rules.words import CODE_LABELS, moment, rupiah

SQL = f"""
SELECT p.id, NULL, p.vendor_id, p.organisation_id, '', p.total * 100 / %(only_above)s,
       jsonb_build_object('total', p.total, 'at', to_char(told.at, 'YYYY-MM-DD HH24:MI'), 'when',
           CASE WHEN holiday.day IS NOT NULL THEN 'HOLIDAY' WHEN told.weekend THEN 'WEEKEND' ELSE 'NIGHT' END)
  FROM purchasing_purchase p
 CROSS JOIN LATERAL (
      SELECT p.approved_at AT TIME ZONE 'Asia/Jakarta' AS at,
             extract(isodow FROM p.approved_at AT TIME ZONE 'Asia/Jakarta') > 5 AS weekend,
             extract(hour FROM p.approved_at AT TIME ZONE 'Asia/Jakarta') AS hour) told
  LEFT JOIN regulation_holiday holiday ON holiday.day = told.at::date
 WHERE {JUDGED} AND p.approved_at IS NOT NULL AND p.total > %(only_above)s
   AND (holiday.day IS NOT NULL OR told.weekend OR told.hour >= %(night_from)s OR told.hour < %(night_to)s)
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """When it was approved."""
    return (
        f"Pesanan {rupiah(inputs['total'])} disetujui PPK {CODE_LABELS[inputs['when']]} "
        f"({moment(inputs['at'])}); jam kerja {values['night_to']:02d}.00 sampai {values['night_from']:02d}.00."
    )


RULE = Rule(
    code="ID16",
    title="Disetujui di luar jam kerja",
    explanation="Persetujuan malam atau akhir pekan lebih mungkin dilakukan orang lain dengan akun pejabat.",
    legal_basis=POLICY,
    sentence=sentence,
    parameters={
        "night_from": "flag.ID16.night_from",
        "night_to": "flag.ID16.night_to",
        "only_above": "flag.ID16.above",
    },
    sql=SQL,
    untold=("Alamat IP pembeli dan penyedia tidak disimpan sistem ini, sehingga tidak dibandingkan.",),
)
