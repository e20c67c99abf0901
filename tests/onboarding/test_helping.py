"""An assistant fills in with the owner's consent, and only that; verified data change by amendment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from tests import people
from tests.onboarding.signing_up import SECTIONS, handed_in, signed_up
from tests.vendors import stalls
from vendors import actions
from vendors.models import Amendment, Assistance, Vendor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def helper():
    return people.appointment(Role.ASSISTANT, people.organisation(Organisation.Kind.OPERATOR))


def consent(client, helper) -> None:
    answer = client.post("/usaha-saya/pendamping/", {"email": helper.user.email, "agreed": "on"})
    assert answer.status_code == 302, answer.content.decode()


def test_the_owner_consents_the_assistant_fills_in_and_each_entry_says_so(helper):
    client, vendor = signed_up()
    browser = people.signed_in(helper)
    base = f"/pendampingan/{vendor.pk}"
    assert browser.get(f"{base}/").status_code == 404
    consent(client, helper)

    assert vendor.organisation.name in browser.get("/pendampingan/").content.decode()
    assert browser.post(f"{base}/usaha/", SECTIONS["usaha"]).status_code == 302
    entry = Entry.objects.filter(act="vendor.section").latest("pk")
    assert (entry.facts["assisted"], entry.user_id) == (True, helper.user_id)

    before = Entry.objects.count()
    assert browser.post(f"{base}/rekening/", SECTIONS["rekening"]).status_code in {403, 409}
    assert browser.post(f"{base}/pakta/", SECTIONS["pakta"]).status_code in {403, 409}
    assert browser.post(f"/penyedia/{vendor.pk}/ajukan/", {"revision": 1}).status_code == 403
    assert (Entry.objects.count(), vendor.bank_accounts.count()) == (before, 0)


def test_consent_ends_by_itself_and_by_the_owners_word(helper, frozen_clock):
    client, vendor = signed_up()
    browser, path = people.signed_in(helper), f"/pendampingan/{vendor.pk}/"
    consent(client, helper)
    given = Assistance.objects.get()

    with frozen_clock(clock.now() + timedelta(days=31)):
        assert browser.get(path).status_code in {302, 404}
    assert browser.get(path).status_code == 200
    assert client.post(f"/usaha-saya/pendamping/{given.pk}/cabut/").status_code == 302
    assert browser.get(path).status_code == 404
    consent(client, helper)
    assert browser.get(path).status_code == 200


def test_only_an_assistant_of_the_region_can_be_let_in(helper):
    client, _vendor = signed_up()
    elsewhere = people.appointment(
        Role.ASSISTANT,
        people.organisation(Organisation.Kind.OPERATOR, in_region=people.region("D1", "Kabupaten Lain")),
    )
    before = Entry.objects.count()

    for email in (elsewhere.user.email, "tidak@ada.test", people.appointment(Role.CURATOR).user.email):
        answer = client.post("/usaha-saya/pendamping/", {"email": email, "agreed": "on"})
        assert answer.status_code == 409
        assert "Tidak ada pendamping" in answer.content.decode()
    assert (Assistance.objects.count(), Entry.objects.count()) == (0, before)


def verified():
    client, vendor = handed_in()
    operator = stalls.operation(Role.OPERATOR)
    stalls.found_right(vendor, operator)
    actions.verify_vendor(actor=operator, vendor_id=vendor.pk)
    return client, vendor, operator


def test_what_was_verified_changes_when_an_operator_accepts_it():
    client, vendor, _operator = verified()
    browser = people.signed_in(
        people.appointment(Role.OPERATOR, people.organisation(Organisation.Kind.OPERATOR))
    )
    said = {**SECTIONS["usaha"], "name": "Dapur Sari Baru", "kbli": "56210, 56290"}

    assert client.post("/usaha-saya/usaha/", said).status_code == 302
    amendment = Amendment.objects.get()
    vendor.refresh_from_db()
    assert (vendor.organisation.name, amendment.state, amendment.due_at is not None) == (
        "Dapur Ibu Sari",
        "PROPOSED",
        True,
    )
    assert client.post("/usaha-saya/usaha/", said).status_code == 409

    page = browser.get(f"/usulan/{amendment.pk}/").content.decode()
    assert "<strong>Dapur Sari Baru</strong>" in page
    assert (
        browser.post(f"/usulan/{amendment.pk}/terima/", {"revision": amendment.revision}).status_code == 302
    )
    vendor = Vendor.objects.get(pk=vendor.pk)
    assert (vendor.organisation.name, vendor.activities.count(), vendor.state) == (
        "Dapur Sari Baru",
        2,
        "VERIFIED",
    )


def test_a_returned_or_withdrawn_proposal_changes_nothing():
    client, vendor, operator = verified()
    said = {**SECTIONS["pajak"], "pkp": "on"}

    client.post("/usaha-saya/pajak/", said)
    first = Amendment.objects.get()
    actions.return_amendment(
        actor=operator, amendment_id=first.pk, reason="SPPKP belum diunggah, unggah dahulu."
    )
    client.post("/usaha-saya/pajak/", said)
    second = Amendment.objects.latest("pk")
    assert client.post(f"/usulan/{second.pk}/tarik/", {"revision": second.revision}).status_code == 302

    vendor.refresh_from_db()
    assert vendor.pkp is False
    assert set(Amendment.objects.values_list("state", flat=True)) == {"RETURNED", "WITHDRAWN"}


def test_address_and_figures_of_a_verified_vendor_change_at_once():
    client, vendor, _operator = verified()

    said = {**SECTIONS["alamat"], "street": "Jalan Cikini 5", "place": "Cikini"}
    assert client.post("/usaha-saya/alamat/", said).status_code == 302
    assert client.post("/usaha-saya/ukuran/", {"yearly_sales": "3.000.000.000"}).status_code == 302

    vendor.refresh_from_db()
    assert (vendor.street, vendor.size, Amendment.objects.count()) == ("Jalan Cikini 5", "KECIL", 0)


def test_an_amendment_holds_personal_numbers_encrypted_and_shows_them_masked():
    client, _vendor, _operator = verified()
    client.post("/usaha-saya/pajak/", {**SECTIONS["pajak"], "owner_nik": "3171064107900002"})
    amendment = Amendment.objects.get()

    with connection.cursor() as cursor:
        cursor.execute("SELECT proposed FROM vendors_amendment WHERE id = %s", [amendment.pk])
        assert "3171064107900002" not in cursor.fetchone()[0]
    browser = people.signed_in(
        people.appointment(Role.OPERATOR, people.organisation(Organisation.Kind.OPERATOR))
    )
    page = browser.get(f"/usulan/{amendment.pk}/").content.decode()
    assert "3171064107900002" not in page
    assert "0002" in page
