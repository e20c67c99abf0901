"""What buyers see: one row a listing on show, the words in use, and the counts a list page starts with."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from search.packing import FACET_CODE_SQL
from vendors.models import Listing, Vendor


class ListingCard(models.Model):
    """The read model of a listing on show: all that a card, a filter or the search needs, in one row.

    Written only by `search.index`, in the transaction of the act that changed the listing. A listing that buyers may
    not see (draft, delisted, vendor suspended) has no row here at all.
    """

    listing = models.OneToOneField(Listing, models.CASCADE, primary_key=True, related_name="card")
    product_id = models.BigIntegerField(unique=True)
    stockrecord_id = models.BigIntegerField()
    title = models.CharField(max_length=255)
    slug = models.CharField(max_length=255)
    thumb = models.CharField(max_length=255, blank=True)
    category_id = models.BigIntegerField()
    category_path = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=Listing.Kind.choices)
    unit = models.CharField(max_length=30)
    price = models.BigIntegerField()
    vendor_id = models.BigIntegerField()
    vendor_name = models.CharField(max_length=250)
    vendor_slug = models.CharField(max_length=120)
    size = models.CharField(max_length=8)
    pkp = models.BooleanField()
    region_id = models.BigIntegerField()
    place_name = models.CharField(max_length=160)
    place_code = models.CharField(max_length=13)
    city_name = models.CharField(max_length=80)
    area_codes = ArrayField(models.CharField(max_length=13))
    is_pdn = models.BooleanField()
    tkdn_bp = models.PositiveSmallIntegerField(null=True)
    halal = models.BooleanField()
    min_order = models.PositiveIntegerField()
    lead_days = models.PositiveSmallIntegerField()
    live_since = models.DateTimeField()
    # The parts of the ranking that do not depend on the question (see search.ranking and search.standing).
    spot = models.PositiveIntegerField()
    standing = models.PositiveSmallIntegerField(default=0)
    standing_parts = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    available = models.BooleanField(default=True)
    title_words = models.PositiveSmallIntegerField()
    # Title (A) and category with attributes (B): short, so that scoring many rows need not open the whole document.
    head = SearchVectorField()
    document = SearchVectorField()
    facet_code = models.GeneratedField(
        expression=models.expressions.RawSQL(FACET_CODE_SQL, ()),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    # Set by the page from the stock record, which changes with every order; None: made to order.
    free: int | None = None
    # Set by the finder: the points of this hit for the question, and where they come from when that was asked.
    points: int | None = None
    # The same before further offers of one vendor lost some.
    earned: int | None = None
    why: Sequence[tuple[str, int]] = ()
    # Set where a buyer's answer is kept: which one showed this card.
    shown_in: int | None = None

    class Meta:
        verbose_name = _("kartu produk")
        indexes = [
            GinIndex(fields=["document"], name="card_document"),
            # One index a page order, with and without a region in front; each ends in the key, so order is total.
            models.Index(fields=["-live_since", "-listing"], name="card_newest"),
            models.Index(fields=["price", "listing"], name="card_price"),
            models.Index(fields=["region_id", "-live_since", "-listing"], name="card_region_newest"),
            models.Index(fields=["region_id", "price", "listing"], name="card_region_price"),
            models.Index(OpClass("category_path", "text_pattern_ops"), name="card_category"),
            models.Index(OpClass("place_code", "text_pattern_ops"), name="card_place"),
            models.Index(fields=["vendor_id", "-live_since"], name="card_vendor"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The product page."""
        return reverse("product", args=[self.slug, self.product_id])

    # What the card component asks for.

    @property
    def url(self) -> str:
        """The product page; it remembers the answer that led there."""
        return self.get_absolute_url() + (f"?dari={self.shown_in}" if self.shown_in else "")

    @property
    def image_url(self) -> str:
        """The thumbnail; empty when the listing has no picture."""
        return default_storage.url(self.thumb) if self.thumb else ""

    @property
    def vendor(self) -> str:
        """The vendor's name."""
        return self.vendor_name

    @property
    def place(self) -> str:
        """The vendor's city."""
        return self.city_name

    @property
    def badges(self) -> list[str]:
        """What a buyer looks for at a glance."""
        size = Vendor.Size(self.size).label
        return [
            str(size),
            *(["PDN"] if self.is_pdn else []),
            *([f"TKDN {self.tkdn_bp // 100} %"] if self.tkdn_bp else []),
            *(["Halal"] if self.halal else []),
        ]


class CategoryCount(models.Model):
    """How many listings of a region are on show in a category itself (not below it). Kept by `search.index`."""

    category_id = models.BigIntegerField()
    region_id = models.BigIntegerField()
    listings = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("jumlah produk per kategori")
        constraints = [
            models.UniqueConstraint(fields=["category_id", "region_id"], name="category_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.category_id}/{self.region_id}: {self.listings}"


class Word(models.Model):
    """A word that stands in some listing on show, for typing errors and suggestions.

    Words are only added by acts; `search_rebuild` drops those no longer used and counts anew, so `listings` may lag.
    """

    word = models.CharField(max_length=60, primary_key=True)
    stem = models.CharField(max_length=60)
    listings = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("kata")
        indexes = [
            GinIndex(OpClass("word", "gin_trgm_ops"), name="word_trigrams"),
            models.Index(OpClass("word", "text_pattern_ops"), name="word_prefix"),
        ]

    def __str__(self) -> str:
        return self.word
