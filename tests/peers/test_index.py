"""The index against a real engine: late messages are powerless, building anew is seamless, what is wrong is found."""

from __future__ import annotations

import json
import threading
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.core.transitions import Refused
from search import index
from search.engines.elastic import comparing, documents, following, rebuilding
from search.engines.elastic.connecting import Address, address, writing
from search.engines.elastic.following import Change
from search.engines.elastic.generations import Generations
from search.models import IndexChange, IndexGeneration, ListingCard
from tests.tampering import guards_asleep
from tests.vendors import stalls
from vendors import actions

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
_names = count(1)


@pytest.fixture
def client(lucene_node, settings, monkeypatch):
    settings.SEARCH_URL = f"{lucene_node.url}/market{next(_names)}"
    settings.SEARCH_NODE = "tests.peers.lucene.wire.PlainNode"
    monkeypatch.setattr(following, "_rest", following.Rest())
    found = here()
    client = writing(found)
    yield client
    generations = Generations(client, found)
    for name in generations.known():
        client.indices.delete(index=name)


@pytest.fixture
def stall():
    return stalls.vendor()


@pytest.fixture
def listings(stall):
    return [stalls.listing(stall, f"Kertas {number}", way="alat-tulis-kantor/kertas") for number in range(5)]


def here() -> Address:
    found = address()
    assert found is not None
    return found


def built() -> str:
    return rebuilding.rebuild(tell=lambda line: None).index


def shown(client) -> dict[int, dict]:
    """What finders see, by listing."""
    name = here().name
    client.indices.refresh(index=name)
    hits = client.search(index=name, size=1_000)["hits"]["hits"]
    return {int(hit["_id"]): hit["_source"] for hit in hits}


def all_cards() -> dict[int, dict]:
    return documents.documents_of(list(ListingCard.objects.values_list("pk", flat=True)))


def test_an_index_built_from_the_cards_holds_every_field_of_every_card(client, listings):
    built()

    assert shown(client) == all_cards()
    assert IndexGeneration.objects.get().stage == "SERVING"
    assert IndexGeneration.objects.get().documents == 5


def test_changes_follow(client, stall, listings):
    built()
    first, second = listings[:2]
    actions.set_stock(actor=stalls.owner_of(stall), listing_id=first.pk, in_stock=0)
    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=second.pk)
    stalls.listing(stall, "Pulpen", way="alat-tulis-kantor/pulpen")

    assert following.follow() == 3

    assert shown(client) == all_cards()
    assert second.pk not in shown(client)
    assert following.waiting()[1] == []


def test_a_late_message_neither_overwrites_nor_raises_the_dead(client, stall, listings):
    name = built()
    changed, gone = listings[:2]
    ListingCard.objects.filter(pk__in=[changed.pk, gone.pk]).update(price=1)
    late = following.waiting()[1]
    ListingCard.objects.filter(pk=changed.pk).update(price=2)
    actions.revise_listing(actor=stalls.owner_of(stall), listing_id=gone.pk)
    following.follow()
    client.indices.put_settings(index=name, settings={"index.gc_deletes": "0ms"})
    client.indices.forcemerge(index=name, max_num_segments=1)

    assert following.send(client, [name], late) == {}

    assert shown(client) == all_cards()
    assert shown(client)[changed.pk]["price"] == 2


def test_what_comes_back_on_show_is_found_again(client, stall, listings):
    built()
    index.refresh([], [listings[0].pk])
    following.follow()
    index.refresh([listings[0].pk], [])
    following.follow()

    assert shown(client) == all_cards()
    assert len(shown(client)) == 5


def test_a_refused_document_is_told_and_the_others_arrive(client, listings):
    name = built()
    good = Change(1, 7, json.dumps({**all_cards()[listings[0].pk], "listing": 1, "version": 7}))
    bad = Change(2, 7, '{"listing": 2, "nonsense": true}')

    errors = following.send(client, [name], [bad, good])

    assert list(errors) == [2]
    assert "strict_dynamic_mapping_exception" in errors[2]
    assert client.exists(index=name, id="1")


def test_an_index_that_is_gone_does_not_come_back_by_itself(client, stall, listings):
    name = built()
    client.indices.delete(index=name)
    ListingCard.objects.update(price=1)

    assert following.follow() == 0

    assert not client.indices.exists(index=name)
    waiting = IndexChange.objects.filter(since__isnull=False)
    assert waiting.count() == 5
    assert all(name in change.error for change in waiting)
    built()
    assert shown(client) == all_cards()


def test_the_index_before_serves_again_in_one_step_and_knows_what_changed_since(client, stall, listings):
    before, after = built(), built()
    ListingCard.objects.filter(pk=listings[0].pk).update(price=7)
    following.follow()

    rebuilding.roll_back(tell=lambda line: None)

    found = Generations(client, here())
    assert found.serving() == [before]
    assert dict(IndexGeneration.objects.values_list("index", "stage")) == {before: "SERVING", after: "KEPT"}
    assert shown(client) == all_cards()
    assert shown(client)[listings[0].pk]["price"] == 7


def test_older_indexes_are_dropped(client, listings):
    names = [built() for _number in range(3)]

    assert Generations(client, here()).known() == set(names[1:])
    assert set(IndexGeneration.objects.values_list("index", flat=True)) == set(names[1:])


def test_what_a_broken_off_building_left_is_cleared_and_the_old_index_served_on(client, listings):
    name = built()
    Generations(client, here()).begin()  # whoever built it was killed here

    assert Generations(client, here()).serving() == [name]
    after = built()

    assert Generations(client, here()).known() == {name, after}
    assert not IndexGeneration.objects.filter(stage="LOADING").exists()


def test_the_engines_word_counts_when_the_change_of_index_was_not_remembered(client, listings):
    before, after = built(), built()
    IndexGeneration.objects.filter(index=after).update(stage="KEPT")
    IndexGeneration.objects.filter(index=before).update(stage="SERVING")

    rebuilding.roll_back(tell=lambda line: None)

    assert Generations(client, here()).serving() == [before]


def test_only_one_builds(client, listings):
    held, done = threading.Event(), threading.Event()

    def build():
        with rebuilding._alone():
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=build)
    other.start()
    held.wait(20)
    try:
        with pytest.raises(Refused) as refused:
            built()
        with pytest.raises(CommandError, match="sedang dibangun"):
            call_command("search_rebuild", "--engine", "elastic")
    finally:
        done.set()
        other.join()

    assert refused.value.code == "already_building"
    assert not IndexGeneration.objects.exists()


def test_everything_wrong_is_found_and_nothing_else(client, stall, listings):
    name = built()
    behind, missing, ghost, ahead, right = (listing.pk for listing in listings)
    ListingCard.objects.filter(pk__in=[missing, ahead, ghost]).update(price=1)
    following.follow()
    client.delete(index=name, id=str(missing))
    IndexChange.objects.create(listing_id=behind, version=9_999)
    IndexChange.objects.filter(pk=ahead).delete()  # as if the database came from an older backup
    IndexChange.objects.filter(pk=ghost).delete()
    with guards_asleep("search_listingcard"):  # a card that went while nobody noted it
        ListingCard.objects.filter(pk=ghost).delete()
    ListingCard.objects.filter(pk=right).update(price=1)  # waits, and so is not wrong

    found = comparing.compare(client, name)

    assert {each.listing: each.kind for each in found.mismatches} == {
        behind: "behind",
        missing: "missing",
        ghost: "ghost",
        ahead: "ahead",
    }
    assert (found.wrong, found.compared) == (4, 5)
