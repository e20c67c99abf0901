"""The formula in public, for people and for programs, and a vendor's own place with its reasons."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.regulation.queries import parameter
from search.placing import place_of
from search.published import published, worked_out
from search.ranking import MARKET, STANDING_PARTS, nearness
from tests import people
from tests.vendors import stalls
from vendors.exposure import rungs
from vendors.models import Listing
from vendors.queries import get_listing_for

pytestmark = pytest.mark.django_db(transaction=True)


def reread(listing: Listing) -> Listing:
    return get_listing_for(stalls.owner_of(listing.vendor), listing.pk)


def test_the_published_parts_add_up_to_a_hundred_and_fit_keeps_half():
    told = published()
    weights = sum(part["most"] for part in told["parts"])

    assert told["fit"]["most"] == MARKET.words + MARKET.together + MARKET.short[0] >= 50
    assert told["fit"]["most"] + weights == 100
    assert told["paid_places"] is False


def test_nearness_of_the_engines_is_the_published_ladder():
    weights = parameter("exposure.weights").value
    assert nearness(weights["proximity"]) == tuple(rungs("proximity", weights)[1:4])


def test_versions_are_told_with_their_days_and_older_ones_stay():
    newest, oldest = published()["history"]

    assert (newest["version"], newest["valid_from"], newest["valid_to"]) == ("2026-2", "2026-11-26", None)
    assert (oldest["version"], oldest["valid_to"]) == ("2026-1", "2026-11-25")
    assert newest["weights"]["domestic"] == 5
    assert "domestic" not in oldest["weights"]


def test_the_worked_example_adds_up_and_is_in_order():
    first, second = worked_out()
    for example in (first, second):
        assert example["points"] == sum(points for _name, points in example["rows"])
    assert first["points"] > second["points"]


@pytest.mark.parametrize(
    ("address", "headers"), [("/peringkat/?format=json", {}), ("/peringkat/", {"accept": "application/json"})]
)
def test_programs_read_the_formula_as_json(address, headers):
    answer = Client().get(address, headers=headers)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == published()


def test_people_read_it_in_words_and_find_it_in_every_footer(assert_max_queries):
    Client().get("/peringkat/")
    with assert_max_queries(8):
        page = Client().get("/peringkat/").content.decode()
    assert "2026-2" in page
    assert "Riwayat bobot" in page
    assert 'href="/peringkat/"' in Client().get("/katalog/").content.decode()


@pytest.fixture
def rivals():
    return [
        stalls.listing(stalls.vendor(f"Dapur {number}"), f"Nasi kotak ayam {number}", price=30_000 + number)
        for number in range(5)
    ]


def test_a_vendor_is_told_its_place_its_points_and_those_of_the_first_page(rivals):
    own = stalls.listing(stalls.vendor("Dapur Sendiri"), "Paket nasi hemat dalam kotak karton")
    place = place_of(reread(own), "nasi kotak")

    assert (place.total, place.place) == (6, 6)
    assert place.points == sum(points for _name, points in place.parts)
    assert place.first_page is not None
    assert place.first_page[1] == place.points < place.first_page[0]
    assert set(STANDING_PARTS.values()) < {name for name, _points in place.parts}


def test_advice_is_the_three_that_would_give_most(rivals):
    own = stalls.listing(
        stalls.vendor("Dapur Sendiri"), "Hidangan siap saji", description="nasi dalam kotak", is_pdn=False
    )
    place = place_of(reread(own), "nasi kotak")

    assert len(place.advice) == 3
    assert [each.gain for each in place.advice] == sorted((each.gain for each in place.advice), reverse=True)
    assert all(each.gain > 0 for each in place.advice)


def test_equals_are_told_that_they_take_turns(rivals):
    place = place_of(reread(rivals[0]), "nasi kotak ayam")
    assert place.equals >= 2
    assert place.on_first_page


def test_what_does_not_fit_the_question_is_told_so(rivals):
    assert place_of(reread(rivals[0]), "pulpen gel").points is None
    pen = stalls.listing(
        stalls.vendor("Toko Tulis"),
        "Pulpen gel",
        way="alat-tulis-kantor/pulpen",
        description="",
        kind="BARANG",
    )
    place = place_of(reread(pen), "nasi kotak")
    assert (place.total, place.points, place.place) == (5, None, None)


def test_the_page_is_its_own_vendors_alone_and_cheap(rivals, assert_max_queries):
    listing = rivals[0]
    path = f"/produk-saya/{listing.pk}/peringkat/?q=nasi+kotak"
    owner = people.signed_in(
        listing.vendor.organisation.appointments.select_related("user", "organisation").get(role=Role.VENDOR)
    )
    owner.get(path)
    with assert_max_queries(16):
        page = owner.get(path).content.decode()
    assert "dari 5" in page
    assert people.signed_in(people.appointment(Role.VENDOR)).get(path).status_code == 404
    assert people.signed_in(people.appointment(Role.PP)).get(path).status_code == 403


@pytest.mark.parametrize("text", ["", "'", "%00", "(((", "x" * 300, "nasi:*"])
def test_no_text_breaks_the_page(rivals, text):
    listing = rivals[0]
    owner = people.signed_in(
        listing.vendor.organisation.appointments.select_related("user", "organisation").get(role=Role.VENDOR)
    )
    assert owner.get(f"/produk-saya/{listing.pk}/peringkat/", {"q": text}).status_code == 200
