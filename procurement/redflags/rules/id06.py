"""ID06: a specification that fits one vendor alone, or is copied from a product's page."""

from __future__ import annotations

from procurement.redflags.rules.rule import JUDGED, POLICY, Inputs, Rule
from procurement.redflags.rules.words import percent

_PLAIN = "lower(regexp_replace({}, '<[^>]*>|[[:space:]]+', ' ', 'g'))"

SQL = f"""
WITH bought AS MATERIALIZED (
    SELECT p.id, p.vendor_id, p.organisation_id, p.package_id, l.product_id, l.choice_id
      FROM purchasing_purchase p
      JOIN purchasing_purchaseline l ON l.purchase_id = p.id
     WHERE {JUDGED}
), kak AS (
    SELECT b.id, b.vendor_id, b.organisation_id, b.product_id,
           similarity({_PLAIN.format("k.kak")}, {_PLAIN.format("g.description")}) AS alike
      FROM bought b
      JOIN planning_package k ON k.id = b.package_id AND length(k.kak) >= %(letters)s
      JOIN catalogue_product g ON g.id = b.product_id AND length(g.description) >= %(letters)s
), contest AS (
    SELECT c.id, c.organisation_id, c.specification
      FROM competition_competition c
     WHERE c.region_id = %(region)s AND c.published_at >= %(since)s AND c.published_at < %(until)s
       AND c.state NOT IN ('DRAFT', 'CANCELLED')
)
SELECT DISTINCT ON (k.id) k.id, NULL::bigint, k.vendor_id, k.organisation_id, 'kak',
       (k.alike * 1000000 / %(alike_bp)s)::int,
       jsonb_build_object('product', k.product_id, 'alike_bp', (k.alike * 10000)::int)
  FROM kak k
 WHERE k.alike * 10000 >= %(alike_bp)s
UNION ALL
SELECT b.id, NULL, min(b.vendor_id), min(b.organisation_id), 'choice', min(told.filters) * 100 / %(filters)s,
       jsonb_build_object('filters', min(told.filters), 'offers', min(told.total))
  FROM bought b
  JOIN search_frozenchoice f ON f.id = b.choice_id
 CROSS JOIN LATERAL (
      SELECT (f.content::jsonb ->> 'total')::int AS total,
             regexp_count(f.content::jsonb ->> 'understood', '=') AS filters,
             (SELECT count(DISTINCT o -> 'vendor')
                FROM jsonb_array_elements(f.content::jsonb -> 'offers') o) AS vendors,
             jsonb_array_length(f.content::jsonb -> 'offers') AS shown) told
 WHERE told.vendors = 1 AND told.shown = told.total AND told.filters >= %(filters)s
 GROUP BY b.id
UNION ALL
SELECT NULL, c.id, min(i.vendor_id), c.organisation_id, 'invited', 100, jsonb_build_object('invited', 1)
  FROM contest c
  JOIN competition_invitation i ON i.competition_id = c.id
 GROUP BY c.id, c.organisation_id
HAVING count(*) = 1
UNION ALL
SELECT DISTINCT ON (c.id) NULL::bigint, c.id, o.vendor_id, c.organisation_id, 'copied',
       (told.alike * 1000000 / %(alike_bp)s)::int,
       jsonb_build_object('product', g.id, 'alike_bp', (told.alike * 10000)::int)
  FROM contest c
  JOIN competition_award a ON a.competition_id = c.id
  JOIN competition_offer o ON o.id = a.offer_id
  JOIN competition_offerline ol ON ol.offer_id = o.id
  JOIN vendors_listing v ON v.id = ol.listing_id
  JOIN catalogue_product g ON g.id = v.product_id
 CROSS JOIN LATERAL (
      SELECT similarity({_PLAIN.format("c.specification")}, {_PLAIN.format("g.description")}) AS alike) told
 WHERE length(c.specification) >= %(letters)s AND length(g.description) >= %(letters)s
   AND told.alike * 10000 >= %(alike_bp)s
"""


def sentence(inputs: Inputs, values: Inputs) -> str:
    """What locks the specification."""
    if "invited" in inputs:
        return "Hanya satu penyedia yang cocok dengan permintaan mini-kompetisi ini, sehingga hanya satu yang diundang."
    if "filters" in inputs:
        return (
            f"Dengan {inputs['filters']} saringan hanya tersisa {inputs['offers']} penawaran dari satu "
            "penyedia, dan itu yang dipesan."
        )
    return (
        f"Spesifikasi {percent(inputs['alike_bp'])} sama dengan kalimat pada halaman produk yang dibeli; batasnya "
        f"{percent(values['alike_bp'])}."
    )


RULE = Rule(
    code="ID06",
    title="Spesifikasi terkunci",
    explanation="Spesifikasi yang hanya cocok untuk satu produk menutup persaingan sebelum dimulai.",
    legal_basis=f"Perpres 16/2018 Pasal 19 (spesifikasi, penyebutan merek); {POLICY}",
    sentence=sentence,
    parameters={
        "alike_bp": "flag.ID06.alike_bp",
        "letters": "flag.ID06.min_letters",
        "filters": "flag.ID06.min_filters",
    },
    sql=SQL,
    untold=(
        "KAK yang diunggah sebagai berkas tidak dibaca; hanya yang diketik. Produk tanpa jawaban pencarian yang "
        "dibekukan dinilai menurut KAK saja.",
    ),
)
