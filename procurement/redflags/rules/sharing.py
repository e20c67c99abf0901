"""What vendors and officers share, by keyed hashes alone: for ID07, ID15 and the network view. Nothing is decrypted.

Hashes that more parties share than `crowd` say nothing of two of them: a helper's telephone, a co-working address.
"""

from __future__ import annotations

from typing import Final

VENDOR_KEYS: Final = """
    SELECT 'NIK' AS kind, v.owner_nik_hash AS digest, v.id AS vendor_id
      FROM vendors_vendor v WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND v.owner_nik_hash <> ''
    UNION
    SELECT 'NPWP', v.npwp_hash, v.id
      FROM vendors_vendor v WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND v.npwp_hash <> ''
    UNION
    SELECT 'PHONE', v.phone_hash, v.id
      FROM vendors_vendor v WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND v.phone_hash <> ''
    UNION
    SELECT 'ACCOUNT', b.number_hash, v.id
      FROM vendors_bankaccount b JOIN vendors_vendor v ON v.id = b.vendor_id
     WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND b.stopped_at IS NULL
    UNION
    SELECT 'ADDRESS', k.digest, v.id
      FROM redflags_contactkey k JOIN vendors_vendor v ON v.id = k.vendor_id
     WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND k.digest <> ''
    UNION
    SELECT 'SIGNATORY', a.user_id::text, v.id
      FROM accounts_appointment a JOIN vendors_vendor v ON v.organisation_id = a.organisation_id
     WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND a.role = 'VENDOR'
    UNION
    SELECT 'NIK', u.nik_hash, v.id
      FROM accounts_appointment a JOIN accounts_user u ON u.id = a.user_id
      JOIN vendors_vendor v ON v.organisation_id = a.organisation_id
     WHERE v.region_id = %(region)s AND v.state <> 'DRAFT' AND a.role = 'VENDOR' AND u.nik_hash <> ''
"""
"""(kind, digest, vendor) of a region's vendors."""

VENDOR_PAIRS: Final = f"""
    keys AS MATERIALIZED ({VENDOR_KEYS}),
    telling AS (
        SELECT kind, digest FROM keys GROUP BY kind, digest
        HAVING count(DISTINCT vendor_id) BETWEEN 2 AND %(crowd)s
    ),
    pairs AS MATERIALIZED (
        SELECT one.vendor_id AS first_id, other.vendor_id AS second_id,
               array_agg(DISTINCT one.kind ORDER BY one.kind) AS kinds
          FROM telling t
          JOIN keys one ON one.kind = t.kind AND one.digest = t.digest
          JOIN keys other ON other.kind = t.kind AND other.digest = t.digest AND other.vendor_id > one.vendor_id
         GROUP BY one.vendor_id, other.vendor_id
    )
"""
"""Common table expressions `keys` and `pairs`: two vendors and what they share."""

OFFICER_KEYS: Final = """
    SELECT 'NIK' AS kind, u.nik_hash AS digest, u.id AS user_id
      FROM accounts_user u WHERE u.nik_hash <> ''
    UNION ALL
    SELECT 'PHONE', k.digest, k.user_id FROM redflags_contactkey k WHERE k.user_id IS NOT NULL AND k.digest <> ''
    UNION ALL
    SELECT 'SIGNATORY', u.id::text, u.id FROM accounts_user u
"""
"""(kind, digest, user) of everybody; compared with `VENDOR_KEYS` for the officers of orders."""
