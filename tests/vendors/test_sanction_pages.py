"""Sanctions and objections over HTTP, for the operator, the vendor and everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events.models import Notice
from marketplace.events.runner import drain
from tests.vendors import stalls
from tests.vendors.test_desk_pages import at_desk, at_stall
from tests.vendors.test_sanctions import imposed
from vendors.models import Objection, Sanction, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Persekongkolan itu tidak terbukti; hasil pemeriksaan Inspektorat kami lampirkan."


def decree(**said):
    today = clock.today()
    return {
        "violation": "collusion",
        "decree_number": "SK-9/2026",
        "decree_date": today.isoformat(),
        "publisher": "Dinas Pendidikan",
        "starts": today.isoformat(),
        "decided_by": "Ani Wulandari, PA",
        "noticed_on": (today - timedelta(days=5)).isoformat(),
        **said,
    }


def test_from_the_decree_to_the_objection_upheld(png):
    stall = stalls.vendor()
    desk, other, browser = at_desk(Role.OPERATOR), at_desk(Role.OPERATOR), at_stall(stall)

    scan = SimpleUploadedFile("sk.png", png)
    answer = desk.post(f"/penyedia/{stall.pk}/sanksi/", decree(scan=scan))
    assert answer.status_code == 302
    sanction = Sanction.objects.get()
    assert (sanction.kind, sanction.document is not None) == ("DAFTAR_HITAM", True)
    assert f"/sanksi/{sanction.pk}/" in desk.get("/sanksi/").content.decode()
    assert "SK-9/2026" in browser.get(f"/sanksi/{sanction.pk}/").content.decode()
    assert at_stall(stalls.vendor("Toko Lain")).get(f"/sanksi/{sanction.pk}/").status_code == 404

    page = browser.get("/keberatan-saya/").content.decode()
    entry = Entry.objects.get(act="sanction.impose")
    assert f"/keberatan-saya/{entry.pk}/" in page
    short = browser.post(f"/keberatan-saya/{entry.pk}/", {"text": "Tidak benar."})
    assert (short.status_code, "Tidak benar." in short.content.decode()) == (422, True)
    browser.post(f"/keberatan-saya/{entry.pk}/", {"text": TEXT, "scan": SimpleUploadedFile("b.png", png)})
    objection = Objection.objects.get()

    mine = desk.get(f"/keberatan/{objection.pk}/").content.decode()
    assert "operator lain" in mine
    assert "Kabulkan keberatan</a>" not in mine
    assert desk.get(f"/keberatan/{objection.pk}/kabulkan/").status_code == 409
    assert f"/keberatan/{objection.pk}/" in other.get("/keberatan/").content.decode()
    assert TEXT in other.get(f"/keberatan/{objection.pk}/").content.decode()
    answered = {"answer": "Hasil Inspektorat membenarkan penyedia.", "revision": 0}
    assert other.post(f"/keberatan/{objection.pk}/kabulkan/", answered).status_code == 302
    assert Vendor.objects.get(pk=stall.pk).state == "VERIFIED"
    assert "Hasil Inspektorat" in browser.get(f"/keberatan/{objection.pk}/").content.decode()

    drain()
    told = Notice.objects.filter(organisation=stall.organisation).values_list("sentence", flat=True)
    assert any("mencatat Daftar Hitam" in sentence for sentence in told)
    assert any("mengabulkan keberatan" in sentence for sentence in told)
    # Names of officials stay out of what is sent around.
    assert not any("Ani Wulandari" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("said", "status", "word"),
    [
        ({"violation": ""}, 422, "Pelanggaran"),
        ({"decided_by": ""}, 409, "sesudah penyedia diberi tahu"),
        ({"starts": "2100-01-01"}, 409, "paling lambat hari ini"),
        ({"violation": "national_list"}, 422, "Pelanggaran"),
    ],
)
def test_a_bad_decree_is_kept_on_the_page_and_nothing_is_recorded(said, status, word):
    stall = stalls.vendor()
    before = Entry.objects.count()
    answer = at_desk(Role.OPERATOR).post(f"/penyedia/{stall.pk}/sanksi/", decree(**said))

    page = answer.content.decode()
    assert (answer.status_code, word in page, "SK-9/2026" in page) == (status, True, True)
    assert (Sanction.objects.count(), Entry.objects.count()) == (0, before)


def test_everybody_reads_the_blacklist_and_the_stall_says_so():
    stall = stalls.vendor()
    stalls.listing(stall)
    anybody = Client()
    assert "Tidak ada" in anybody.get("/daftar-hitam/").content.decode()
    imposed(stalls.operation(Role.OPERATOR), stall, "collusion")

    page = anybody.get("/daftar-hitam/").content.decode()
    assert "SK-collusion" in page
    assert "Bersekongkol mengatur harga atau pemilihan" in page
    assert "3171065208850001" not in page
    profile = anybody.get(f"/umkm/{stall.slug}/").content.decode()
    assert "Tercantum dalam Daftar Hitam" in profile
    assert "Nasi kotak ayam bakar" not in profile


def test_a_suspended_stall_stays_closed():
    stall = stalls.vendor()
    imposed(stalls.operation(Role.OPERATOR), stall)

    assert Client().get(f"/umkm/{stall.slug}/").status_code == 404


def test_lifting_over_http():
    stall = stalls.vendor()
    sanction = imposed(stalls.operation(Role.OPERATOR), stall)
    desk = at_desk(Role.OPERATOR)

    assert desk.post(f"/sanksi/{sanction.pk}/cabut/", {"reason": "x", "revision": 0}).status_code == 422
    desk.post(f"/sanksi/{sanction.pk}/cabut/", {"reason": "Surat keputusannya dicabut.", "revision": 0})
    assert Vendor.objects.get(pk=stall.pk).state == "VERIFIED"


@pytest.mark.parametrize("address", ["/sanksi/", "/keberatan/", "/daftar-hitam/"])
def test_the_lists_are_flat(address, assert_max_queries, assert_flat_in_rows):
    browser = at_desk(Role.OPERATOR)

    def more() -> None:
        for number in range(6):
            stall = stalls.vendor(f"Warung {number}")
            stalls.sanctioned(stall)
            imposed(stalls.operation(Role.OPERATOR), stall, "collusion")

    more()
    assert_flat_in_rows(lambda: browser.get(address), more)
    with assert_max_queries(12):
        browser.get(address)


def test_the_vendors_page_of_objections_is_flat(assert_max_queries, assert_flat_in_rows):
    stall, operator = stalls.vendor(), stalls.operation(Role.OPERATOR)
    browser = at_stall(stall)

    def more() -> None:
        for _number in range(5):
            stalls.sanctioned(stall)
            number = Sanction.objects.count()
            imposed(operator, stall, "late_again", decree_number=f"SK-{number}")

    more()
    assert_flat_in_rows(lambda: browser.get("/keberatan-saya/"), more)
    with assert_max_queries(12):
        browser.get("/keberatan-saya/")
