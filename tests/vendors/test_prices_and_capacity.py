"""Prices by area, capacity by the day, pictures, copies; and that nothing of it reaches back into an order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.purchasing.actions import Destination, submit_basket
from procurement.purchasing.models import Purchase, PurchaseLine
from tests import people
from tests.purchasing import factories
from tests.vendors import stalls
from vendors import actions, queries
from vendors.domestic import Thresholds, rank, ranks
from vendors.models import Listing, ListingPrice

pytestmark = pytest.mark.django_db(transaction=True)


def refused(code: str, act, /, **how) -> None:
    before = (
        Entry.objects.count(),
        list(Listing.objects.order_by("pk").values()),
        ListingPrice.objects.count(),
    )
    with pytest.raises(Refused) as refusal:
        act(**how)
    assert refusal.value.code == code
    after = (
        Entry.objects.count(),
        list(Listing.objects.order_by("pk").values()),
        ListingPrice.objects.count(),
    )
    assert after == before


@pytest.fixture
def listing():
    return stalls.listing(stalls.vendor())


def test_the_narrowest_area_with_a_price_decides(listing):
    owner = stalls.owner_of(listing.vendor)
    for code, price in (("31.01", 50_000), ("31.01.02", 60_000)):
        actions.set_regional_price(actor=owner, listing_id=listing.pk, area_code=code, price=price)
    listing.refresh_from_db()

    told = {
        code: queries.price_at(listing, code)
        for code in ("31.71.06.1001", "31.01.01.1001", "31.01.02.1001", "")
    }
    assert list(told.values()) == [35_000, 50_000, 60_000, 35_000]

    actions.set_regional_price(actor=owner, listing_id=listing.pk, area_code="31.01", price=None)
    listing.refresh_from_db()
    assert listing.regional_prices == {"31.01.02": 60_000}
    assert list(
        ListingPrice.objects.filter(area_code="31.01").order_by("pk").values_list("price", flat=True)
    ) == [
        50_000,
        0,
    ]


def test_a_price_by_area_that_cannot_be_is_refused(listing):
    owner, act = stalls.owner_of(listing.vendor), actions.set_regional_price
    refused("price", act, actor=owner, listing_id=listing.pk, area_code="31.01", price=0)
    refused("area_unknown", act, actor=owner, listing_id=listing.pk, area_code="99.99", price=1)
    refused("same_price", act, actor=owner, listing_id=listing.pk, area_code="31.01", price=None)
    stranger = stalls.owner_of(stalls.vendor("Toko Lain"))
    with pytest.raises(Listing.DoesNotExist):
        act(actor=stranger, listing_id=listing.pk, area_code="31.01", price=1)


def delivery(place: str = "31.71.01.1001", days: int = 10) -> Destination:
    return Destination(
        address="Jalan Medan Merdeka 8", place_code=place, needed_by=clock.today() + timedelta(days=days)
    )


def submit(office: factories.Office, wanted, where: Destination) -> list[Purchase]:
    buyer = office.actor(Role.PP)
    factories.fill_basket(buyer, wanted)
    line = office.package.lines.get()
    return submit_basket(
        actor=buyer, package_id=office.package.pk, budget_line_id=line.pk, destinations=[where]
    )


def test_an_order_bears_the_price_of_the_place_it_goes_to_and_keeps_it():
    office = factories.office()
    item = factories.paper(area_codes=["31"])
    owner = stalls.owner_of(item.vendor)
    actions.set_regional_price(actor=owner, listing_id=item.pk, area_code="31.01", price=58_000)

    (far,) = submit(office, [(item, 10)], delivery("31.01.01.1001"))
    line = far.lines.get()
    assert (line.agreed_price, line.list_price, far.goods_total) == (58_000, 58_000, 580_000)

    actions.set_regional_price(actor=owner, listing_id=item.pk, area_code="31.01", price=99_000)
    actions.change_price(actor=owner, listing_id=item.pk, price=70_000)
    actions.revise_listing(actor=owner, listing_id=item.pk)
    actions.edit_listing(
        actor=owner,
        listing_id=item.pk,
        data=stalls.listing_data(
            "Kertas lain sama sekali", way="alat-tulis-kantor/kertas", kind="BARANG", unit="dus", price=1
        ),
    )
    far.refresh_from_db()
    kept = far.lines.get()
    assert (kept.title, kept.unit, kept.agreed_price, far.goods_total) == (line.title, "rim", 58_000, 580_000)


def test_a_change_of_the_listing_reaches_no_order_and_no_paper_of_it():
    story = factories.story("AWAITING_VENDOR")
    line = story.purchase.lines.get()
    owner = stalls.owner_of(story.purchase.vendor)
    actions.change_price(actor=owner, listing_id=line.listing_id, price=77_777)
    actions.delist_listing(actor=owner, listing_id=line.listing_id, reason="Pabriknya berhenti membuat.")

    story.take("confirm")

    again = PurchaseLine.objects.get(pk=line.pk)
    assert (again.agreed_price, again.total, again.title) == (line.agreed_price, line.total, line.title)
    facts = str(Paper.objects.get(kind="surat_pesanan").facts)
    assert line.title in facts
    assert "77777" not in facts


def test_no_more_is_promised_for_a_day_than_can_be_made():
    office = factories.office()
    item = stalls.listing(factories.shop(), daily_capacity=100, in_stock=None, is_pdn=True, area_codes=["31"])
    submit(office, [(item, 70)], delivery())
    before = (Purchase.objects.count(), Entry.objects.count())

    with pytest.raises(Refused) as refusal:
        submit(office, [(item, 31)], delivery())
    assert refusal.value.code == "over_capacity"
    assert "tinggal sanggup 30 kotak" in refusal.value.sentence
    assert (Purchase.objects.count(), Entry.objects.count()) == before


def test_another_day_has_its_own_capacity():
    office = factories.office()
    item = stalls.listing(factories.shop(), daily_capacity=100, in_stock=None, is_pdn=True, area_codes=["31"])
    submit(office, [(item, 70)], delivery())

    assert submit(office, [(item, 100)], delivery(days=11))


@pytest.mark.race
def test_two_buyers_cannot_both_take_the_last_portions():
    first, second = factories.office(), factories.office()
    item = stalls.listing(factories.shop(), daily_capacity=100, in_stock=None, is_pdn=True, area_codes=["31"])
    where = delivery()

    def buy(office: factories.Office) -> str:
        try:
            submit(office, [(item, 60)], where)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(buy, (first, second))) == ["made", "over_capacity"]
    assert Purchase.objects.count() == 1


def test_capacity_below_the_smallest_order_is_refused():
    owner = stalls.owner_of(stalls.vendor())
    refused(
        "capacity",
        actions.draft_listing,
        actor=owner,
        data=stalls.listing_data(min_order=50, daily_capacity=49, in_stock=None),
    )


def test_pictures_are_put_in_order_and_the_last_one_of_a_shown_listing_stays(listing):
    owner = stalls.owner_of(listing.vendor)
    for colour in ("red", "green", "blue"):
        actions.add_image(actor=owner, listing_id=listing.pk, content=stalls.picture(colour))
    images = list(listing.product.images.order_by("display_order"))

    actions.order_images(actor=owner, listing_id=listing.pk, image_ids=[images[2].pk])
    assert [each.pk for each in listing.product.images.order_by("display_order")] == [
        images[2].pk,
        images[0].pk,
        images[1].pk,
    ]
    for image in images[:2]:
        actions.remove_image(actor=owner, listing_id=listing.pk, image_id=image.pk)
    refused("last_image", actions.remove_image, actor=owner, listing_id=listing.pk, image_id=images[2].pk)
    assert listing.product.images.get().pk == images[2].pk


def test_a_copy_is_a_draft_of_its_own(listing):
    owner = stalls.owner_of(listing.vendor)
    made = actions.copy_listing(actor=owner, listing_id=listing.pk)

    assert (made.state, made.price, made.attributes, made.sku) == (
        "DRAFT",
        listing.price,
        listing.attributes,
        "",
    )
    assert made.product.title == f"{listing.product.title} (salinan)"
    assert made.prices.count() == 1
    with pytest.raises(Listing.DoesNotExist):
        actions.copy_listing(actor=stalls.owner_of(stalls.vendor("Lain")), listing_id=listing.pk)


def test_an_incomplete_draft_is_kept_but_not_handed_in():
    owner = stalls.owner_of(stalls.vendor())
    made = actions.draft_listing(actor=owner, data=stalls.listing_data(attributes={}))
    refused("listing_incomplete", actions.submit_listing, actor=owner, listing_id=made.pk)


def test_the_own_list_narrows_by_state_and_words_and_stays_flat(assert_flat_in_rows):
    stall = stalls.vendor()
    browser = people.signed_in(stall.organisation.appointments.get())
    stalls.listing(stall, "Nasi kotak rendang")
    stalls.listing(stall, "Snack kotak", live=False, sku="SK-1")

    def titles(query: str) -> tuple[bool, bool]:
        page = browser.get(f"/produk-saya/?{query}").content.decode()
        return "Nasi kotak rendang" in page, "Snack kotak" in page

    assert titles("") == (True, True)
    assert titles("status=LIVE") == (True, False)
    assert titles("q=snack") == (False, True)
    assert titles("q=sk-1") == (False, True)
    assert titles("status=ngawur&sebelum=x") == (True, True)
    assert_flat_in_rows(
        lambda: browser.get("/produk-saya/"),
        lambda: [stalls.listing(stall, f"Nasi kotak nomor {number}") for number in range(60)],
    )
    page = browser.get("/produk-saya/").content.decode()
    assert "Yang lebih lama" in page


class _Origin:
    def __init__(self, *, pdn: bool = True, tkdn: int | None = None, bmp: int | None = None) -> None:
        self.is_pdn, self.tkdn_bp, self.bmp_bp = pdn, tkdn, bmp


LIMITS = Thresholds(2_500, 4_000, "Perpres 46/2025 Pasal 66")


@pytest.mark.parametrize(
    ("origin", "preferred", "found"),
    [
        (_Origin(tkdn=2_500, bmp=1_500), True, 1),
        (_Origin(tkdn=2_500), False, 2),
        (_Origin(tkdn=2_499), True, 3),
        (_Origin(tkdn=1), False, 3),
        (_Origin(tkdn=0), False, 4),
        (_Origin(), True, 4),
        (_Origin(pdn=False), True, 5),
    ],
)
def test_the_order_of_domestic_products(origin, preferred, found):
    assert rank(origin, LIMITS, preferred_exists=preferred) == found


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.none() | st.integers(0, 10_000), st.none() | st.integers(0, 1_500)))
)
def test_a_higher_tkdn_never_ranks_lower(rows):
    origins = [_Origin(pdn=pdn, tkdn=tkdn, bmp=bmp) for pdn, tkdn, bmp in rows]
    found = ranks(origins, LIMITS)

    for one, first in zip(origins, found, strict=True):
        for other, second in zip(origins, found, strict=True):
            if (one.tkdn_bp or 0) >= (other.tkdn_bp or 0) > 0:
                assert first <= second
