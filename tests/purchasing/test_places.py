"""An order to several places: blocks are added without a script, nothing typed is lost, all is shown before sending."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.purchasing.models import Purchase
from tests import people
from tests.purchasing import factories
from vendors.models import DeliveryCharge

pytestmark = pytest.mark.django_db
PATH = "/keranjang/ajukan/"


@pytest.fixture
def unit():
    return factories.office()


@pytest.fixture
def client(unit):
    return people.signed_in(unit.officers[Role.PP])


def first_place(unit: factories.Office, **told: object) -> dict[str, object]:
    return {
        "budget_line": unit.line.pk,
        "places": 1,
        "address": "Jl. Medan Merdeka Selatan 8",
        "place_code": "31.71.01",
        "needed_by": (clock.today() + timedelta(days=5)).isoformat(),
        "reason": "dekat dengan kantor",
        "no_negotiation_reason": factories.REASON,
        **told,
    }


def test_a_further_address_is_asked_for_and_nothing_typed_is_lost(unit, client):
    paper = factories.paper()
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])

    page = client.post(PATH, {**first_place(unit), "step": "add"}).content.decode()

    assert "Alamat 2" in page
    assert "Jl. Medan Merdeka Selatan 8" in page
    assert "dekat dengan kantor" in page
    assert f'name="q_{paper.pk}" value="10"' in page  # everything stays with the first until told otherwise
    assert f'name="t1-q_{paper.pk}"' in page
    assert not Purchase.objects.exists()


def test_an_order_to_two_places_is_checked_and_sent(unit, client):
    paper = factories.paper()
    DeliveryCharge.objects.create(
        vendor=paper.vendor, area_code="31.71.01", amount=20_000, valid_from=clock.now()
    )
    DeliveryCharge.objects.create(vendor=paper.vendor, area_code="", amount=35_000, valid_from=clock.now())
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    form = first_place(unit, places=2) | {
        f"q_{paper.pk}": 6,
        "t1-address": "Jl. Kramat Raya 10",
        "t1-place_code": "31.71.04",
        "t1-needed_by": (clock.today() + timedelta(days=9)).isoformat(),
        f"t1-q_{paper.pk}": 4,
    }

    checked = client.post(PATH, {**form, "step": "check"}).content.decode()
    for told in ("Pengiriman 2", "Jl. Kramat Raya 10", "Rp20.000", "Rp35.000", "Rp638.250"):
        assert told in checked, told
    assert 'name="t1-address" value="Jl. Kramat Raya 10"' in checked
    sent = client.post(PATH, {**form, "step": "send", "expected_total": 638_250})

    assert sent.status_code == 302
    purchase = Purchase.objects.get()
    found = [(each.address, each.shipping, each.lines.get().quantity) for each in purchase.deliveries.all()]
    assert found == [("Jl. Medan Merdeka Selatan 8", 20_000, 6), ("Jl. Kramat Raya 10", 35_000, 4)]
    assert (purchase.shipping, purchase.total) == (55_000, 638_250)


def test_goods_left_without_an_address_are_told_on_the_form(unit, client):
    paper = factories.paper()
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    form = first_place(unit, places=2) | {
        f"q_{paper.pk}": 6,
        "t1-address": "Jl. Kramat Raya 10",
        "t1-place_code": "31.71.04",
        "t1-needed_by": (clock.today() + timedelta(days=9)).isoformat(),
        f"t1-q_{paper.pk}": 3,
    }
    response = client.post(PATH, {**form, "step": "check"})
    assert response.status_code == 409
    assert "tidak sama dengan jumlah di keranjang" in response.content.decode()
    assert "Jl. Kramat Raya 10" in response.content.decode()


def test_an_address_is_taken_away_and_those_after_it_move_up(unit, client):
    paper = factories.paper()
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    form = first_place(unit, places=3) | {"t1-address": "Jl. Kesatu", "t2-address": "Jl. Kedua"}
    page = client.post(PATH, {**form, "step": "remove:1"}).content.decode()
    assert "Jl. Kesatu" not in page
    assert "Jl. Kedua" in page
    assert "Alamat 3" not in page


def test_an_address_used_before_is_chosen_by_one_click(unit, client):
    factories.story(at=unit)  # went to Medan Merdeka Selatan, lantai 5
    factories.fill_basket(unit.actor(Role.PP), [(factories.paper(), 10)])
    assert "lantai 5" in client.get(PATH).content.decode()
    form = first_place(unit, address="", place_code="", places=1)
    page = client.post(PATH, {**form, "step": "use:0:0"}).content.decode()
    assert "Jl. Medan Merdeka Selatan 8, lantai 5</textarea>" in page
    assert "dekat dengan kantor" in page


def test_another_units_addresses_are_not_offered(unit, client):
    factories.story(at=factories.office())
    factories.fill_basket(unit.actor(Role.PP), [(factories.paper(), 10)])
    assert "lantai 5" not in client.get(PATH).content.decode()


def test_a_service_is_ordered_in_milestones(unit, client):
    service = factories.paper(
        way="kebersihan/jasa-kebersihan", kind="JASA", unit="paket", price=10_000_001, title="Jasa kebersihan"
    )
    factories.fill_basket(unit.actor(Role.PP), [(service, 1)])
    form = first_place(unit, places=2, title="Bulan pertama", percent="40")
    form |= {
        "t1-address": "Jl. Medan Merdeka Selatan 8",
        "t1-place_code": "31.71.01",
        "t1-needed_by": (clock.today() + timedelta(days=40)).isoformat(),
        "t1-title": "Bulan kedua",
        "t1-percent": "60",
        "step": "check",
    }
    checked = client.post(PATH, form)
    page = checked.content.decode()
    assert checked.status_code == 200, page[-2000:]
    assert "Bulan kedua" in page
    assert "Rp4.000.000" in page
    assert "Rp6.000.001" in page
