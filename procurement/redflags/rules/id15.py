"""ID15: an officer of the order is, or shares a telephone with, somebody behind the vendor."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, Inputs, Rule
from procurement.redflags.rules.sharing import OFFICER_KEYS, VENDOR_KEYS
from procurement.redflags.rules.words import keys, listed

SQL = f"""
WITH keys AS MATERIALIZED ({VENDOR_KEYS}), officers AS MATERIALIZED ({OFFICER_KEYS}), linked AS (
    SELECT DISTINCT k.vendor_id, o.user_id, k.kind
      FROM keys k
      JOIN officers o ON o.kind = k.kind AND o.digest = k.digest
), looked AS (
    SELECT p.id, p.vendor_id, p.organisation_id, duty.name, duty.user_id
      FROM purchasing_purchase p
     CROSS JOIN LATERAL (VALUES ('PP', p.pp_user_id), ('PPK', p.ppk_user_id), ('Penerima', p.receiver_user_id),
                                ('Verifikator', p.verifier_user_id), ('Pemberi persetujuan bayar', p.approver_user_id),
                                ('Bendahara', p.treasurer_user_id)) AS duty(name, user_id)
     WHERE {JUDGED} AND duty.user_id IS NOT NULL
)
SELECT o.id, NULL, o.vendor_id, o.organisation_id, '', 100 * count(DISTINCT l.kind),
       jsonb_build_object('kinds', jsonb_agg(DISTINCT l.kind), 'duties', jsonb_agg(DISTINCT o.name))
  FROM looked o
  JOIN linked l ON l.vendor_id = o.vendor_id AND l.user_id = o.user_id
 GROUP BY o.id, o.vendor_id, o.organisation_id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """Whose duty, and what is shared; never the shared data."""
    return (
        f"{listed(inputs['duties'])} pada pesanan ini memiliki {keys(inputs['kinds'])} yang sama dengan pemilik, "
        "pegawai, atau usaha penyedianya."
    )


RULE = Rule(
    code="ID15",
    title="Pejabat terkait dengan penyedia",
    explanation="Pejabat tidak boleh bertindak atas pesanan dari usaha miliknya sendiri.",
    legal_basis="Perpres 16/2018 Pasal 7 ayat (1) huruf e dan ayat (2) (pertentangan kepentingan)",
    sentence=sentence,
    sql=SQL,
    untold=("Hubungan keluarga tidak tercatat dalam sistem ini, sehingga tidak dinilai.",),
)
