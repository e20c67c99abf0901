"""The shop's pages: what they show, whom they serve, and what they cost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from tests import people
from tests.vendors import stalls
from vendors import actions, bulk, queries
from vendors.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stall():
    return stalls.vendor()


def fill(stall, number: int, start: int = 0) -> None:
    """Put that many listings on show."""
    image = bulk.store_sample_image("Nasi kotak", "KATERING")
    bulk.create_listings(
        [
            bulk.ListingRow(
                vendor_id=stall.pk,
                data=stalls.listing_data(f"Nasi kotak nomor {start + each}", price=20_000 + each),
                image_name=image,
            )
            for each in range(number)
        ],
        actor=Actor.system("uji"),
    )


PAGES = {
    "/katalog/": 6,
    "/katalog/konsumsi/": 6,
    "/katalog/konsumsi/nasi-kotak/?harga=1&urut=termurah": 6,
    "/cari/?q=nasi+kotak": 9,
    "/cari/?q=nasi+kotka&jenis=KATERING&hal=2": 9,
}


@pytest.mark.parametrize("path", PAGES)
def test_list_pages_cost_few_queries_and_no_more_with_ten_times_the_rows(
    client, stall, path, assert_max_queries, assert_flat_in_rows
):
    fill(stall, 30)
    with assert_max_queries(PAGES[path]):
        assert client.get(path).status_code == 200

    assert_flat_in_rows(lambda: client.get(path), lambda: fill(stall, 300, start=30))


def test_signed_in_buyers_pay_three_queries_more(stall, assert_max_queries):
    fill(stall, 30)
    buyer = people.signed_in(people.appointment(Role.PP))
    for address in ("/katalog/", "/cari/?q=nasi+kotak"):
        buyer.get(address)  # warms what is kept in memory: places, synonyms

    with assert_max_queries(9):
        assert buyer.get("/katalog/").status_code == 200
    with assert_max_queries(11):
        assert buyer.get("/cari/?q=nasi+kotak").status_code == 200


def test_the_product_page(client, stall, assert_max_queries):
    fill(stall, 1)
    listing = Listing.objects.select_related("product").get()
    actions.change_price(actor=stalls.owner_of(stall), listing_id=listing.pk, price=22_000)
    path = listing.get_absolute_url()
    client.get(path)

    with assert_max_queries(6):
        page = client.get(path)

    text = page.content.decode()
    assert "Rp22.000" in text
    assert "Rp20.000" in text  # the story of its price
    assert "<polyline" in text
    assert "Masukkan keranjang" not in text
    buyer = people.signed_in(people.appointment(Role.PPK))
    with assert_max_queries(9):
        assert "Masukkan keranjang" in buyer.get(path).content.decode()


def test_a_wrong_slug_leads_to_the_right_one_and_a_draft_is_not_there(client, stall):
    listing = stalls.listing(stall)
    draft = stalls.listing(stall, "Belum tayang", live=False)

    moved = client.get(f"/produk/salah-{listing.product_id}/")

    assert (moved.status_code, moved["Location"]) == (301, listing.get_absolute_url())
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert "Belum tayang" not in client.get("/katalog/").content.decode()


def test_officials_of_another_region_do_not_see_the_product(stall):
    listing = stalls.listing(stall)
    elsewhere = people.organisation(in_region=people.region("D300", "Kota Lain"))
    stranger = people.signed_in(people.appointment(Role.PP, elsewhere))

    assert stranger.get(listing.get_absolute_url()).status_code == 404
    assert "Nasi kotak ayam" not in stranger.get("/katalog/").content.decode()
    assert (
        stranger.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": 1}).status_code == 404
    )


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.VENDOR, ["/usaha-saya/", "/produk-saya/", "/izin-saya/"]),
        (Role.CURATOR, ["/kurasi/", "/izin/"]),
        (Role.PP, ["/katalog/", "/keranjang/"]),
        (Role.AUDITOR, []),
    ],
)
def test_the_desk_leads_to_pages_that_open(role, paths):
    stall = stalls.vendor()
    who = stall.organisation.appointments.get() if role is Role.VENDOR else people.appointment(role)

    assert set(paths) <= {link.url for link in queries.desk_links(Actor.of(who))}
    assert all(people.signed_in(who).get(path).status_code == 200 for path in paths)


@pytest.mark.parametrize(
    "path",
    [
        "/cari/?q=" + "a" * 5000,
        "/cari/?q=%00&hal=-1&urut=x&harga=9&kota=';--&dari=abc&sampai=99999999999999999999",
        "/cari/?hal=99999999999999999999",
        "/katalog/?hal=42",
        "/cari/saran/?q=ke",
        "/cari/saran/",
    ],
)
def test_bad_input_is_answered_kindly(client, stall, path):
    stalls.listing(stall)

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/katalog/tidak-ada/", "/produk/x-1/", "/umkm/tidak-ada/"])
def test_what_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


def test_the_profile_tells_nothing_of_the_owner(client, stall, assert_max_queries):
    fill(stall, 3)
    client.get(stall.get_absolute_url())

    with assert_max_queries(12):
        text = client.get(stall.get_absolute_url()).content.decode()

    assert "Warung Bu Sari" in text
    for secret in ("Sari Wulandari", "3171065208850001", "Teuku Umar", "081234567890", "1234567890"):
        assert secret not in text


def test_a_vendor_keeps_its_listings_and_a_curator_the_queue(stall):
    owner = people.signed_in(stall.organisation.appointments.get())
    known = stalls.categories()
    answers = {
        "title": "Nasi kotak rendang",
        "category": known["konsumsi/nasi-kotak"],
        "attr_menu": "nasi, rendang, sayur",
        "unit": "kotak",
        "price": "Rp38.000",
        "min_order": 10,
        "lead_days": 2,
    }

    new = "/produk-saya/baru/?jenis=KATERING"
    wrong = owner.post(new, {**answers, "price": "banyak"})
    assert (wrong.status_code, Listing.objects.count()) == (422, 0)
    photo = SimpleUploadedFile("nasi.png", stalls.picture(), "image/png")
    made = owner.post(new, {**answers, "pictures": [photo]})
    listing = Listing.objects.get()
    assert (listing.attributes, listing.product.images.count()) == ({"menu": "nasi, rendang, sayur"}, 1)
    assert (made.status_code, made["Location"], listing.price) == (302, f"/produk-saya/{listing.pk}/", 38_000)
    for path in (
        "",
        "baru/",
        f"{listing.pk}/",
        f"{listing.pk}/harga/",
        f"{listing.pk}/stok/",
        f"{listing.pk}/foto/",
        f"{listing.pk}/harga-wilayah/",
    ):
        assert owner.get(f"/produk-saya/{path}").status_code == 200
    assert owner.post(f"/etalase/{listing.pk}/ajukan/", {}).status_code == 302

    office = people.organisation("OPERATOR")
    curator = people.signed_in(people.appointment(Role.CURATOR, office))
    assert "Nasi kotak rendang" in curator.get("/kurasi/").content.decode()
    waiting = queries.waiting_for(stalls.operation(Role.CURATOR))
    assert [(item.title, item.mine) for item in waiting] == [("Nasi kotak rendang", True)]
    assert curator.get(f"/kurasi/{listing.pk}/").status_code == 200
    assert curator.get(f"/etalase/{listing.pk}/kembalikan/").status_code == 200
    assert curator.post(f"/etalase/{listing.pk}/kembalikan/", {"reason": "pendek"}).status_code in {409, 422}
    stalls.found_right(listing, Actor.of(office.appointments.get()))
    assert curator.post(f"/etalase/{listing.pk}/tayangkan/", {}).status_code == 302
    assert "Nasi kotak rendang" in owner.get("/katalog/").content.decode()
    assert owner.post(f"/etalase/{listing.pk}/tayangkan/", {}).status_code == 409
    assert owner.get(f"/penyedia/{stall.pk}/").status_code == 200
