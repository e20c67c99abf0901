"""SBU, SKB and the statement of turnover: filled in, checked with their papers, changed by amendment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from tests import people
from tests.onboarding.signing_up import SECTIONS, confirm, fill, signed_up, upload
from tests.onboarding.test_helping import verified
from tests.vendors import stalls
from vendors import actions, queries
from vendors.models import Amendment, Vendor

pytestmark = pytest.mark.django_db(transaction=True)


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def letters(**changed: Any) -> dict[str, Any]:
    """Every letter, whole, for the days around today."""
    return {
        "suket_pp55": "KET-1/PP55",
        "suket_pp55_valid_to": day(200),
        "statement_year": clock.today().year,
        "skb_number": "KET-SKB-77",
        "skb_covers": "PPH22",
        "skb_valid_from": day(-10),
        "skb_valid_to": day(100),
        "construction_class": "SMALL",
        "sbu_number": "SBU-5",
        "sbu_valid_from": day(-10),
        "sbu_valid_to": day(100),
        **changed,
    }


def test_letters_are_handed_in_with_their_papers_and_checked_field_by_field() -> None:
    client, vendor = signed_up()
    fill(client, pajak=letters())
    confirm(vendor)
    vendor.refresh_from_db()
    lacking = client.post(f"/penyedia/{vendor.pk}/ajukan/", {"revision": vendor.revision})
    assert lacking.status_code == 409 and "SKB pajak penghasilan" in lacking.content.decode()
    for kind in ("SUKET", "SBU", "SKB", "OMZET"):
        assert upload(client, kind=kind).status_code == 302
    assert "KET-SKB-77" in client.get("/usaha-saya/periksa/").content.decode()
    assert client.post(f"/penyedia/{vendor.pk}/ajukan/", {"revision": vendor.revision}).status_code == 302

    vendor = Vendor.objects.select_related("organisation").get(pk=vendor.pk)
    found = {each.code: each for each in queries.vendor_findings(vendor)}
    assert {"construction", "skb", "statement", "document_sbu", "document_skb", "document_omzet"} <= set(
        found
    )
    operator = stalls.operation(Role.OPERATOR)
    stalls.found_right(vendor, operator, but="skb", reason="skb_lapsed")
    actions.reject_vendor(actor=operator, vendor_id=vendor.pk)
    assert list(queries.vendor_mending(Vendor.objects.select_related("organisation").get(pk=vendor.pk))) == [
        "skb"
    ]
    assert not [entry for entry in Entry.objects.all() if "KET-SKB-77" in str(entry.facts)]
    today = clock.today()
    assert vendor.skb_on(today) == ["PPH22"] and vendor.skb_on(today + timedelta(days=101)) == []
    assert vendor.qualification_on(today) == "SMALL"
    assert vendor.qualification_on(today - timedelta(days=11)) == "NONE"
    assert vendor.statement_on(today)
    assert not vendor.statement_on(today.replace(year=today.year + 1))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"skb_number": ""}, "SKB belum lengkap"),
        ({"skb_covers": ""}, "SKB belum lengkap"),
        ({"skb_valid_to": "2020-01-01"}, "Tanggal akhir SKB sudah lewat"),
        ({"sbu_valid_from": ""}, "SBU belum lengkap"),
        ({"sbu_valid_from": "2099-01-01"}, "mendahului tanggal awalnya"),
        ({"statement_year": 2024}, "hanya untuk tahun berjalan"),
        ({"suket_pp55": ""}, "hanya untuk usaha perorangan yang punya Suket"),
    ],
)
def test_a_letter_that_is_not_whole_is_refused_and_nothing_is_kept(
    changed: dict[str, Any], reason: str
) -> None:
    client, vendor = signed_up()
    before = Entry.objects.count()
    answer = client.post("/usaha-saya/pajak/", {**SECTIONS["pajak"], **letters(**changed)})
    assert answer.status_code == 409 and reason in answer.content.decode()
    vendor.refresh_from_db()
    assert (Entry.objects.count(), vendor.skb_number, vendor.sbu_number) == (before, "", "")


def test_a_company_makes_no_statement_of_turnover() -> None:
    client, vendor = signed_up()
    Vendor.objects.filter(pk=vendor.pk).update(legal_form="BADAN")
    said = {**SECTIONS["pajak"], "npwp": "0012345678901234", **letters()}
    answer = client.post("/usaha-saya/pajak/", said)
    assert answer.status_code == 409 and "usaha perorangan" in answer.content.decode()


def test_a_verified_vendor_shows_a_new_letter_by_amendment_and_with_its_paper() -> None:
    client, vendor, _operator = verified()
    said = {**SECTIONS["pajak"], "skb_number": "S-9", "skb_covers": "PPH23"}
    said |= {"skb_valid_from": day(-1), "skb_valid_to": day(50)}
    before = Entry.objects.count()
    missing = client.post("/usaha-saya/pajak/", said)
    assert missing.status_code == 409 and "Berkas belum ada: SKB" in missing.content.decode()
    assert (Entry.objects.count(), Amendment.objects.count()) == (before, 0)

    upload(client, kind="SKB")
    assert client.post("/usaha-saya/pajak/", said).status_code == 302
    proposal = Amendment.objects.get()
    vendor.refresh_from_db()
    assert vendor.skb_on(clock.today()) == []  # what was verified counts until somebody has looked
    office = people.organisation(Organisation.Kind.OPERATOR)
    browser = people.signed_in(people.appointment(Role.OPERATOR, office))
    assert "<strong>PPh 23</strong>" in browser.get(f"/usulan/{proposal.pk}/").content.decode()
    accepted = browser.post(f"/usulan/{proposal.pk}/terima/", {"revision": proposal.revision})
    assert accepted.status_code == 302
    vendor.refresh_from_db()
    assert vendor.skb_on(clock.today()) == ["PPH23"]
    told = Entry.objects.get(act="vendor.amendment_accept").facts
    assert told["changed"] == ["skb_covers", "skb_number", "skb_valid_from", "skb_valid_to"]
    assert "S-9" not in str(told)


@pytest.mark.parametrize(
    "half",
    [{"skb_number": "S-1"}, {"construction_class": "SMALL"}, {"sbu_number": "B"}, {"skb_covers": "PPH22"}],
)
def test_the_database_keeps_no_half_of_a_letter(half: dict[str, str]) -> None:
    stall = stalls.vendor()
    with pytest.raises(DatabaseError), transaction.atomic():
        Vendor.objects.filter(pk=stall.pk).update(**half)
