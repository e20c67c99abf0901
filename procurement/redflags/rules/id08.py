"""ID08: one need bought in parts, each within a limit, together above it. The order that crosses it is flagged."""

from __future__ import annotations

from procurement.redflags.rules.rule import LIVING, Inputs, Rule
from procurement.redflags.rules.words import rupiah

# Twice the window is read, so that the order before the first one judged has its whole window, too. What was ordered
# for one need is of one kind of goods, came within days, and each part is no small one: small orders that come again
# and again (meals for meetings) cross every limit some day. At the act more is shown, because nothing is accused there.
SQL = f"""
WITH living AS MATERIALIZED (
    SELECT p.id, p.organisation_id, p.vendor_id, p.package_id, p.total, p.submitted_at
      FROM purchasing_purchase p
     WHERE p.region_id = %(region)s AND {LIVING} AND p.submitted_at < %(until)s
       AND p.submitted_at >= %(since)s - make_interval(days => 2 * %(days)s)
), kinds AS (
    SELECT DISTINCT o.id, left(l.kbki_code, %(digits)s) AS kbki
      FROM living o
      JOIN purchasing_purchaseline l ON l.purchase_id = o.id AND length(l.kbki_code) >= %(digits)s
), looked AS (
    SELECT o.id, o.organisation_id, o.vendor_id, o.submitted_at, o.total, k.kbki, rung.amount AS rung, who.vendor
      FROM living o
      JOIN kinds k ON k.id = o.id
      JOIN unnest(%(limits)s::bigint[]) AS rung(amount)
        ON o.total <= rung.amount AND o.total * 10000 >= rung.amount * %(part_bp)s
     CROSS JOIN LATERAL (
          SELECT o.vendor_id AS vendor
          UNION ALL
          SELECT 0 WHERE rung.amount = (SELECT max(largest) FROM unnest(%(limits)s::bigint[]) largest)) who
), summed AS (
    SELECT *, (sum(total) OVER near)::bigint AS together, count(*) OVER near AS orders,
           array_agg(id) OVER near AS members, submitted_at - min(submitted_at) OVER near AS apart
      FROM looked
    WINDOW near AS (PARTITION BY rung, kbki, organisation_id, vendor ORDER BY submitted_at
                    RANGE BETWEEN make_interval(days => %(days)s) PRECEDING AND CURRENT ROW)
), crossed AS (
    SELECT *, lag(over) OVER (PARTITION BY rung, kbki, organisation_id, vendor
                                    ORDER BY submitted_at, id) AS over_before
      FROM (SELECT *, together > rung
                      AND (orders >= %(package_orders)s OR apart <= make_interval(days => %(close_days)s)) AS over
              FROM summed) judged
), gravest AS (
    SELECT DISTINCT ON (id) * FROM crossed
     WHERE over AND over_before IS DISTINCT FROM true AND submitted_at >= %(since)s
     ORDER BY id, rung DESC, vendor DESC, together DESC, kbki
), numbered AS (
    SELECT o.id, o.organisation_id, o.vendor_id, o.package_id, o.submitted_at,
           row_number() OVER so_far AS nth,
           (sum(o.total) OVER so_far)::bigint AS together, array_agg(o.id) OVER so_far AS members
      FROM purchasing_purchase o
     WHERE o.package_id IN (SELECT package_id FROM living) AND {LIVING.replace("p.", "o.")}
    WINDOW so_far AS (PARTITION BY o.package_id ORDER BY o.submitted_at, o.id)
)
SELECT id, NULL::bigint, vendor_id, organisation_id, 'limit', (together * 100 / rung)::bigint,
       jsonb_build_object('limit', rung, 'sum', together, 'count', orders, 'kbki', kbki,
                          'same_vendor', vendor <> 0,
                          'orders', (SELECT jsonb_agg(one ORDER BY one) FROM unnest(members) AS one))
  FROM gravest
UNION ALL
SELECT id, NULL, vendor_id, organisation_id, 'package', 100,
       jsonb_build_object('package', package_id, 'count', nth, 'sum', together,
                          'orders', (SELECT jsonb_agg(one ORDER BY one) FROM unnest(members) AS one))
  FROM numbered
 WHERE nth = %(package_orders)s AND submitted_at >= %(since)s AND submitted_at < %(until)s
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """The sum beside the limit, or the parts of one package."""
    if "package" in inputs:
        return f"Satu paket RUP dibeli dalam {inputs['count']} pesanan, seluruhnya {rupiah(inputs['sum'])}."
    whom = "kepada penyedia yang sama" if inputs["same_vendor"] else "kepada siapa pun penyedianya"
    return (
        f"{inputs['count']} pesanan satuan kerja ini dengan golongan barang yang sama (KBKI {inputs['kbki']}), "
        f"{whom}, dalam {values['days']} hari berjumlah {rupiah(inputs['sum'])}; masing-masing tidak melebihi "
        f"{rupiah(inputs['limit'])}."
    )


RULE = Rule(
    code="ID08",
    title="Pemecahan paket",
    explanation="Kebutuhan yang dipecah menghindari tender, wewenang PPK, atau pemeriksaan yang berlaku di atas batas.",
    legal_basis="Perpres 16/2018 Pasal 20 ayat (2)",
    sentence=sentence,
    parameters={
        "days": "flag.ID08.batch_days",
        "limits": "flag.ID08.limits",
        "digits": "flag.ID08.kbki_digits",
        "part_bp": "flag.ID08.part_bp",
        "close_days": "flag.ID08.close_days",
        "package_orders": "flag.ID08.package_orders",
    },
    sql=SQL,
    version=2,
    at_act=True,
    untold=(
        "Kode rekening yang sama dengan barang yang berbeda, pesanan kecil yang berulang, dan pesanan tanpa kode KBKI "
        "ditampilkan saat pengajuan saja.",
        "Dua pesanan yang lebih berjauhan daripada beberapa hari ditampilkan saat pengajuan saja.",
        "Batas pajak Rp2.000.000, PPK yang sama di dua satuan kerja, dan penyedia berbeda di bawah batas terbesar "
        "dinilai saat pengajuan; di sini hanya pesanan yang jumlahnya pertama kali melewati batas.",
    ),
)
