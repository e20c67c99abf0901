"""From nothing to a registration handed in: kept at once, explained, resumable, never half done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events import jobs
from tests import people
from tests.comparing import findings
from tests.onboarding import signing_up
from tests.onboarding.signing_up import NIK, SECTIONS, confirm, fill, handed_in, signed_up, upload
from tests.vendors import stalls
from vendors import actions
from vendors.forms.onboarding import FORMS, AccountForm, DocumentForm, PactForm, SignUpForm
from vendors.models import BankAccount, Vendor, VendorDocument

pytestmark = pytest.mark.django_db(transaction=True)


BOT = {"path": "UMUM", "name": "Bot", "password": "x7-lain-sekali"}


def entries() -> list[tuple[int, str]]:
    return list(Entry.objects.order_by("pk").values_list("pk", "act"))


def test_a_caterer_signs_up_fills_in_and_hands_in():
    client, vendor = signed_up(path="BINAAN")
    assert (vendor.state, vendor.path, vendor.due_at) == ("DRAFT", "BINAAN", None)
    assert client.get("/meja/").status_code == 200
    assert findings() == set(), "the owner's appointment is told"

    fill(client)
    vendor.refresh_from_db()
    assert vendor.organisation.name == "Dapur Ibu Sari"
    assert (vendor.nib, vendor.size, vendor.size_basis) == ("9120000000123", "MIKRO", "OMZET")
    assert (vendor.npwp, vendor.nitku) == (NIK, NIK + "000000")
    assert (vendor.place_code, vendor.place_name) == ("31.71.06.1001", "Menteng, Menteng, Kota Jakarta Pusat")
    assert (vendor.phone, vendor.service_area) == ("+6281234567890", ["31.71"])
    assert [str(activity) for activity in vendor.activities.all()] == ["56210 (2020)"]
    assert BankAccount.objects.get(vendor=vendor).name_match == "COCOK"
    assert VendorDocument.objects.get(vendor=vendor).media_type == "image/webp"

    before = entries()
    refused = client.post(f"/penyedia/{vendor.pk}/ajukan/", {"revision": vendor.revision})
    assert refused.status_code == 409
    assert "konfirmasi alamat" in refused.content.decode()
    assert entries() == before

    jobs.run_due()
    link = re.search(r"/daftar/surel/\S+", str(mail.outbox[0].body))
    assert link
    assert "dipastikan" in Client().get(link[0]).content.decode()
    assert client.post(f"/penyedia/{vendor.pk}/ajukan/", {"revision": vendor.revision}).status_code == 302
    vendor.refresh_from_db()
    assert (vendor.state, vendor.round, vendor.due_at is not None) == ("REGISTERED", 1, True)
    assert vendor.organisation.code == vendor.nib


def test_no_name_of_a_person_enters_the_log():
    """The log is public: a registration has no name in it before the business has told its own."""
    client, _vendor = signed_up()
    assert "Sari Wulandari" not in client.get("/usaha-saya/usaha/").content.decode().partition("<main")[2]
    fill(client, usaha={"name": "Dapur Nusantara"})
    told = [bytes(payload).decode() for payload in Entry.objects.values_list("payload", flat=True)]
    assert any("Dapur Nusantara" in each for each in told)
    assert not [each for each in told if re.search("sari|wulandari", each, re.IGNORECASE)]


def test_the_way_from_nothing_to_a_handed_in_registration_asks_few_fields():
    """At most 25 fields from signing up to a live listing; the listing's form takes nine of them."""
    asked = list(SignUpForm.base_fields)
    forms: list[Any] = [*FORMS.values(), AccountForm, DocumentForm, PactForm]
    for form in forms:
        folded = getattr(form, "more", ())
        asked += [name for name in form.base_fields if name not in {*folded, "revision", "place_code"}]

    filled_in = set(asked) - {"path", "legal_form", "npwp", "pkp", "kind", "owner_name", "holder_name"}
    assert len(filled_in) <= 16, sorted(filled_in)


def test_every_section_can_be_left_and_taken_up_again():
    client, _vendor = signed_up()
    client.post("/usaha-saya/usaha/", SECTIONS["usaha"])
    page = client.get("/usaha-saya/").content.decode()
    assert page.count("Lengkap</span>") == 1
    assert page.count("Perlu diisi") == 6

    again = Client()
    again.login(email="sari@contoh.test", password=signing_up.PASSWORD)
    form = again.get("/usaha-saya/usaha/").content.decode()
    assert 'value="Dapur Ibu Sari"' in form
    assert 'value="9120000000123"' in form
    check = again.get("/usaha-saya/periksa/").content.decode()
    assert "Belum lengkap" in check
    assert "Rekening bank: rekening bank" in check


@pytest.mark.parametrize(
    ("section", "said", "reason"),
    [
        ("usaha", {"nib": "12345"}, "NIB harus 13 angka"),
        ("usaha", {"kbli": "abc"}, "KBLI hanya berisi angka"),
        ("usaha", {"name": ""}, "Bidang ini tidak boleh kosong"),
        ("pajak", {"owner_nik": "3171069999850001"}, "Tanggal lahir di dalam NIK tidak mungkin"),
        ("pajak", {"nitku": "1" * 22}, "NITKU harus diawali NPWP"),
        ("pajak", {"suket_pp55": "KET-1/PP55"}, "perlu tanggal akhir"),
        ("pajak", {"suket_pp55": "KET-1", "suket_pp55_valid_to": "2020-01-01"}, "perlu tanggal akhir"),
        ("ukuran", {"yearly_sales": ""}, "Isi omzet setahun"),
        ("ukuran", {"yearly_sales": "50.000.000.001"}, "lebih besar dari usaha menengah"),
        ("ukuran", {"sales_year": "2019"}, "Tahun omzet terlalu lama"),
        ("alamat", {"place": "Antah Berantah"}, "Kelurahan tidak ditemukan"),
        ("alamat", {"phone": "12"}, "Nomor telepon tidak mungkin"),
        ("rekening", {"number": "12ab"}, "Nomor rekening berisi"),
        ("rekening", {"holder_name": "Joko Widagdo"}, "Nama pemilik rekening berbeda"),
        ("rekening", {"bank_code": "999"}, "Masukkan pilihan yang valid"),
        ("pakta", {"agreed": ""}, "Bidang ini tidak boleh kosong"),
    ],
)
def test_what_is_wrong_is_explained_and_nothing_typed_is_lost(section, said, reason):
    client, vendor = signed_up()
    before, revision = entries(), vendor.revision

    answer = client.post(f"/usaha-saya/{section}/", {**SECTIONS[section], **said})

    assert answer.status_code in {409, 422}
    page = answer.content.decode()
    assert reason in page
    for value in said.values():
        assert not value or value == "999" or f'value="{value}"' in page or section == "pakta"
    vendor.refresh_from_db()
    assert (entries(), vendor.revision, vendor.state) == (before, revision, "DRAFT")
    assert not BankAccount.objects.exists()


def test_of_several_kelurahan_one_is_chosen():
    client, vendor = signed_up()
    answers = {**SECTIONS["alamat"], "place": "Menteng"}

    asked = client.post("/usaha-saya/alamat/", answers)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Menteng Dalam, Tebet, Kota Jakarta Selatan" in page

    assert client.post("/usaha-saya/alamat/", {**answers, "place_code": "31.74.01.1003"}).status_code == 302
    vendor.refresh_from_db()
    assert vendor.place_name == "Menteng Dalam, Tebet, Kota Jakarta Selatan"


def test_a_page_that_grew_old_overwrites_nothing():
    client, vendor = signed_up()
    client.post("/usaha-saya/usaha/", SECTIONS["usaha"])
    before = entries()

    late = client.post("/usaha-saya/usaha/", {**SECTIONS["usaha"], "name": "Lain Sekali", "revision": "0"})

    assert late.status_code == 409
    assert "sudah berubah" in late.content.decode()
    assert Vendor.objects.get(pk=vendor.pk).organisation.name == "Dapur Ibu Sari"
    assert entries() == before


def test_while_it_is_checked_nothing_is_changed():
    client, _vendor = handed_in()
    before = entries()

    for section in SECTIONS:
        if section not in {"rekening", "pakta"}:
            refused = client.post(f"/usaha-saya/{section}/", SECTIONS[section])
            assert refused.status_code == 409, section
            assert "sedang diperiksa" in refused.content.decode()
    assert upload(client).status_code == 409
    assert entries() == before


def test_a_draft_claims_no_nib_and_of_two_the_first_handed_in_has_it():
    _client, first = handed_in()
    second_client, second = signed_up(email="joko@contoh.test")
    fill(second_client, pajak={"owner_name": "Sari Wulandari"})
    confirm(second)
    second.refresh_from_db()
    before = entries()

    typed = second_client.post("/usaha-saya/usaha/nib/periksa/", {"nib": first.nib})
    assert "sudah terdaftar" in typed.content.decode()
    refused = second_client.post(f"/penyedia/{second.pk}/ajukan/", {"revision": second.revision})

    assert refused.status_code == 409
    assert "sudah terdaftar" in refused.content.decode()
    assert entries() == before
    assert Vendor.objects.get(pk=second.pk).state == "DRAFT"


def test_while_typing_each_field_says_what_is_wrong():
    client, _vendor = signed_up()

    assert (
        "harus 16 angka"
        in client.post("/usaha-saya/pajak/owner_nik/periksa/", {"owner_nik": "12"}).content.decode()
    )
    assert (
        client.post("/usaha-saya/pajak/owner_nik/periksa/", {"owner_nik": NIK}).content.decode().strip() == ""
    )
    assert client.post("/usaha-saya/pajak/bukan/periksa/", {}).status_code == 404
    found = client.get("/usaha-saya/kelurahan/", {"place": "menteng"}).content.decode()
    assert 'value="Menteng, Menteng, Kota Jakarta Pusat"' in found


def test_an_address_that_has_an_account_is_not_taken_over():
    signed_up()
    before = (User.objects.count(), entries())

    answer = Client().post(
        "/daftar/",
        {"path": "UMUM", "name": "Orang Lain", "email": "SARI@contoh.test", "password": "x7-lain-sekali"},
    )

    assert answer.status_code == 409
    assert "sudah punya akun" in answer.content.decode()
    assert (User.objects.count(), entries()) == before


@pytest.mark.parametrize("password", ["pendek", "password12345", "sari@contoh.test", "1234567890"])
def test_weak_passwords_are_refused(password):
    people.region()
    answer = Client().post(
        "/daftar/", {"path": "UMUM", "name": "Sari", "email": "sari@contoh.test", "password": password}
    )

    assert answer.status_code == 422
    assert not User.objects.exists()


def test_one_address_signs_up_only_so_often():
    people.region()
    people.user()
    for number in range(20):
        Client().post(
            "/daftar/",
            {
                "path": "UMUM",
                "name": "Bot",
                "email": f"bot{number}@contoh.test",
                "password": "x7-lain-sekali",
            },
        )
    made = User.objects.count()

    refused = Client().post(
        "/daftar/",
        {"path": "UMUM", "name": "Bot", "email": "bot99@contoh.test", "password": "x7-lain-sekali"},
    )

    assert refused.status_code == 409
    assert "Terlalu banyak percobaan" in refused.content.decode()
    assert User.objects.count() == made


def test_officers_begin_no_business():
    client = people.signed_in(people.appointment(Role.PPK))

    assert client.get("/daftar/usaha/").status_code == 403
    assert client.get("/daftar/").status_code == 302
    assert client.get("/usaha-saya/").status_code == 403


def test_a_person_with_an_account_and_no_office_may_begin_once():
    people.region()
    person = people.user()
    client = Client()
    client.force_login(person)

    assert client.post("/daftar/usaha/", {"path": "UMUM"}).status_code == 302
    assert Vendor.objects.count() == 1
    assert Appointment.objects.get(user=person).role == Role.VENDOR
    assert client.post("/daftar/usaha/", {"path": "UMUM"}).status_code == 403
    assert Vendor.objects.count() == 1


@pytest.mark.parametrize("token", ["abc", "e30:1:x", "x" * 500])
def test_a_forged_confirmation_link_confirms_nothing(token):
    _client, _vendor = signed_up()

    assert Client().get(f"/daftar/surel/{token}/").status_code == 410
    assert not User.objects.filter(email_confirmed_at__isnull=False).exists()


def test_papers_are_handed_out_as_attachments_to_those_who_may_see_them():
    client, vendor = handed_in()
    kept = VendorDocument.objects.get(vendor=vendor)
    path = f"/berkas-usaha/{kept.pk}/"

    for who in (client, people.signed_in(people.appointment(Role.OPERATOR))):
        answer = who.get(path)
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer.content[8:12] == b"WEBP"
    stranger = people.signed_in(people.appointment(Role.VENDOR, stalls.vendor("Toko Lain").organisation))
    elsewhere = people.appointment(
        Role.OPERATOR, people.organisation("OPERATOR", in_region=people.region("D1", "Kabupaten Lain"))
    )
    assert stranger.get(path).status_code == 404
    assert people.signed_in(elsewhere).get(path).status_code == 404
    assert people.signed_in(people.appointment(Role.PPK)).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_a_mended_registration_goes_into_a_second_round():
    client, vendor = handed_in()
    operator = stalls.operation(Role.OPERATOR)
    stalls.found_right(vendor, operator, but="document_nib", reason="document_unreadable")
    actions.reject_vendor(actor=operator, vendor_id=vendor.pk)
    told = client.get("/usaha-saya/berkas/").content.decode()
    assert "Foto ulang di tempat terang" in told
    assert "Berkas NIB: Berkas buram" in client.get("/usaha-saya/").content.decode()

    assert upload(client).status_code == 302
    vendor.refresh_from_db()
    answer = client.post(f"/penyedia/{vendor.pk}/ajukan-ulang/", {"revision": vendor.revision})

    assert answer.status_code == 302
    vendor.refresh_from_db()
    assert (vendor.state, vendor.round) == ("REGISTERED", 2)


def test_no_page_of_the_registration_asks_the_database_too_often(assert_max_queries):
    client, _vendor = signed_up()
    fill(client)
    client.get("/usaha-saya/")
    for path in ("/usaha-saya/", "/usaha-saya/usaha/", "/usaha-saya/berkas/", "/usaha-saya/periksa/"):
        with assert_max_queries(20):
            assert client.get(path).status_code == 200
