"""Bargaining before the PPK approves: rounds, limits, what an agreement does to money and stock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.purchasing import actions
from procurement.purchasing.models import Agreement, Side
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import path, send, session, snapshot
from vendors.actions import delist_listing
from vendors.models import DeliveryCharge

pytestmark = pytest.mark.django_db

WORKED = (("Kertas HVS A4 80 gsm", 54_000, 200), ("Pulpen isi 12", 36_000, 100), ("Map odner", 32_000, 150))


def worked_example() -> factories.Story:
    """The order of the handbook's worked example (§12), at its list prices, open to negotiation."""
    unit = factories.office(pagu=25_000_000, hps=21_645_000)
    shop = factories.shop("CV Maju Bersama Contoh")
    DeliveryCharge.objects.create(vendor=shop, area_code="", amount=300_000, valid_from=clock.now())
    wanted = [
        (factories.paper(shop, title=title, price=price), quantity) for title, price, quantity in WORKED
    ]
    return factories.story("NEGOTIATING", at=unit, wanted=wanted)


def offered(story: factories.Story, prices: tuple[int, ...], shipping: int) -> actions.Offer:
    lines = story.purchase.lines.order_by("position")
    told = dict(zip([line.pk for line in lines], prices, strict=True))
    return actions.Offer(prices=told, shipping=shipping, needed_by=story.purchase.needed_by)


def test_the_worked_example_saves_777000():
    story = worked_example()
    line = story.office.line
    line.refresh_from_db()
    assert (line.available, line.reserved) == (3_355_000, 21_645_000)

    story.take("counter", offer=offered(story, (51_000, 34_000, 30_000), 200_000))
    actions.counter(
        actor=story.vendor,
        purchase_id=story.purchase.pk,
        offer=offered(story, (52_000, 35_000, 31_000), 250_000),
    )
    story.take("agree")

    line.refresh_from_db()
    assert (line.available, line.reserved) == (4_132_000, 20_868_000)
    assert (story.purchase.price_total, story.purchase.ppn) == (18_800_000, 2_068_000)
    assert (story.purchase.state, story.purchase.version) == ("AWAITING_PPK", 2)
    told = Entry.objects.filter(act="purchase.agree").get()
    assert told.facts["saving_rupiah"] == 777_000
    second = Agreement.objects.get(purchase=story.purchase, version=2)
    assert (second.cause, second.total, second.sha256) == (
        "NEGOTIATION",
        20_868_000,
        told.facts["agreement_sha256"],
    )
    assert [each.agreed_price for each in story.purchase.lines.all()] == [52_000, 35_000, 31_000]
    story.take("approve")
    story.take("confirm")
    assert story.purchase.total == 20_868_000


def test_each_round_stays_and_begins_the_deadline_anew():
    story = factories.story("NEGOTIATING")

    story.take("counter", offer=story.offer(price=50_000, message="  Mohon harga terbaik  "))

    said = story.purchase.rounds.get(number=1)
    assert (said.side, said.by, said.message) == (
        Side.BUYER,
        story.office.officers[Role.PP].user,
        "Mohon harga terbaik",
    )
    assert story.purchase.last_round_by == Side.BUYER
    assert said.expires_at == story.purchase.due_at
    assert story.purchase.rounds.get(number=0).total == story.purchase.total  # nothing agreed yet


def refused_offer(story: factories.Story, **told: object) -> str:
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("counter", offer=story.offer(**told))  # type: ignore[arg-type]
    assert snapshot(story) == before
    assert story.purchase.rounds.count() == 1
    assert refused.value.fix
    return refused.value.code


def test_no_offer_goes_above_the_list_price():
    assert refused_offer(factories.story("NEGOTIATING"), price=52_001) == "above_list"


def test_no_offer_goes_above_the_shipping_asked_at_first():
    assert refused_offer(factories.story("NEGOTIATING"), shipping=1) == "above_charge"


def test_no_offer_is_for_yesterday():
    story = factories.story("NEGOTIATING")
    assert refused_offer(story, needed_by=clock.today() - timedelta(days=1)) == "needed_by_past"


def test_no_offer_is_about_another_orders_lines():
    story, other = factories.story("NEGOTIATING"), factories.story("NEGOTIATING")
    theirs = other.purchase.lines.get().pk
    assert refused_offer(story, prices={theirs: 1_000}) == "wrong_lines"


def test_no_offer_goes_above_the_hps():
    unit = factories.office(pagu=2_000_000, hps=1_200_000)
    story = factories.story("NEGOTIATING", at=unit)
    line = story.purchase.lines.get()
    assert refused_offer(story, quantities={line.pk: 40}) == "above_hps"


def test_nobody_answers_their_own_offer():
    story = factories.story("NEGOTIATING")
    story.take("counter")
    before = snapshot(story)
    for move in ("counter", "agree"):
        with pytest.raises(Refused) as refused:
            story.take(move)
        assert refused.value.code == "not_your_turn"
    assert snapshot(story) == before


def test_the_vendor_may_agree_to_the_buyers_offer():
    story = factories.story("NEGOTIATING")
    story.take("counter", offer=story.offer(price=50_000))
    actions.agree(actor=story.vendor, purchase_id=story.purchase.pk)
    assert story.fresh().lines.get().agreed_price == 50_000
    assert story.purchase.state == "AWAITING_PPK"


@pytest.mark.parametrize(("units", "free"), [(30, 470), (8, 492)])
def test_a_changed_quantity_moves_money_and_stock_by_the_difference(units, free):
    story = factories.story("NEGOTIATING")
    line = story.purchase.lines.get()
    story.take("counter", offer=story.offer(quantities={line.pk: units}))
    record = line.stockrecord
    record.refresh_from_db()
    assert record.num_allocated == 20  # an offer holds nothing

    actions.agree(actor=story.vendor, purchase_id=story.purchase.pk)

    record.refresh_from_db()
    assert record.num_in_stock - record.num_allocated == free
    budget = story.office.line
    budget.refresh_from_db()
    assert budget.reserved == story.fresh().total
    assert story.purchase.goods_total == units * 52_000
    assert story.purchase.deliveries.get().lines.get().quantity == units


def test_a_product_taken_off_show_is_not_agreed_and_the_reader_is_told_how_to_mend():
    story = factories.story("NEGOTIATING")
    story.take("counter")
    listing = story.purchase.lines.get().listing
    delist_listing(actor=story.vendor, listing_id=listing.pk, reason="stok bahan baku habis dulu")
    before = snapshot(story)

    with pytest.raises(Refused) as refused:
        actions.agree(actor=story.vendor, purchase_id=story.purchase.pk)

    assert refused.value.code == "listing_gone"
    assert "menayangkannya kembali" in str(refused.value)
    assert snapshot(story) == before
    page = session(story, Role.VENDOR).get(path(story, "agree")).content.decode()
    assert "turun tayang" in page


def test_both_sides_bargain_over_http():
    story = factories.story("NEGOTIATING")
    line = story.purchase.lines.get()
    assert send(story, Role.PP, "counter", message="Untuk 20 rim").status_code == 302
    seen = session(story, Role.VENDOR).get(path(story)).content.decode()
    assert "Untuk 20 rim" in seen
    assert "Setujui tawaran" in seen
    assert send(story, Role.VENDOR, "counter", **{f"price_{line.pk}": 51_500}).status_code == 302
    assert send(story, Role.PP, "agree").status_code == 302
    assert story.fresh().lines.get().agreed_price == 51_500


def test_counting_an_offer_sends_nothing():
    story = factories.story("NEGOTIATING")
    before = snapshot(story)
    response = send(story, Role.PP, "counter", step="count")
    assert response.status_code == 200
    assert "Rp1.132.200" in response.content.decode()  # 20 × 51.000 with PPN
    assert snapshot(story) == before


def test_an_offer_above_the_list_price_is_refused_on_the_page_and_nothing_typed_is_lost():
    story = factories.story("NEGOTIATING")
    line = story.purchase.lines.get()
    response = send(story, Role.PP, "counter", **{f"price_{line.pk}": 60_000}, message="tetap di sini")
    assert response.status_code == 409
    page = response.content.decode()
    assert "melebihi harga tayang" in page
    assert "tetap di sini" in page
    assert "60000" in page


def test_a_stranger_does_not_see_the_negotiation():
    story = factories.story("NEGOTIATING")
    stranger = people.signed_in(people.appointment(Role.VENDOR))
    assert stranger.get(path(story, "counter")).status_code == 404
