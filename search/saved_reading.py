"""Reads of saved searches: one's own, what was told, and whom an entry about one is news for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Max, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.accounts.queries import appointments_in_force
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from search.models import ListingArrival, ListingCard, SavedSearch, SavedSearchNews
from vendors.queries import visible_regions

PAGE_SIZE = 24


def saved_searches_for(actor: Actor) -> QuerySet[SavedSearch]:
    """The person's own saved searches by name, whatever appointment they act under."""
    return SavedSearch.objects.filter(owner_id=actor.user_id or 0).order_by("name", "pk")


def get_saved_search_for(actor: Actor, pk: int, *, locked: bool = False) -> SavedSearch:
    """One of the person's own saved searches. Raises SavedSearch.DoesNotExist for anybody else's."""
    mine = saved_searches_for(actor)
    return (mine.select_for_update(of=("self",)) if locked else mine).get(pk=pk)


def latest_news(saved: Sequence[SavedSearch]) -> dict[int, SavedSearchNews]:
    """By saved search the last that was told: one query."""
    newest = SavedSearchNews.objects.filter(saved__in=saved).order_by("saved_id", "-day").distinct("saved_id")
    return {each.saved_id: each for each in newest}


def news_of(saved: SavedSearch) -> list[SavedSearchNews]:
    """What a saved search was told in the last months, the newest first."""
    return list(saved.news.order_by("-day")[:60])


def news_on(news: Sequence[SavedSearchNews], day: str) -> SavedSearchNews | None:
    """The news of a day written `2026-11-26`; the newest when it is none of these."""
    try:
        named = date.fromisoformat(day)
    except ValueError:
        named = None
    return next((each for each in news if each.day == named), news[0] if news else None)


def listings_of(actor: Actor, news: SavedSearchNews) -> list[ListingCard]:
    """The listings of some news that the actor may see today, the first page of them: one query."""
    regions = visible_regions(actor)
    cards = ListingCard.objects.defer("head", "document")
    if regions is not None:
        cards = cards.filter(region_id__in=regions)
    found = cards.in_bulk(news.listings)
    return [found[key] for key in news.listings if key in found][:PAGE_SIZE]


def newest_arrival() -> int:
    """The number of the listing that arrived last; 0 before the first."""
    return ListingArrival.objects.aggregate(newest=Max("pk"))["newest"] or 0


def watcher_of(saved: SavedSearch) -> Actor | None:
    """The actor whose eyes a saved search looks with; None when the account or the appointment has ended."""
    owner = saved.owner
    if not owner.is_active:
        return None
    if saved.appointment_id is None:
        return Actor(user_id=owner.pk, name=owner.name, role=Role.PUBLIC)
    held = appointments_in_force().filter(pk=saved.appointment_id, user=owner).first()
    return None if held is None else Actor.of(held)


def news_for(entry: Entry) -> News | None:
    """Whom an entry about a saved search is news for: its owner, of new listings (settings.NOTICE_SOURCES)."""
    if entry.act != "search.news":
        return None
    news = (
        SavedSearchNews.objects.select_related("saved")
        .filter(saved_id=int(entry.aggregate_id), day=entry.facts["day"])
        .first()
    )
    return None if news is None else News((Recipient(user_id=news.saved.owner_id),), news.get_absolute_url())
