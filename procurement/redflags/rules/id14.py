"""ID14: paid to an account that is not in the vendor's name, or that was changed only days before."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule

SQL = f"""
WITH paid AS (
    SELECT o.purchase_id, t.bank_account_id, coalesce(t.sent_at, t.settled_at) AS at
      FROM settlement_payout t
      JOIN settlement_paymentobligation o ON o.id = t.obligation_id
     WHERE coalesce(t.sent_at, t.settled_at) IS NOT NULL
    UNION
    SELECT o.purchase_id, r.bank_account_id, r.sp2d_verified_at
      FROM treasury_paymentrequest r
      JOIN treasury_requestitem i ON i.request_id = r.id
      JOIN settlement_paymentobligation o ON o.id = i.obligation_id
     WHERE r.bank_account_id IS NOT NULL AND r.sp2d_verified_at IS NOT NULL
), looked AS (
    SELECT p.id, p.vendor_id, p.organisation_id, b.id AS account_id, b.version, b.name_match,
           extract(epoch FROM t.at - b.added_at)::int / 3600 AS hours
      FROM paid t
      JOIN purchasing_purchase p ON p.id = t.purchase_id
      JOIN vendors_bankaccount b ON b.id = t.bank_account_id
     WHERE {JUDGED}
)
SELECT id, NULL, vendor_id, organisation_id, 'changed', least(10000, %(days)s * 2400 / greatest(min(hours), 1)),
       jsonb_build_object('account', min(account_id), 'version', min(version), 'hours', min(hours))
  FROM looked
 WHERE version > 1 AND hours BETWEEN 0 AND %(days)s * 24 - 1
 GROUP BY id, vendor_id, organisation_id
UNION ALL
SELECT id, NULL, vendor_id, organisation_id, 'name', 100,
       jsonb_build_object('account', min(account_id), 'match', 'BEDA')
  FROM looked
 WHERE name_match = 'BEDA'
 GROUP BY id, vendor_id, organisation_id
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """What is wrong with the account."""
    if "hours" in inputs:
        days, hours = divmod(inputs["hours"], 24)
        return (
            f"Dibayar ke rekening versi {inputs['version']} yang baru dicatat {days} hari {hours} jam sebelumnya; "
            f"batasnya {values['days']} hari."
        )
    return "Dibayar ke rekening yang namanya berbeda dari nama pemilik dan nama usaha penyedia."


RULE = Rule(
    code="ID14",
    title="Rekening baru diganti, atau bukan atas nama penyedia",
    explanation="Uang yang dialihkan menjelang pembayaran adalah tanda penipuan atau pinjam nama.",
    legal_basis=f"Permendagri 77/2020 (pembayaran kepada yang berhak); {POLICY}",
    sentence=sentence,
    parameters={"days": "flag.ID14.days"},
    sql=SQL,
    untold=(
        "Nama rekening dinilai saat diverifikasi; rekening yang belum diverifikasi tidak dapat dibayar.",
    ),
)
