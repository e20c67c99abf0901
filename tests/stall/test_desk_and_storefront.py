"""The vendor's desk tells where the money is; the public stall shows what was checked, and nothing of the person."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.pages.templatetags.eorder import ribuan
from marketplace.workflow.door import doing
from procurement.practice.orders import bring_orders
from procurement.practice.units import bring_units
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.sales import sales_of
from procurement.purchasing.queries.vendor_papers import month_of
from procurement.settlement.paying_time import pay_until
from procurement.settlement.vendor_money import OPEN_STATES, stages_of, vendor_money
from tests import people
from tests.purchasing import factories
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = ("3171065208850001", "Sari Wulandari", "Teuku Umar", "081234567890", "1234567890")


def owner_browser(story) -> Client:
    return people.signed_in(story.purchase.vendor_organisation.appointments.get(role=Role.VENDOR))


def test_one_tap_from_the_desk_says_where_the_money_is(frozen_clock):
    story = factories.story("ACCEPTED")
    browser = owner_browser(story)
    desk = browser.get("/meja/").content.decode()
    assert 'href="/uang-saya/"' in desk
    assert "Belum Anda tagih" in desk

    page = browser.get("/uang-saya/").content.decode()
    assert story.purchase.number in page
    assert "lewat tenggat" not in page
    with frozen_clock(clock.now() + timedelta(days=30)):
        assert "1 pembayaran lewat tenggat" in browser.get("/uang-saya/").content.decode()

    money = vendor_money(stalls.owner_of(story.purchase.vendor))
    (row,) = money.rows
    assert (row.amount, row.holder) == (story.fresh().accepted_total, "Penyedia (UMKM)")
    assert row.since
    assert row.due_at
    assert sum(stage.orders for stage in money.stages) == 1


def test_another_vendor_sees_nothing_of_it():
    story = factories.story("ACCEPTED")
    stranger = people.signed_in(stalls.vendor("Toko Lain").organisation.appointments.get())

    for path in ("/uang-saya/", "/berkas-saya/", "/meja/"):
        assert story.purchase.number not in stranger.get(path).content.decode()
    assert people.signed_in(people.appointment(Role.PPK)).get("/uang-saya/").status_code == 403


def test_papers_are_listed_by_kind():
    story = factories.story("ORDERED")
    browser = owner_browser(story)
    assert story.fresh().sp_number in browser.get("/berkas-saya/").content.decode()
    assert story.fresh().sp_number in browser.get("/berkas-saya/?jenis=surat_pesanan").content.decode()
    assert story.fresh().sp_number not in browser.get("/berkas-saya/?jenis=bast").content.decode()
    assert browser.get("/berkas-saya/?jenis=ngawur&sebelum=abc").status_code == 200


def test_the_sales_chart_adds_up():
    story = factories.story("ACCEPTED")
    sales = sales_of(story.purchase.vendor_organisation_id)

    assert (len(sales.bars), sales.orders, sales.total) == (12, 1, story.fresh().accepted_total)
    assert sales.bars[-1].amount == sales.total
    assert max(bar.height for bar in sales.bars) == sales.height


def test_the_desk_and_the_money_page_stay_flat_in_orders(assert_max_queries, assert_flat_in_rows):
    story = factories.story("ACCEPTED")
    browser = owner_browser(story)
    for path in ("/meja/", "/uang-saya/", "/berkas-saya/"):
        browser.get(path)
        with assert_max_queries(12):
            browser.get(path)

    def more() -> None:
        for _number in range(3):
            factories.story("ACCEPTED", wanted=[(factories.paper(of=story.purchase.vendor), 5)])

    assert_flat_in_rows(lambda: browser.get("/uang-saya/"), more)
    assert Purchase.objects.count() == 4
    assert stages_of(stalls.owner_of(story.purchase.vendor))[0].orders == 4


@pytest.mark.long
def test_years_of_orders_cost_the_desk_no_more(assert_max_queries):
    stall = stalls.vendor()
    stalls.listing(stall)
    stalls.handed_in(stall, title="Nasi kotak ikan")
    stalls.permit(stall, "PIRT", by=stalls.operation(Role.CURATOR), days=20)
    stalls.permit(stall, "HALAL")
    stalls.sanctioned(stall)
    bring_orders(bring_units(stall.region, 2), 10_000)
    browser = people.signed_in(stall.organisation.appointments.get())
    browser.get("/meja/")

    with assert_max_queries(12):
        desk = browser.get("/meja/").content.decode()
    with assert_max_queries(12):  # one more than for few orders: the late ones beyond the rows shown
        page = browser.get("/uang-saya/").content.decode()
    with assert_max_queries(12):
        public = Client().get(stall.get_absolute_url()).content.decode()

    done = Purchase.objects.filter(bast_vendor_at__isnull=False).count()
    assert f"<dd>{ribuan(done)}</dd>" in public
    assert "Nasi kotak ikan" in desk
    assert "Segera berakhir" in desk
    money = vendor_money(stalls.owner_of(stall))
    assert len(money.rows) == 100
    assert f"Tampil 100 dari {ribuan(money.orders)}" in page
    assert money.orders == Purchase.objects.filter(state__in=OPEN_STATES).count() > 100
    until = [pay_until(each) for each in Purchase.objects.filter(state__in=OPEN_STATES)]
    late = [each for each in until if each and each < clock.now()]
    assert money.late == len(late) > 100


def test_an_order_lies_with_its_holder_since_its_last_move(frozen_clock):
    story = factories.story("ACCEPTED")
    owner = stalls.owner_of(story.purchase.vendor)
    (before,) = vendor_money(owner).rows
    with frozen_clock(clock.now() + timedelta(days=2)), doing(actor=story.actor(Role.PPK)) as deed:
        facts = {"number": story.purchase.number, "duty": "PPK", "appointment": 1, "former_appointment": 2}
        deed.record("purchase.take_over", story.fresh(), facts)

    (after,) = vendor_money(owner).rows
    assert after.since == before.since == Entry.objects.get(act="purchase.accept").at


def test_the_stall_shows_what_was_checked_and_nothing_of_the_person():
    stall = stalls.vendor(path="BINAAN", pkp=True)
    stalls.permit(stall, "HALAL", by=stalls.operation(Role.CURATOR))
    stalls.listing(stall)
    visitor = Client()

    page = visitor.get(stall.get_absolute_url()).content.decode()
    for shown in (
        "Terverifikasi",
        "Mikro",
        "UMKM binaan",
        "PKP",
        "Sertifikat halal",
        "Nasi kotak ayam bakar",
    ):
        assert shown in page
    for path in (stall.get_absolute_url(), "/umkm/", "/katalog/", "/"):
        html = visitor.get(path).content.decode()
        assert not [secret for secret in SECRETS if secret in html]


def test_the_list_of_stalls_narrows_and_stays_flat(assert_flat_in_rows, assert_max_queries):
    first = stalls.vendor("Dapur Melati", size="MIKRO")
    stalls.vendor("Toko Kencana", size="KECIL")
    stalls.vendor("Belum Diperiksa", verified=False)
    visitor = Client()

    page = visitor.get("/umkm/").content.decode()
    assert "Dapur Melati" in page
    assert "Belum Diperiksa" not in page
    assert "Toko Kencana" not in visitor.get("/umkm/?ukuran=MIKRO").content.decode()
    assert "Dapur Melati" in visitor.get("/umkm/?q=melati").content.decode()
    assert "Dapur Melati" not in visitor.get("/umkm/?wilayah=32").content.decode()
    assert visitor.get("/umkm/?sebelum=x&ukuran=y").status_code == 200
    assert_flat_in_rows(
        lambda: visitor.get("/umkm/"), lambda: [stalls.vendor(f"Warung {number}") for number in range(30)]
    )
    with assert_max_queries(12):
        visitor.get(first.get_absolute_url())


def test_the_list_of_stalls_narrows_by_city_and_category(assert_max_queries):
    near = stalls.vendor("Dapur Melati")
    stalls.vendor(
        "Toko Kencana", place_code="31.74.01.1001", place_name="Tebet Timur, Tebet, Jakarta Selatan"
    )
    stalls.listing(near)
    visitor, made = Client(), stalls.categories()

    with assert_max_queries(12):
        page = visitor.get("/umkm/").content.decode()
    assert '<option value="31.71">Kota Administrasi Jakarta Pusat</option>' in page
    assert "Konsumsi › Nasi kotak" in page
    assert "Toko Kencana" not in visitor.get("/umkm/?wilayah=31.71").content.decode()
    assert "Dapur Melati" not in visitor.get("/umkm/?wilayah=31.74").content.decode()
    for way, seen in (("konsumsi", True), ("konsumsi/nasi-kotak", True), ("konsumsi/snack", False)):
        page = visitor.get("/umkm/", {"kategori": made[way]}).content.decode()
        assert ("Dapur Melati" in page) is seen
        assert "Toko Kencana" not in page
    assert visitor.get("/umkm/?kategori=99999999&wilayah=..").status_code == 200


def test_machines_read_the_stall_as_linked_data_and_nothing_ends_its_block():
    stall = stalls.vendor("Dapur </script><b>Melati")
    stalls.listing(stall)
    page = Client().get(stall.get_absolute_url()).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    assert len(found) == 1
    told = json.loads(found[0])
    assert told["name"] == "Dapur </script><b>Melati"
    assert told["identifier"]["value"] == stall.nib
    assert told["url"].endswith(stall.get_absolute_url())
    (offer,) = told["makesOffer"]
    assert (offer["price"], offer["priceCurrency"]) == (35_000, "IDR")
    assert not [secret for secret in SECRETS if secret in found[0]]
    assert "Belum ada" in page


def test_papers_are_listed_by_month():
    story = factories.story("ORDERED")
    browser, number = owner_browser(story), story.fresh().sp_number
    this, other = f"{clock.today():%Y-%m}", f"{clock.today().replace(day=1) - timedelta(days=1):%Y-%m}"
    assert number in browser.get(f"/berkas-saya/?bulan={this}").content.decode()
    assert number not in browser.get(f"/berkas-saya/?bulan={other}").content.decode()
    assert number in browser.get("/berkas-saya/?bulan=2026-13").content.decode()


@pytest.mark.parametrize("text", ["2026-00", "2026-13", "26-1", "2026-1", "٢٠٢٦-11", "2026-11-01", ""])
def test_what_is_no_month_is_passed_over(text):
    assert month_of(text) is None


def test_a_month_ends_where_the_next_begins():
    december, january = month_of("2026-12"), month_of("2027-01")
    assert december
    assert january
    assert december[1] == january[0]


def test_a_stall_pages_by_key_and_category():
    stall = stalls.vendor()
    for number in range(26):
        stalls.listing(stall, f"Nasi kotak {number:02d}")
    stalls.listing(stall, "Kertas HVS", way="alat-tulis-kantor/kertas", kind="BARANG", unit="rim")
    visitor, path = Client(), stall.get_absolute_url()

    page = visitor.get(path).content.decode()
    assert "Produk berikutnya" in page
    assert "Nasi kotak 00" not in page
    only = visitor.get(path, {"kategori": stalls.categories()["alat-tulis-kantor/kertas"]}).content.decode()
    assert "Kertas HVS" in only
    assert "Nasi kotak 01" not in only
