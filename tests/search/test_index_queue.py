"""What an index must be told: noted by the database with the change itself, once, and only while there is an index."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from marketplace.core import clock
from search import index
from search.models import IndexChange, IndexGeneration, ListingCard
from tests.vendors import stalls
from vendors import actions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stall():
    return stalls.vendor()


@pytest.fixture
def generation():
    return IndexGeneration.objects.create(index="eorder-1", began_at=clock.now())


def noted() -> dict[int, int]:
    """Version by listing of what waits."""
    return dict(IndexChange.objects.filter(since__isnull=False).values_list("listing_id", "version"))


def test_without_an_index_nothing_is_noted(stall):
    listing = stalls.listing(stall)
    ListingCard.objects.filter(pk=listing.pk).update(price=1)
    ListingCard.objects.all().delete()

    assert not IndexChange.objects.exists()


def test_every_way_to_change_a_card_is_noted_with_a_higher_version(stall, generation):
    listing = stalls.listing(stall)
    seen = [noted()[listing.pk]]
    owner = stalls.owner_of(stall)

    actions.set_stock(actor=owner, listing_id=listing.pk, in_stock=0)
    seen.append(noted()[listing.pk])
    ListingCard.objects.filter(pk=listing.pk).update(price=1)  # mended by hand
    seen.append(noted()[listing.pk])
    actions.revise_listing(actor=owner, listing_id=listing.pk)
    seen.append(noted()[listing.pk])
    index.refresh([listing.pk], [])
    seen.append(noted()[listing.pk])

    assert seen == sorted(set(seen))
    assert IndexChange.objects.count() == 1


def test_what_changed_nothing_is_not_noted(stall, generation):
    listing = stalls.listing(stall)
    before = noted()

    index.refresh([listing.pk], [])

    assert noted() == before


def test_a_change_that_is_taken_back_was_never_noted(stall, generation):
    listing = stalls.listing(stall)
    before = noted()

    with pytest.raises(RuntimeError), transaction.atomic():
        ListingCard.objects.filter(pk=listing.pk).update(price=1)
        raise RuntimeError

    assert noted() == before


def test_waiting_counts_from_the_first_change_that_waits(stall, generation):
    listing = stalls.listing(stall)
    first = IndexChange.objects.get().since

    ListingCard.objects.filter(pk=listing.pk).update(price=1)

    assert IndexChange.objects.get().since == first


def test_even_a_silenced_session_notes(stall, generation):
    """Restoring and replicating silence triggers; these are always awake."""
    listing = stalls.listing(stall)
    before = noted()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        ListingCard.objects.filter(pk=listing.pk).update(price=1)
        cursor.execute("SET session_replication_role = origin")

    assert noted() != before
