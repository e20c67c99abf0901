"""Following without an engine, or with one that is away: nothing is lost, and nobody waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from marketplace.core import clock
from marketplace.events import runner
from search.engines.elastic import documents, following
from search.models import IndexChange, IndexContact, IndexGeneration, ListingCard
from tests.vendors import stalls
from vendors import actions

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "http://127.0.0.1:9/eorder"
"""An address where nothing listens."""


@pytest.fixture
def generation():
    return IndexGeneration.objects.create(index="eorder-1", began_at=clock.now())


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(following, "_rest", following.Rest())


@pytest.fixture
def stall():
    return stalls.vendor()


def test_an_installation_on_postgresql_has_nothing_to_follow(stall, generation, settings):
    settings.SEARCH_URL = "postgresql:"
    stalls.listing(stall)

    assert following.follow() == 0
    assert not IndexContact.objects.exists()


def test_while_the_engine_is_away_changes_wait_and_nobody_asks_again_at_once(stall, generation, settings):
    settings.SEARCH_URL = NOBODY
    listing = stalls.listing(stall)

    assert following.follow() == 0
    assert following.follow() == 0

    assert IndexChange.objects.get(pk=listing.pk).since is not None
    contact = IndexContact.objects.get()
    assert (contact.failures, contact.reached_at) == (1, None)
    assert "ConnectionError" in contact.error


def test_a_message_holds_the_card_and_its_version_of_one_moment(stall, generation):
    listing = stalls.listing(stall, "Kertas HVS A4", way="alat-tulis-kantor/kertas", price=55_000)

    [change] = following.waiting()[1]

    assert change.version == IndexChange.objects.get().version
    document = documents.documents_of([listing.pk])[listing.pk]
    assert document["version"] == change.version
    assert (document["price"], document["title"], document["removed"]) == (55_000, ["kertas hvs a4"], False)
    assert document["places"] == ["31", "31.71", "31.71.06", "31.71.06.1001"]


def test_what_left_the_show_leaves_a_stone(stall, generation):
    listing = stalls.listing(stall)
    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=listing.pk)

    [change] = following.waiting()[1]

    assert change.told == documents.stone(listing.pk, change.version)


def test_what_was_sent_is_forgotten_unless_it_changed_meanwhile(stall, generation):
    first, second = stalls.listing(stall), stalls.listing(stall)
    changes = following.waiting()[1]
    ListingCard.objects.filter(pk=second.pk).update(price=1)

    following.acknowledge(changes, {})

    assert [change.listing for change in following.waiting()[1]] == [second.pk]
    assert IndexChange.objects.get(pk=first.pk).sent_at is not None


def test_what_somebody_is_changing_is_not_waited_for(stall, generation):
    """The acknowledgement of another connection skips the locked row; it is simply sent once more."""
    stalls.listing(stall)
    changes = following.waiting()[1]
    with transaction.atomic():
        IndexChange.objects.select_for_update().get()
        elsewhere = _in_another_connection(lambda: following.acknowledge(changes, {}))

    assert elsewhere == 1
    assert len(following.waiting()[1]) == 1


def test_a_refused_document_waits_with_its_reason_and_stops_no_other(stall, generation):
    bad, good = stalls.listing(stall), stalls.listing(stall)
    changes = following.waiting()[1]

    following.acknowledge(changes, {bad.pk: "eorder-1: mapper_parsing_exception"})

    kept = IndexChange.objects.get(pk=bad.pk)
    assert (kept.attempts, kept.error) == (1, "eorder-1: mapper_parsing_exception")
    assert kept.since is not None
    assert IndexChange.objects.get(pk=good.pk).since is None
    assert following.waiting()[1] == []
    ListingCard.objects.filter(pk=bad.pk).update(price=1)
    assert len(following.waiting()[1]) == 1  # a change is a new chance


def test_the_log_has_a_listing_told_again_when_the_last_message_is_older(stall, generation):
    listing = stalls.listing(stall)
    following.acknowledge(following.waiting()[1], {})
    runner.drain()
    assert following.waiting()[1] == []
    actions.set_stock(actor=stalls.owner_of(stall), listing_id=listing.pk, in_stock=7)
    IndexChange.objects.update(since=None, sent_at=clock.now() - timedelta(days=1))  # the note was lost

    runner.drain()

    assert [change.listing for change in following.waiting()[1]] == [listing.pk]


def _in_another_connection(work):
    def inside():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(inside).result()
