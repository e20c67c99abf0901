"""The pages of the two desks and of permits, over HTTP: what they show, what they take, what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from tests import people
from tests.vendors import stalls
from vendors import actions, queries
from vendors.models import Listing, Permit, Vendor, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


def at_desk(role: Role):
    home = people.organisation(Organisation.Kind.OPERATOR)
    return people.signed_in(people.appointment(role, home))


def at_stall(stall: Vendor):
    owner = Appointment.objects.select_related("user").get(organisation=stall.organisation, role=Role.VENDOR)
    return people.signed_in(owner)


def seen_of(found) -> dict[str, str]:
    """What a browser sends along without being asked: what the page showed of each field."""
    return {f"seen-{each.code}": each.seen for each in found}


def test_an_operator_checks_a_registration_from_the_queue_to_verification():
    stall = actions.register_vendor(actor=stalls.operation(Role.OPERATOR), data=stalls.vendor_data())
    browser = at_desk(Role.OPERATOR)

    queue = browser.get("/verifikasi/").content.decode()
    assert f"/penyedia/{stall.pk}/" in queue
    page = browser.get(f"/penyedia/{stall.pk}/").content.decode()
    for secret in ("3171065208850001", "Sari Wulandari", "Teuku Umar", "081234567890"):
        assert secret not in page
    assert "•" in page
    assert "Verifikasi penyedia</a>" not in page

    sent = seen_of(queries.vendor_findings(stall)) | {
        "word-phone": "wrong",
        "reason-phone": "phone_unreachable",
        "rest": "on",
    }
    answer = browser.post(f"/penyedia/{stall.pk}/", sent)
    assert (answer.status_code, Verdict.objects.filter(accepted=False).count()) == (302, 1)
    page = browser.get(f"/penyedia/{stall.pk}/").content.decode()
    assert "Kembalikan pendaftaran</a>" in page

    told = browser.get(f"/penyedia/{stall.pk}/kembalikan/").content.decode()
    assert "Isi nomor yang aktif" in told
    browser.post(f"/penyedia/{stall.pk}/kembalikan/", {"revision": stall.revision})
    vendor = Vendor.objects.select_related("organisation").get(pk=stall.pk)
    assert vendor.state == "REJECTED"


def test_the_second_look_shows_what_was_right_before():
    stall = stalls.completed(stalls.vendor(verified=False))
    operator, browser = stalls.operation(Role.OPERATOR), at_desk(Role.OPERATOR)
    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")
    actions.reject_vendor(actor=operator, vendor_id=stall.pk)
    mine = at_stall(stall).get(f"/penyedia/{stall.pk}/").content.decode()
    assert "Isi nomor yang aktif" in mine
    Vendor.objects.filter(pk=stall.pk).update(phone="081277776666")
    actions.resubmit_vendor(actor=stalls.owner_of(stall), vendor_id=stall.pk)

    page = browser.get(f"/penyedia/{stall.pk}/").content.decode()
    assert "Diterima pada putaran 1" in page
    assert "Sudah diubah, perlu dilihat lagi" in page
    found = queries.vendor_findings(Vendor.objects.select_related("organisation").get(pk=stall.pk))
    browser.post(f"/penyedia/{stall.pk}/", seen_of(found) | {"word-phone": "right"})
    page = browser.get(f"/penyedia/{stall.pk}/").content.decode()
    assert "Verifikasi penyedia</a>" in page
    browser.post(f"/penyedia/{stall.pk}/verifikasi/", {"revision": 2})
    assert Vendor.objects.get(pk=stall.pk).state == "VERIFIED"


@pytest.mark.parametrize(
    ("said", "status", "word"),
    [
        ({"word-phone": "wrong"}, 422, "Pilih alasannya"),
        ({"word-phone": "wrong", "reason-phone": "other"}, 422, "Tulis apa yang salah"),
        ({}, 409, "Belum ada isian yang dinilai"),
        ({"word-phone": "right", "seen-phone": "1:0.0:beda"}, 409, "sudah diubah atau dinilai orang lain"),
    ],
)
def test_what_was_typed_is_kept_and_nothing_is_recorded(said, status, word):
    stall = stalls.vendor(verified=False)
    browser = at_desk(Role.OPERATOR)
    note = {"note-nib": "Catatan yang sudah diketik"}
    before = Entry.objects.count()

    answer = browser.post(f"/penyedia/{stall.pk}/", seen_of(queries.vendor_findings(stall)) | note | said)

    page = answer.content.decode()
    assert (answer.status_code, word in page, note["note-nib"] in page) == (status, True, True)
    assert (Entry.objects.count(), Verdict.objects.count()) == (before, 0)


@pytest.mark.parametrize("role", [Role.CURATOR, Role.VENDOR])
def test_others_look_and_do_not_judge(role):
    stall = stalls.vendor(verified=False)
    browser = at_stall(stall) if role == Role.VENDOR else at_desk(role)

    assert "word-phone" not in browser.get(f"/penyedia/{stall.pk}/").content.decode()
    answer = browser.post(f"/penyedia/{stall.pk}/", {"rest": "on"})
    assert (answer.status_code, Verdict.objects.count()) == (409, 0)


def test_a_curator_curates_in_two_clicks():
    stall = stalls.vendor()
    listing = stalls.handed_in(stall)
    browser = at_desk(Role.CURATOR)

    assert f"/kurasi/{listing.pk}/" in browser.get("/kurasi/").content.decode()
    row = Listing.objects.select_related("product", "category").get(pk=listing.pk)
    browser.post(f"/kurasi/{listing.pk}/", seen_of(queries.listing_findings(row)) | {"rest": "on"})
    browser.post(f"/etalase/{listing.pk}/tayangkan/", {"revision": row.revision})
    assert Listing.objects.get(pk=listing.pk).state == "LIVE"


def test_the_vendor_reads_beside_its_listing_what_to_mend_and_how():
    stall = stalls.vendor()
    listing, curator = stalls.handed_in(stall), stalls.operation(Role.CURATOR)
    stalls.found_right(listing, curator, but="photos", reason="photo_missing")
    actions.send_back_listing(actor=curator, listing_id=listing.pk)

    page = at_stall(stall).get(f"/produk-saya/{listing.pk}/").content.decode()
    assert "Unggah paling sedikit satu foto" in page


def test_the_price_is_set_beside_others_of_its_kind():
    others = [stalls.vendor(f"Dapur {n}") for n in range(3)]
    for number, price in enumerate((30_000, 32_000, 34_000, 36_000, 38_000)):
        stalls.listing(others[number % 3], f"Nasi kotak nomor {number}", price=price)
    stalls.listing(others[0], "Satuan lain", price=900_000, unit="porsi")
    listing = stalls.handed_in(stalls.vendor(), price=90_000)

    hint = queries.price_hint(listing)
    assert (hint.sample, hint.low, hint.median, hint.high) == (5, 32_000, 34_000, 36_000)
    assert (hint.above, hint.below) == (True, False)
    page = at_desk(Role.CURATOR).get(f"/kurasi/{listing.pk}/").content.decode()
    assert "jauh di atas harga sejenis" in page
    assert "Dari 5 produk tayang" in page


def test_few_prices_are_no_measure():
    stalls.listing(stalls.vendor("Dapur Lain"), price=10_000)
    hint = queries.price_hint(stalls.handed_in(stalls.vendor()))

    assert (hint.sample, hint.median, hint.above, hint.below) == (1, None, False, False)


def test_permits_over_http(png):
    stall = stalls.vendor()
    browser, desk = at_stall(stall), at_desk(Role.CURATOR)
    until = clock.today() + timedelta(days=300)
    said = {"kind": "HALAL", "number": "ID 001", "issuer": "BPJPH", "valid_to": until.isoformat()}

    answer = browser.post("/izin-saya/baru/", said)
    assert (answer.status_code, "ID 001" in answer.content.decode(), Permit.objects.count()) == (422, True, 0)
    browser.post("/izin-saya/baru/", said | {"scan": SimpleUploadedFile("x.png", png)})
    permit = Permit.objects.get()
    scan = desk.get(f"/berkas-usaha/{permit.document_id}/")
    assert scan["Content-Disposition"].startswith("attachment")
    assert at_stall(stalls.vendor("Toko Lain")).get(f"/berkas-usaha/{permit.document_id}/").status_code == 404

    assert f"/izin/{permit.pk}/" in desk.get("/izin/").content.decode()
    desk.post(f"/izin/{permit.pk}/kembalikan/", {"reason_code": "permit_dates_differ", "revision": 0})
    assert "Tanggal berlaku yang diisi" in browser.get("/izin-saya/").content.decode()
    browser.post(f"/izin/{permit.pk}/ajukan-ulang/", said | {"number": "ID 002", "revision": 1})
    desk.post(f"/izin/{permit.pk}/sahkan/", {"revision": 2})
    permit.refresh_from_db()
    assert (permit.state, permit.number, permit.kind) == ("VERIFIED", "ID 002", "HALAL")

    listing = stalls.listing(stall, live=False)
    browser.post(f"/produk-saya/{listing.pk}/izin/", {"permits": [permit.pk]})
    assert list(listing.permits.values_list("pk", flat=True)) == [permit.pk]
    answer = browser.post(f"/produk-saya/{listing.pk}/izin/", {"permits": [999_999]})
    assert answer.status_code == 422


def test_filters_of_the_queues():
    early = stalls.vendor("Warung Binaan", verified=False, path="BINAAN")
    late = stalls.vendor("Warung Umum", verified=False)
    Vendor.objects.filter(pk=late.pk).update(round=2, due_at=clock.now() - timedelta(days=1))
    browser = at_desk(Role.OPERATOR)

    def shown(query: str) -> list[str]:
        page = browser.get(f"/verifikasi/?{query}").content.decode()
        return [each.name for each in (early, late) if f"/penyedia/{each.pk}/" in page]

    assert shown("") == ["Warung Binaan", "Warung Umum"]
    assert shown("jalur=BINAAN") == ["Warung Binaan"]
    assert shown("putaran=ulang") == ["Warung Umum"]
    assert shown("lewat=ya") == ["Warung Umum"]
    assert shown("putaran=pertama&lewat=ya") == []


@pytest.mark.parametrize("address", ["/verifikasi/", "/kurasi/", "/izin/", "/meja/"])
def test_the_queues_are_flat(address, assert_max_queries, assert_flat_in_rows):
    browser = at_desk(Role.OPERATOR)

    def more() -> None:
        for number in range(8):
            stall = stalls.vendor(f"Warung {number}", verified=False)
            stalls.handed_in(stall, stalls.permit(stall))

    more()
    assert_flat_in_rows(lambda: browser.get(address), more)
    with assert_max_queries(12 if address != "/meja/" else 16):
        browser.get(address)


def test_the_pages_of_a_vendor_are_flat(assert_max_queries, assert_flat_in_rows):
    stall, curator = stalls.vendor(), stalls.operation(Role.CURATOR)
    browser = at_stall(stall)

    def more() -> None:
        for _number in range(8):
            stalls.permit(stall, by=curator)

    more()
    assert_flat_in_rows(lambda: browser.get("/izin-saya/"), more)
    with assert_max_queries(12):
        browser.get("/izin-saya/")


def test_how_long_it_waits_is_counted_in_working_days(frozen_clock):
    operator = stalls.operation(Role.OPERATOR)
    with frozen_clock(clock.now()):
        stall = actions.register_vendor(actor=operator, data=stalls.vendor_data())
        assert queries.waits([stall])[stall.pk].working_days == 0
        with clock.frozen(clock.now() + timedelta(days=14)):
            days = queries.waits([stall])[stall.pk].working_days
    assert 7 <= days <= 10


def test_the_first_account_is_verified_with_the_registration():
    stall = stalls.vendor(verified=False)
    operator = stalls.operation(Role.OPERATOR)
    assert queries.verified_account(stall.pk) is None

    stalls.found_right(stall, operator)
    actions.verify_vendor(actor=operator, vendor_id=stall.pk)
    account = queries.verified_account(stall.pk)
    assert account is not None
    assert (account.version, account.verified_by_id) == (1, operator.user_id)
    deeds = set(
        Entry.objects.filter(act__in=("vendor.verify", "vendor.bank_account_verify")).values_list("deed")
    )
    assert len(deeds) == 1


def test_an_account_the_operator_recorded_itself_waits_for_another():
    operator, other = stalls.operation(Role.OPERATOR), at_desk(Role.OPERATOR)
    stall = actions.register_vendor(actor=operator, data=stalls.vendor_data())
    actions.add_bank_account(
        actor=operator, vendor_id=stall.pk, bank_code="111", number="1234567890", holder_name="Sari Wulandari"
    )
    stalls.found_right(stall, operator)
    actions.verify_vendor(actor=operator, vendor_id=stall.pk)
    assert queries.verified_account(stall.pk) is None

    assert "Verifikasi rekening</a>" in other.get(f"/penyedia/{stall.pk}/").content.decode()
    assert "Rekening versi 1" in other.get("/meja/").content.decode()
    other.post(f"/penyedia/{stall.pk}/rekening/1/verifikasi/")
    assert queries.verified_account(stall.pk) is not None


def test_a_changed_account_takes_two_operators_over_http():
    stall = stalls.vendor()
    first, second = at_desk(Role.OPERATOR), at_desk(Role.OPERATOR)
    first.post(f"/penyedia/{stall.pk}/rekening/1/verifikasi/")
    actions.add_bank_account(
        actor=stalls.owner_of(stall),
        vendor_id=stall.pk,
        bank_code="008",
        number="1230009998887",
        holder_name="Sari Wulandari",
    )

    page = first.get(f"/penyedia/{stall.pk}/rekening/2/verifikasi/").content.decode()
    assert "1230009998887" not in page
    first.post(f"/penyedia/{stall.pk}/rekening/2/verifikasi/")
    refused = first.post(f"/penyedia/{stall.pk}/rekening/2/setujui/")
    assert (refused.status_code, "operator lain" in refused.content.decode()) == (409, True)
    second.post(f"/penyedia/{stall.pk}/rekening/2/setujui/")
    with clock.frozen(clock.now() + timedelta(days=10)):
        account = queries.verified_account(stall.pk)
    assert account is not None
    assert account.version == 2
