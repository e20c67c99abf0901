"""ID01: the same PPK and vendor again and again. The order with which a run of them begins is flagged."""

from __future__ import annotations

from procurement.redflags.rules.rule import LIVING, POLICY, Inputs, Rule
from procurement.redflags.rules.words import rupiah

# Twice the days are read, so that the order before the first one judged has its whole window, too.
SQL = f"""
WITH counted AS (
    SELECT p.id, p.organisation_id, p.vendor_id, p.ppk_user_id, p.submitted_at,
           count(*) OVER pair AS orders, (sum(p.total) OVER pair)::bigint AS value,
           count(*) OVER officer AS all_orders, (sum(p.total) OVER officer)::bigint AS all_value
      FROM purchasing_purchase p
     WHERE p.region_id = %(region)s AND {LIVING} AND p.ppk_user_id IS NOT NULL
       AND p.submitted_at >= %(since)s - make_interval(days => 2 * %(days)s) AND p.submitted_at < %(until)s
    WINDOW pair AS (PARTITION BY p.ppk_user_id, p.vendor_id ORDER BY p.submitted_at
                    RANGE BETWEEN make_interval(days => %(days)s) PRECEDING AND CURRENT ROW),
           officer AS (PARTITION BY p.ppk_user_id ORDER BY p.submitted_at
                       RANGE BETWEEN make_interval(days => %(days)s) PRECEDING AND CURRENT ROW)
), judged AS (
    SELECT *, all_orders >= %(least)s
              AND (orders >= %(orders)s
                   OR orders >= %(share_orders)s AND value * 10000 >= %(share_bp)s::bigint * all_value) AS odd
      FROM counted
), runs AS (
    SELECT *, lag(odd) OVER (PARTITION BY ppk_user_id, vendor_id ORDER BY submitted_at, id) AS odd_before
      FROM judged
)
SELECT id, NULL, vendor_id, organisation_id, '',
       greatest(orders * 100 / %(orders)s, value * 1000000 / (%(share_bp)s::bigint * all_value)),
       jsonb_build_object('orders', orders, 'value', value, 'all_orders', all_orders, 'all_value', all_value)
  FROM runs
 WHERE odd AND odd_before IS DISTINCT FROM true AND submitted_at >= %(since)s
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """How much of the PPK's orders the vendor got."""
    return (
        f"Dalam {values['days']} hari PPK ini memesan {inputs['orders']} dari {inputs['all_orders']} pesanannya kepada "
        f"penyedia ini, senilai {rupiah(inputs['value'])} dari {rupiah(inputs['all_value'])}."
    )


RULE = Rule(
    code="ID01",
    title="PPK dan penyedia yang sama berulang kali",
    explanation="Pesanan yang terus-menerus jatuh kepada satu penyedia dapat berarti penyedianya sudah ditentukan.",
    legal_basis=f"Perpres 16/2018 Pasal 6 dan 7; {POLICY}",
    sentence=sentence,
    parameters={
        "days": "flag.ID01.days",
        "orders": "flag.ID01.min_orders",
        "share_bp": "flag.ID01.share_bp",
        "share_orders": "flag.ID01.share_orders",
        "least": "flag.ID01.min_total_orders",
    },
    sql=SQL,
    at_act=True,
    untold=(
        "Satu atau dua pesanan besar bukan “berulang kali”; bagian nilainya ditampilkan saat pengajuan saja.",
    ),
)
