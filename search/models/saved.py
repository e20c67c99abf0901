"""Saved searches: what a person wants to hear of, which listings have arrived, and what was told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Appointment
from marketplace.workflow.models import Figures
from vendors.models import Listing

LONGEST_NAME = 80


class SavedSearch(models.Model):
    """A question that a person keeps under a name, to be told when new listings answer it.

    Attributes:
        appointment: under which it was saved; it says whose listings may be told of. None: as the public.
        query: the question as a query string.
        seen_to: the last arrival that was looked at, so that none is told of twice.
        look_at: not looked at before; after a notice that is the next day.
    """

    aggregate: ClassVar[str] = "saved_search"
    figures: ClassVar[Figures] = {
        "name": (
            "search.save:name",
            "search.rename:name",
        ),
    }
    told_from_birth: ClassVar[bool] = True
    vanishes: ClassVar[bool] = True  # its owner may take it back

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Without its appointment it would be the public's, who may see more: it goes with it.
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("nama"), max_length=LONGEST_NAME)
    query = models.TextField(_("pertanyaan"))
    saved_at = models.DateTimeField(_("disimpan"))
    paused_at = models.DateTimeField(_("dijeda"), null=True, blank=True)
    seen_to = models.BigIntegerField(default=0)
    look_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pencarian tersimpan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(F("owner"), Lower("name"), name="saved_search_name_once"),
            models.UniqueConstraint(fields=["owner", "query"], name="saved_search_question_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["look_at", "id"], condition=Q(paused_at__isnull=True), name="saved_search_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page, with what was found for it."""
        return reverse("saved-search", args=[self.pk])

    @property
    def search_url(self) -> str:
        """The search with this question, as it is answered now."""
        return reverse("search") + self.query


class SavedSearchNews(models.Model):
    """New listings that a saved search was told of: at most once a day, which the database holds too."""

    saved = models.ForeignKey(SavedSearch, models.CASCADE, related_name="news")
    day = models.DateField()
    at = models.DateTimeField()
    number = models.PositiveIntegerField(_("jumlah"))
    listings = ArrayField(models.BigIntegerField(), help_text=_("Yang terbaru dari semuanya."))

    class Meta:
        verbose_name = _("kabar pencarian tersimpan")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["saved", "day"], name="saved_search_news_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.saved_id} {self.day}: {self.number}"

    def get_absolute_url(self) -> str:
        """The page of the saved search with the listings of that day."""
        return f"{reverse('saved-search', args=[self.saved_id])}?hari={self.day.isoformat()}"


class ListingArrival(models.Model):
    """The first time a listing went on show, numbered in the order of the log; a listing arrives once."""

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("produk yang baru tayang")

    def __str__(self) -> str:
        return f"{self.pk}: {self.listing_id}"
