"""ID07: vendors who share a person, address, telephone or account compete with each other or sell to the same unit."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule
from procurement.redflags.rules.sharing import VENDOR_PAIRS
from procurement.redflags.rules.words import keys

SQL = f"""
WITH {VENDOR_PAIRS}, sold AS (
    SELECT DISTINCT p.vendor_id, p.organisation_id FROM purchasing_purchase p WHERE {JUDGED}
)
SELECT NULL::bigint, c.id, pair.first_id, c.organisation_id, pair.first_id || '-' || pair.second_id,
       100 * cardinality(pair.kinds),
       jsonb_build_object('vendors', jsonb_build_array(pair.first_id, pair.second_id), 'kinds', pair.kinds,
                          'won', EXISTS (SELECT FROM competition_award a JOIN competition_offer o ON o.id = a.offer_id
                                          WHERE a.competition_id = c.id
                                            AND o.vendor_id IN (pair.first_id, pair.second_id)))
  FROM pairs pair
  JOIN competition_offer one ON one.vendor_id = pair.first_id
  JOIN competition_offer other ON other.vendor_id = pair.second_id AND other.competition_id = one.competition_id
  JOIN competition_competition c ON c.id = one.competition_id
 WHERE c.region_id = %(region)s AND c.published_at >= %(since)s AND c.published_at < %(until)s
UNION ALL
SELECT NULL, NULL, pair.first_id, NULL, pair.first_id || '-' || pair.second_id, 100 * cardinality(pair.kinds),
       jsonb_build_object('vendors', jsonb_build_array(pair.first_id, pair.second_id), 'kinds', pair.kinds,
                          'units', jsonb_agg(one.organisation_id ORDER BY one.organisation_id))
  FROM pairs pair
  JOIN sold one ON one.vendor_id = pair.first_id
  JOIN sold other ON other.vendor_id = pair.second_id AND other.organisation_id = one.organisation_id
 GROUP BY pair.first_id, pair.second_id, pair.kinds
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """What they share and where they met; never the shared data."""
    shared = keys(inputs["kinds"])
    if "units" in inputs:
        return (
            f"Dua penyedia yang memiliki {shared} yang sama menjual kepada satuan kerja yang sama "
            f"({len(inputs['units'])} satuan kerja)."
        )
    won = "; salah satunya menang" if inputs["won"] else ""
    return f"Dua penawar memiliki {shared} yang sama{won}."


RULE = Rule(
    code="ID07",
    title="Penyedia terafiliasi",
    explanation="Penyedia yang dikendalikan orang yang sama tidak sungguh-sungguh bersaing.",
    legal_basis=f"Perpres 16/2018 Pasal 7 ayat (1) huruf f dan ayat (2); UU 5/1999 Pasal 22; {POLICY}",
    sentence=sentence,
    parameters={"crowd": "flag.ID07.crowd"},
    sql=SQL,
    untold=("Perangkat dan alamat IP tidak disimpan sistem ini, sehingga tidak dibandingkan.",),
)
