"""Writing rows as listings: sets of rows, one audit entry an act, all in the caller's deed.

What the vendor was shown is compared with what is there now, under lock: a listing that somebody changed meanwhile is
left as it is, and a listing that says already what the row says is left alone, so that a file can be saved twice.
Lock order: the upload (by the caller), listings by key, stock records by key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils.text import slugify
from oscar.core.loading import get_model

from marketplace.workflow.door import Deed
from vendors import bulk
from vendors.actions.listings import product_class_of
from vendors.bulk_upload.comparing import Judged, Shelf, Verdict, judged
from vendors.bulk_upload.reading import Parsed
from vendors.models import Listing, ListingPrice, ListingUpload, UploadRow
from vendors.reading import tell

StockRecord = get_model("partner", "StockRecord")

Outcome = UploadRow.Outcome
CHANGED_SINCE: Final = (
    "kode",
    "produk ini berubah sejak berkas diperiksa; unggah lagi berkasnya untuk melihat perbedaannya",
)

_CHANGE_LISTINGS: Final = """
UPDATE vendors_listing AS kept
   SET category_id = new.category_id, kind = new.kind, unit = new.unit, price = new.price,
       daily_capacity = new.daily_capacity, min_order = new.min_order, lead_days = new.lead_days,
       is_pdn = new.is_pdn, tkdn_bp = new.tkdn_bp, bmp_bp = new.bmp_bp, halal = new.halal,
       kbki_code = new.kbki_code, area_codes = new.area_codes, regional_prices = new.regional_prices,
       attributes = new.attributes, tax_kind = new.tax_kind, commodity = new.commodity, luxury = new.luxury,
       revision = kept.revision + 1
  FROM jsonb_to_recordset(%s::jsonb) AS new(
       id bigint, category_id bigint, kind text, unit text, price bigint, daily_capacity int, min_order int,
       lead_days smallint, is_pdn boolean, tkdn_bp smallint, bmp_bp smallint, halal boolean, kbki_code text,
       area_codes text[], regional_prices jsonb, attributes jsonb, tax_kind text, commodity text, luxury boolean)
 WHERE kept.id = new.id
"""
_CHANGE_PRODUCTS: Final = """
UPDATE catalogue_product AS kept
   SET title = new.title, slug = new.slug, description = new.description, product_class_id = new.class_id,
       date_updated = now()
  FROM vendors_listing AS listing
  JOIN jsonb_to_recordset(%s::jsonb) AS new(id bigint, title text, slug text, description text, class_id bigint)
       ON listing.id = new.id
 WHERE kept.id = listing.product_id
"""
_CHANGE_CATEGORIES: Final = """
UPDATE catalogue_productcategory AS kept SET category_id = listing.category_id
  FROM vendors_listing AS listing
 WHERE listing.id = ANY(%s) AND kept.product_id = listing.product_id AND kept.category_id <> listing.category_id
"""
_CHANGE_STOCK: Final = """
UPDATE partner_stockrecord AS kept
   SET price = new.price, num_in_stock = new.in_stock, num_allocated = coalesce(kept.num_allocated, 0),
       date_updated = now()
  FROM vendors_listing AS listing
  JOIN jsonb_to_recordset(%s::jsonb) AS new(id bigint, price numeric, in_stock int) ON listing.id = new.id
 WHERE kept.id = listing.stockrecord_id
"""
_NOTE_OUTCOMES: Final = """
UPDATE vendors_uploadrow AS kept
   SET outcome = new.outcome, listing_id = new.listing_id, sku = new.sku, problems = new.problems
  FROM jsonb_to_recordset(%s::jsonb) AS new(id bigint, outcome text, listing_id bigint, sku text, problems jsonb)
 WHERE kept.id = new.id
"""


@dataclass(slots=True)
class Saved:
    """What became of a chunk of rows: how many of each outcome, and the first row that was refused."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Outcome.values, 0))
    refused: UploadRow | None = None


def save_rows(deed: Deed, upload: ListingUpload, rows: Sequence[UploadRow], shelf: Shelf) -> Saved:
    """Write one chunk of rows. The caller holds the upload's lock and has loaded its vendor."""
    _lock(upload, rows)
    pairs = [(row, _judged_now(upload, row, found)) for row, found in _found(rows, shelf)]
    made = [(row, now) for row, now in pairs if now.verdict == Verdict.NEW]
    changed = [now for _row, now in pairs if now.verdict == Verdict.CHANGED]
    ids = (
        bulk.make_listings(
            [bulk.ListingRow(vendor_id=upload.vendor_id, data=now.data(), live=False) for _row, now in made],
            deed,
        )
        if made
        else []
    )
    for (row, _now), pk in zip(made, ids, strict=True):
        row.listing_id = pk
    if changed:
        change_listings(deed, upload, changed)
    saved = Saved()
    for row, now in pairs:
        _note(row, now, saved)
    _write_outcomes(rows)
    return saved


def _lock(upload: ListingUpload, rows: Sequence[UploadRow]) -> None:
    """Lock the listings that the rows speak of and their stock records, each in the order of their keys."""
    ids = list(
        Listing.objects.select_for_update()
        .filter(vendor_id=upload.vendor_id)
        .filter(Q(sku__in=[row.sku for row in rows if row.sku]) | Q(pk__in=[row.listing_id for row in rows]))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    records = Listing.objects.filter(pk__in=ids).values("stockrecord_id")
    list(
        StockRecord.objects.select_for_update()
        .filter(pk__in=records)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _found(rows: Sequence[UploadRow], shelf: Shelf) -> list[tuple[UploadRow, tuple[Parsed, str, Any]]]:
    """Each row with what it said and the listing it speaks of as it is now."""
    parsed = [parsed_again(row) for row in rows]
    return list(zip(rows, shelf.find_known(parsed, [(row.sku, row.listing_id) for row in rows]), strict=True))


def parsed_again(row: UploadRow) -> Parsed:
    """What a stored row said."""
    said = dict(row.said)
    return Parsed(row.place, row.line, attributes=said.pop("attributes", {}), said=said)


def _judged_now(upload: ListingUpload, row: UploadRow, found: tuple[Parsed, str, Any]) -> Judged:
    parsed, sku, current = found
    now = judged(
        parsed, sku, current, kind=parsed.said.get("kind", ""), service_area=upload.vendor.service_area
    )
    if now.verdict == Verdict.CHANGED and current is not None:
        unseen = row.verdict == Verdict.NEW or current.revision != row.seen_revision
        if unseen or ("in_stock" in now.changed and current.said["in_stock"] != row.seen_stock):
            now.verdict, now.problems = Verdict.WRONG, [CHANGED_SINCE]
    return now


def _note(row: UploadRow, now: Judged, saved: Saved) -> None:
    row.outcome = {
        Verdict.NEW: Outcome.MADE,
        Verdict.CHANGED: Outcome.CHANGED,
        Verdict.SAME: Outcome.SAME,
        Verdict.WRONG: Outcome.REFUSED,
    }[Verdict(now.verdict)]
    if now.current is not None:
        row.listing_id = now.current.listing_id
    if row.outcome == Outcome.REFUSED:
        row.problems = now.problems
        saved.refused = saved.refused or row
    saved.counts[row.outcome] += 1


def _write_outcomes(rows: Sequence[UploadRow]) -> None:
    _run(
        _NOTE_OUTCOMES,
        [
            {
                "id": row.pk,
                "outcome": row.outcome,
                "listing_id": row.listing_id,
                "sku": row.sku,
                "problems": row.problems,
            }
            for row in rows
        ],
    )


def change_listings(deed: Deed, upload: ListingUpload, changed: Sequence[Judged]) -> None:
    """Write what changed of listings that are there: rows, price history, audit entries, the buyers' view."""
    classes = {kind: product_class_of(kind).pk for kind in {now.said["kind"] for now in changed}}
    _run(
        _CHANGE_LISTINGS,
        [{"id": _id(now), **now.said, **_taxed(now), "attributes": now.attributes} for now in changed],
    )
    _run(
        _CHANGE_PRODUCTS,
        [
            {
                "id": _id(now),
                "title": now.said["title"],
                "slug": slugify(now.said["title"])[:100] or "produk",
                "description": now.said["description"],
                "class_id": classes[now.said["kind"]],
            }
            for now in changed
            if {"title", "description", "kind"} & set(now.changed)
        ],
    )
    ids = [_id(now) for now in changed if "category_id" in now.changed]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE_CATEGORIES, [ids])
    _run(
        _CHANGE_STOCK,
        [
            {"id": _id(now), "price": now.said["price"], "in_stock": now.said["in_stock"]}
            for now in changed
            if {"price", "in_stock"} & set(now.changed)
        ],
    )
    ListingPrice.objects.bulk_create(price for now in changed for price in _prices(now, deed))
    deed.record_many(entry for now in changed for entry in _entries(now))
    if upload.vendor.state == "VERIFIED":
        tell(shown=[_id(now) for now in changed if now.current and now.current.state == "LIVE"])


def _taxed(now: Judged) -> Mapping[str, Any]:
    listing = Listing(kind=now.said["kind"])
    listing.classify(now.data().taxed)
    return {"tax_kind": listing.tax_kind, "commodity": listing.commodity, "luxury": listing.luxury}


def _run(statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(rows)])


def _id(now: Judged) -> int:
    assert now.current is not None
    return now.current.listing_id


def _prices(now: Judged, deed: Deed) -> list[ListingPrice]:
    """The history of what changed: the price, and the price of each area; 0 where an area's price ends."""
    prices = {area: after or 0 for area, _before, after in _areas_changed(now)}
    if "price" in now.changed:
        prices[""] = now.said["price"]
    return [
        ListingPrice(
            listing_id=_id(now), area_code=area, price=price, valid_from=deed.at, set_by_id=deed.actor.user_id
        )
        for area, price in sorted(prices.items())
    ]


def _areas_changed(now: Judged) -> list[tuple[str, int | None, int | None]]:
    """(area, price before, price after) where they differ; None: the general price."""
    assert now.current is not None
    before, after = now.current.said["regional_prices"], now.said["regional_prices"]
    return [
        (area, before.get(area), after.get(area))
        for area in sorted({*before, *after})
        if before.get(area) != after.get(area)
    ]


def _entries(now: Judged) -> list[tuple[str, tuple[str, str], Mapping[str, Any]]]:
    """What the log says: for a draft that it was edited, for a listing on show each change by its own act."""
    assert now.current is not None
    subject, title = ("listing", str(_id(now))), now.said["title"]
    if now.current.state in {"DRAFT", "DELISTED"}:
        return [("listing.edit", subject, {"title": title, "changed": now.changed})]
    entries: list[tuple[str, tuple[str, str], Mapping[str, Any]]] = []
    if "price" in now.changed:
        facts = {"before_rupiah": now.current.said["price"], "after_rupiah": now.said["price"]}
        entries.append(("listing.price", subject, {"title": title, **facts}))
    for area, before, after in _areas_changed(now):
        facts = {
            "title": title,
            "area": area,
            "before_rupiah": before or now.current.said["price"],
            "after_rupiah": after or now.said["price"],
        }
        entries.append(("listing.regional_price", subject, facts))
    if "in_stock" in now.changed:
        entries.append(("listing.stock", subject, {"title": title, "in_stock": now.said["in_stock"]}))
    return entries
