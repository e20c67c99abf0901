"""A vendor sets what bringing an order to a place costs; what was submitted before keeps its charge."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests import people
from tests.purchasing import factories
from tests.vendors import stalls
from vendors import actions
from vendors.models import DeliveryCharge
from vendors.queries import delivery_charge

pytestmark = pytest.mark.django_db


def test_the_narrowest_area_counts_and_the_general_charge_everywhere_else():
    stall = stalls.vendor()
    owner = stalls.owner_of(stall)
    actions.set_delivery_charge(actor=owner, amount=30_000)
    actions.set_delivery_charge(actor=owner, area_code="31.71", amount=15_000)
    actions.set_delivery_charge(actor=owner, area_code="31.71.06", amount=0)
    places = ("31.71.06.1001", "31.71.01", "31.74.01", "")
    assert [delivery_charge(stall.pk, code) for code in places] == [0, 15_000, 30_000, 30_000]
    assert Entry.objects.filter(act="vendor.delivery_charge").count() == 3


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount": -1}, "charge"),
        ({"amount": 1, "area_code": "99.99"}, "area_unknown"),
        ({"amount": 30_000}, "same_charge"),
    ],
)
def test_a_charge_that_cannot_be_is_refused(told, code):
    stall = stalls.vendor()
    owner = stalls.owner_of(stall)
    actions.set_delivery_charge(actor=owner, amount=30_000)
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        actions.set_delivery_charge(actor=owner, **told)
    assert refused.value.code == code
    assert (DeliveryCharge.objects.count(), Entry.objects.count()) == (1, entries)


def test_an_order_keeps_the_charge_of_its_day():
    listing = factories.paper()
    owner = stalls.owner_of(listing.vendor)
    actions.set_delivery_charge(actor=owner, amount=25_000)
    story = factories.story(wanted=[(listing, 2)])
    actions.set_delivery_charge(actor=owner, amount=99_000)
    assert story.fresh().shipping == 25_000


def test_the_page_sets_a_charge_and_the_stall_shows_it():
    stall = stalls.vendor()
    client = people.signed_in(stall.organisation.appointments.get(role=Role.VENDOR))
    assert client.get("/usaha-saya/ongkir/").status_code == 200
    form = {"area_code": "31.71", "amount": "17500"}
    assert client.post("/usaha-saya/ongkir/", form).status_code == 302
    assert "Rp17.500" in client.get("/usaha-saya/ongkir/").content.decode()
    assert "Rp17.500" in client.get(stall.get_absolute_url()).content.decode()
    assert client.post("/usaha-saya/ongkir/", {"area_code": "kota", "amount": "1"}).status_code == 422
