"""Keeping the buyers' read model: cards, category counts, words. Always in the transaction of the act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet
from oscar.core.loading import get_model

from search.documents import add_words, document
from search.models import CategoryCount, ListingCard, Word
from search.ranking import spot_of
from search.standing import Standing, standing_of
from vendors.models import Listing
from vendors.queries import thumb_of

ProductImage = get_model("catalogue", "ProductImage")

CHUNK = 2_000
_WRITTEN = [field for field in ListingCard._meta.concrete_fields if not field.generated]
_CARD_FIELDS = [field.name for field in _WRITTEN if not field.primary_key]


def refresh(shown: Sequence[int], hidden: Sequence[int]) -> None:
    """Take in `shown` listings as they now are, take `hidden` ones out of sight (settings.LISTING_READERS)."""
    for ids in _chunks(shown):
        _show(_listings().filter(pk__in=ids), ids)
    for ids in _chunks(hidden):
        _hide(ids)


def rebuild() -> int:
    """Build cards, counts and words anew from the listings on show; returns how many. One transaction, one lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('search.rebuild'))")
    CategoryCount.objects.all().delete()
    ListingCard.objects.all().delete()
    Word.objects.all().delete()
    ids = list(
        Listing.objects.filter(state="LIVE", vendor__state="VERIFIED")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    refresh(ids, [])
    count_words()
    return len(ids)


def count_words() -> None:
    """Count in how many listings each stem stands; words whose stem stands in none are dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH found AS (SELECT word AS stem, ndoc FROM ts_stat('SELECT document FROM search_listingcard')),
                 dropped AS (DELETE FROM search_word w WHERE NOT EXISTS (SELECT FROM found f WHERE f.stem = w.stem))
            UPDATE search_word w SET listings = f.ndoc FROM found f WHERE f.stem = w.stem AND w.listings <> f.ndoc
            """
        )


def _listings() -> QuerySet[Listing]:
    return Listing.objects.select_related("product", "vendor", "vendor__organisation", "category")


def _show(listings: Iterable[Listing], ids: Sequence[int]) -> None:
    listings = list(listings)
    thumbs = _thumbs([listing.product_id for listing in listings])
    vocabulary: dict[str, str] = {}
    standings = standing_of([listing.pk for listing in listings])
    cards = [
        _card(listing, thumbs.get(listing.product_id, ""), standings[listing.pk], vocabulary)
        for listing in listings
    ]
    before = Counter(ListingCard.objects.filter(pk__in=ids).values_list("category_id", "region_id"))
    if before:
        ListingCard.objects.bulk_create(
            cards,
            update_conflicts=True,
            unique_fields=["listing"],
            update_fields=_CARD_FIELDS,
            batch_size=1_000,
        )
    else:
        _copy(cards)
    after = Counter((card.category_id, card.region_id) for card in cards)
    _count(before, after)
    add_words(vocabulary)


def _copy(cards: Sequence[ListingCard]) -> None:
    """Write new cards by COPY: a third of the cost of INSERT, which counts when a whole market moves in."""
    columns = ", ".join(str(field.column) for field in _WRITTEN)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY search_listingcard ({columns}) FROM STDIN") as rows,
    ):
        for card in cards:
            rows.write_row([getattr(card, field.attname) for field in _WRITTEN])


def _hide(ids: Sequence[int]) -> None:
    before = Counter(ListingCard.objects.filter(pk__in=ids).values_list("category_id", "region_id"))
    ListingCard.objects.filter(pk__in=ids).delete()
    _count(before, Counter())


def _count(before: Counter[tuple[int, int]], after: Counter[tuple[int, int]]) -> None:
    """Shift the kept counts by the difference, rows in key order so that parallel acts cannot deadlock."""
    shifts = {key: after[key] - before[key] for key in sorted(before.keys() | after.keys())}
    rows = [(category, region, shift) for (category, region), shift in shifts.items() if shift]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO search_categorycount AS kept (category_id, region_id, listings) VALUES (%s, %s, greatest(%s, 0))
            ON CONFLICT (category_id, region_id) DO UPDATE SET listings = greatest(kept.listings + %s, 0)
            """,
            [(category, region, shift, shift) for category, region, shift in rows],
        )


def _thumbs(product_ids: Sequence[int]) -> dict[int, str]:
    found = ProductImage.objects.filter(product_id__in=product_ids).order_by("-display_order", "-pk")
    return {product_id: thumb_of(name) for product_id, name in found.values_list("product_id", "original")}


def _card(listing: Listing, thumb: str, standing: Standing, vocabulary: dict[str, str]) -> ListingCard:
    vendor, product = listing.vendor, listing.product
    city = vendor.city
    text = document(
        vocabulary,
        title=product.title,
        attributes=f"{listing.category.name} {listing.unit} {_attributes(listing)}",
        description=product.description,
        vendor=f"{vendor.organisation.name} {vendor.place_name}",
    )
    return ListingCard(
        listing=listing,
        product_id=product.pk,
        stockrecord_id=listing.stockrecord_id,
        title=product.title,
        slug=product.slug,
        thumb=thumb,
        category_id=listing.category_id,
        category_path=listing.category.path,
        kind=listing.kind,
        unit=listing.unit,
        price=listing.price,
        vendor_id=vendor.pk,
        vendor_name=vendor.organisation.name,
        vendor_slug=vendor.slug,
        size=vendor.size,
        pkp=vendor.pkp,
        region_id=vendor.region_id,
        place_name=vendor.place_name,
        place_code=vendor.place_code,
        city_name=city[:80],
        area_codes=listing.area_codes,
        is_pdn=listing.is_pdn,
        tkdn_bp=listing.tkdn_bp,
        halal=listing.halal,
        min_order=listing.min_order,
        lead_days=listing.lead_days,
        live_since=listing.live_since or listing.created_at,
        spot=spot_of(listing.pk),
        standing=standing.points,
        standing_parts=standing.parts,
        score=standing.score,
        available=standing.available,
        title_words=min(text.title_words, 32_767),
        head=text.head,
        document=text.whole,
    )


def _attributes(listing: Listing) -> str:
    said = [listing.get_kind_display()]
    said += ["halal"] if listing.halal else []
    said += ["pdn produk dalam negeri"] if listing.is_pdn else []
    return " ".join(said)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
