"""Suggestions: words, categories and vendors that may be seen, and nothing else."""

from __future__ import annotations

import pytest

from search.models import Word
from search.suggesting import suggest
from tests import people
from tests.vendors import stalls
from vendors import actions
from vendors.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stall():
    made = stalls.vendor("Warung Melati")
    stalls.listing(
        made, "Kertas HVS A4 80 gram", way="alat-tulis-kantor/kertas", kind="BARANG", description=""
    )
    stalls.listing(made, "Kertas kado batik", way="alat-tulis-kantor/kertas", kind="BARANG", description="")
    return made


def told(text: str, **options: object) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in suggest(text, regions=options.get("regions"))]  # type: ignore[arg-type]


def test_the_last_word_is_completed_and_the_words_before_it_kept(stall):
    assert told("kertas hv") == [("search", "kertas hvs")]
    assert told("k") == []
    assert told("kertas bati") == [("search", "kertas batik")]


def test_a_completion_leads_to_something(stall):
    assert told("hvs bati") == []  # both words stand somewhere, but nowhere together


def test_a_slip_is_forgiven(stall):
    assert told("kretas") == [("search", "kertas")]


def test_categories_and_vendors_are_suggested_by_name(stall):
    assert ("category", "Kertas") in told("kert")
    assert told("melat") == [("search", "melati"), ("vendor", "Warung Melati")]
    assert [each.url for each in suggest("melat", regions=None)][-1] == f"/umkm/{stall.slug}/"


def test_nothing_hidden_and_nothing_of_other_regions_shines_through(stall):
    elsewhere = people.region("D300", "Kota Lain")
    assert told("kert", regions=frozenset({elsewhere.pk})) == []

    for listing in Listing.objects.all():
        actions.revise_listing(actor=stalls.owner_of(stall), listing_id=listing.pk)

    assert told("kert") == []
    assert told("melat") == []


def test_a_common_word_is_held_to_the_same(stall):
    Word.objects.update(listings=50_000)
    assert told("kert")[0] == ("search", "kertas")
    assert told("kert", regions=frozenset({stall.region_id}))[0] == ("search", "kertas")
    assert told("kert", regions=frozenset({people.region("D300", "Kota Lain").pk})) == []

    for listing in Listing.objects.all():
        actions.revise_listing(actor=stalls.owner_of(stall), listing_id=listing.pk)

    assert told("kert") == []


@pytest.mark.parametrize("text", ["%", "__", "'\\", "\x00a", "ke'); DROP", "  ", "🍚🍚"])
def test_no_text_breaks_it(stall, text):
    told(text)


def test_the_field_gets_options_and_programs_get_json(stall, client):
    page = client.get("/cari/saran/?q=kert")
    assert 'role="option"' in page.content.decode()
    answer = client.get("/cari/saran/?q=kert", headers={"accept": "application/json"}).json()
    assert answer["suggestions"][0] == {"kind": "search", "text": "kertas", "url": "/cari/?q=kertas"}


def test_suggestions_cost_two_queries(stall, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        told("kertas hv")
