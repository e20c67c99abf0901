"""Collections of documents beside the market: a separate search space, so that relevance can be measured elsewhere."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Collection(models.Model):
    """A named collection; nothing of it ever shows in the market."""

    name = models.SlugField(max_length=60, unique=True)
    language = models.CharField(max_length=2)
    documents = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kumpulan dokumen")

    def __str__(self) -> str:
        return self.name


class CollectionDocument(models.Model):
    """One document under the id its owner gave it."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    title = models.TextField()
    brand = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=300, blank=True)
    price = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    title_words = models.PositiveSmallIntegerField()
    head = SearchVectorField()
    document = SearchVectorField()

    class Meta:
        verbose_name = _("dokumen kumpulan")
        constraints = [models.UniqueConstraint(fields=["collection", "key"], name="collection_document_once")]
        indexes = [GinIndex(fields=["document"], name="collection_document_words")]

    def __str__(self) -> str:
        return self.title


class CollectionWord(models.Model):
    """A word of a collection, its stem, and in how many documents the stem stands."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="+")
    word = models.CharField(max_length=60)
    stem = models.CharField(max_length=60)
    listings = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("kata kumpulan")
        constraints = [models.UniqueConstraint(fields=["collection", "word"], name="collection_word_once")]
        indexes = [
            models.Index(fields=["collection", "stem"], name="collection_word_stem"),
            GinIndex(OpClass("word", "gin_trgm_ops"), name="collection_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word
