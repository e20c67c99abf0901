"""A listing's way from draft to show and off it again, and what each step leaves behind."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, connection, transaction
from PIL import Image

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from search.models import CategoryCount, ListingCard
from tests import people
from tests.vendors import stalls
from vendors import actions
from vendors.models import Listing, ListingPrice, Vendor

pytestmark = pytest.mark.django_db(transaction=True)


def entries(thing: Listing | Vendor) -> list[str]:
    return list(
        Entry.objects.filter(aggregate_type=thing.aggregate, aggregate_id=str(thing.pk))
        .order_by("event_no")
        .values_list("act", flat=True)
    )


def test_from_draft_to_show_and_down_again():
    stall = stalls.vendor()
    owner, curator = stalls.owner_of(stall), stalls.operation(Role.CURATOR)

    listing = stalls.drafted(owner)
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    waiting = Listing.objects.get(pk=listing.pk)
    assert (waiting.state, ListingCard.objects.count()) == ("IN_CURATION", 0)
    assert waiting.due_at is not None

    stalls.found_right(listing, curator)
    actions.approve_listing(actor=curator, listing_id=listing.pk, revision=waiting.revision)
    card = ListingCard.objects.get(pk=listing.pk)
    assert (card.price, card.vendor_name, card.city_name) == (35_000, "Warung Bu Sari", "Kota Jakarta Pusat")
    assert Listing.objects.get(pk=listing.pk).live_since is not None
    assert CategoryCount.objects.get().listings == 1

    actions.delist_listing(actor=curator, listing_id=listing.pk, reason="Foto tidak sesuai dengan barangnya.")
    assert not ListingCard.objects.exists()
    assert CategoryCount.objects.get().listings == 0
    acts = ["draft", "image", "submit", "judge", "approve", "delist"]
    assert entries(listing) == [f"listing.{act}" for act in acts]


def test_a_curator_of_another_region_sees_no_such_listing():
    stall = stalls.vendor()
    owner = stalls.owner_of(stall)
    listing = stalls.drafted(owner)
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    before = Entry.objects.count()

    with pytest.raises(Listing.DoesNotExist):
        actions.approve_listing(
            actor=stalls.operation(Role.CURATOR, people.region("D1", "Kabupaten Lain")),
            listing_id=listing.pk,
        )

    assert Listing.objects.get(pk=listing.pk).state == "IN_CURATION"
    assert Entry.objects.count() == before


def test_a_vendor_cannot_touch_anothers_listing():
    listing = stalls.listing(stalls.vendor())
    stranger = stalls.owner_of(stalls.vendor("Toko Lain"))
    before = Entry.objects.count()

    for act in (
        lambda: actions.change_price(actor=stranger, listing_id=listing.pk, price=1),
        lambda: actions.set_stock(actor=stranger, listing_id=listing.pk, in_stock=1),
        lambda: actions.revise_listing(actor=stranger, listing_id=listing.pk),
        lambda: actions.add_image(actor=stranger, listing_id=listing.pk, content=_png()),
    ):
        with pytest.raises(Listing.DoesNotExist):
            act()

    unchanged = Listing.objects.get(pk=listing.pk)
    assert (unchanged.price, unchanged.state, unchanged.revision) == (35_000, "LIVE", 0)
    assert Entry.objects.count() == before


def _png() -> bytes:

    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_new_price_shows_at_once_and_the_old_one_stays_in_the_history():
    stall = stalls.vendor()
    listing = stalls.listing(stall)

    actions.change_price(actor=stalls.owner_of(stall), listing_id=listing.pk, price=37_500)

    assert ListingCard.objects.get(pk=listing.pk).price == 37_500
    listing = Listing.objects.select_related("stockrecord").get(pk=listing.pk)
    assert (listing.price, int(listing.stockrecord.price)) == (37_500, 37_500)
    assert list(listing.prices.order_by("pk").values_list("price", flat=True)) == [35_000, 37_500]


@pytest.mark.parametrize(
    ("price", "code"), [(0, "price"), (10_000_000_000, "above_ceiling"), (35_000, "same_price")]
)
def test_a_price_that_cannot_be_is_refused_and_leaves_no_trace(price, code):
    stall = stalls.vendor()
    listing = stalls.listing(stall)
    before = Entry.objects.count()

    with pytest.raises(Refused) as refusal:
        actions.change_price(actor=stalls.owner_of(stall), listing_id=listing.pk, price=price)

    assert refusal.value.code == code
    assert Listing.objects.get(pk=listing.pk).price == 35_000
    assert ListingPrice.objects.count() == 1
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "sql", ["UPDATE vendors_listingprice SET price = 1", "DELETE FROM vendors_listingprice"]
)
def test_the_database_keeps_the_price_history(sql):
    stalls.listing(stalls.vendor())

    with (
        pytest.raises(DatabaseError, match="is a history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)

    assert ListingPrice.objects.get().price == 35_000


def test_a_listing_on_show_is_not_edited_but_pulled_back():
    stall = stalls.vendor()
    owner, listing = stalls.owner_of(stall), stalls.listing(stall)

    with pytest.raises(Refused) as refusal:
        actions.edit_listing(actor=owner, listing_id=listing.pk, data=stalls.listing_data("Nasi kotak lele"))
    assert refusal.value.code == "on_show"
    assert ListingCard.objects.get().title == "Nasi kotak ayam bakar"

    actions.revise_listing(actor=owner, listing_id=listing.pk)
    assert not ListingCard.objects.exists()
    actions.edit_listing(actor=owner, listing_id=listing.pk, data=stalls.listing_data("Nasi kotak lele"))
    assert Listing.objects.select_related("product").get(pk=listing.pk).product.title == "Nasi kotak lele"


def test_suspending_a_vendor_empties_its_stall_and_reinstating_fills_it():
    stall = stalls.vendor()
    stalls.listing(stall)
    stalls.listing(stall, "Nasi kotak rendang")
    operator = stalls.operation(Role.OPERATOR)

    actions.suspend_vendor(actor=operator, vendor_id=stall.pk, reason="Dua pesanan tidak dipenuhi.")
    assert not ListingCard.objects.exists()

    actions.reinstate_vendor(actor=operator, vendor_id=stall.pk, reason="Sanksi enam bulan selesai.")
    assert ListingCard.objects.count() == 2
    assert CategoryCount.objects.get().listings == 2


def test_a_listing_of_a_vendor_that_was_sent_back_is_not_submitted():
    stall = stalls.vendor(verified=False)
    owner, operator = stalls.owner_of(stall), stalls.operation(Role.OPERATOR)
    listing = stalls.drafted(owner)
    stalls.found_right(stall, operator, but="nib", reason="nib_not_found")
    actions.reject_vendor(actor=operator, vendor_id=stall.pk)
    before = Entry.objects.count()

    with pytest.raises(Refused) as refusal:
        actions.submit_listing(actor=owner, listing_id=listing.pk)

    assert refusal.value.code == "vendor_not_registered"
    assert Listing.objects.get(pk=listing.pk).state == "DRAFT"
    assert Entry.objects.count() == before


def test_a_listing_may_wait_for_its_curator_while_its_vendor_is_checked_but_is_shown_only_afterwards():
    stall = stalls.vendor(verified=False)
    owner, operator = stalls.owner_of(stall), stalls.operation(Role.OPERATOR)
    listing = stalls.drafted(owner)
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    before = Entry.objects.count()

    with pytest.raises(Refused) as refusal:
        actions.approve_listing(actor=operator, listing_id=listing.pk)
    assert refusal.value.code == "vendor_not_verified"
    assert Listing.objects.get(pk=listing.pk).state == "IN_CURATION"
    assert Entry.objects.count() == before

    stalls.found_right(stall, operator)
    actions.verify_vendor(actor=operator, vendor_id=stall.pk)
    stalls.found_right(listing, operator)
    actions.approve_listing(actor=operator, listing_id=listing.pk)
    assert Listing.objects.get(pk=listing.pk).state == "LIVE"


def test_pictures_are_cleaned_and_shown():
    stall = stalls.vendor()
    listing = stalls.listing(stall)
    owner = stalls.owner_of(stall)

    actions.add_image(actor=owner, listing_id=listing.pk, content=_png())
    assert ListingCard.objects.get().thumb.endswith("-kecil.webp")

    with pytest.raises(Refused) as refusal:
        actions.add_image(actor=owner, listing_id=listing.pk, content=b"<svg onload=alert(1)>")
    assert refusal.value.code == "not_an_image"
    assert listing.product.images.count() == 1
