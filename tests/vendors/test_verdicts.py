"""Checking registrations and listings: what was found decides what may follow, and a refusal leaves no trace."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests import people
from tests.vendors import stalls
from vendors import actions, queries
from vendors.actions import Judgement
from vendors.models import Listing, Vendor, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator():
    return stalls.operation(Role.OPERATOR)


@pytest.fixture
def stall():
    return stalls.completed(stalls.vendor(verified=False))


def fresh(stall: Vendor) -> Vendor:
    return Vendor.objects.select_related("organisation").get(pk=stall.pk)


def trace() -> tuple[int, int, list[tuple[int, str]]]:
    """What a refused act must leave as it was: entries, verdicts, states."""
    states = list(Vendor.objects.order_by("pk").values_list("pk", "state"))
    return Entry.objects.count(), Verdict.objects.count(), states


def refused(act, code: str) -> None:
    before = trace()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert trace() == before


def test_a_registration_is_verified_only_when_every_field_was_found_right(operator, stall):
    refused(lambda: actions.verify_vendor(actor=operator, vendor_id=stall.pk), "not_all_accepted")

    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")
    refused(lambda: actions.verify_vendor(actor=operator, vendor_id=stall.pk), "not_all_accepted")

    # A second word in the same round corrects the first.
    stalls.found_right(stall, operator)
    actions.verify_vendor(actor=operator, vendor_id=stall.pk)
    assert fresh(stall).state == "VERIFIED"
    assert list(Verdict.objects.filter(field="phone").values_list("turn", "accepted")) == [
        (1, False),
        (2, True),
    ]


def test_what_was_found_wrong_is_the_reason_and_only_that_is_looked_at_again(operator, stall):
    owner = stalls.owner_of(stall)
    refused(lambda: actions.reject_vendor(actor=operator, vendor_id=stall.pk), "nothing_to_mend")
    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")
    actions.reject_vendor(actor=operator, vendor_id=stall.pk)

    told = queries.vendor_mending(fresh(stall))
    assert list(told) == ["phone"]
    assert told["phone"].reason and "WhatsApp" in told["phone"].reason.fix
    entry = Entry.objects.get(act="vendor.reject")
    assert entry.facts["reason"] == "Telepon: Nomor telepon tidak dapat dihubungi."

    Vendor.objects.filter(pk=stall.pk).update(phone="081299990000")
    assert queries.vendor_mending(fresh(stall))["phone"].changed
    actions.resubmit_vendor(actor=owner, vendor_id=stall.pk)
    found = {each.code: each for each in queries.vendor_findings(fresh(stall))}
    assert [code for code, each in found.items() if not each.stands] == ["phone"]
    assert found["nib"].carried_from == 1

    judged = Judgement(field="phone", accepted=True)
    actions.judge_vendor(actor=operator, vendor_id=stall.pk, judgements=[judged])
    actions.verify_vendor(actor=operator, vendor_id=stall.pk)
    assert fresh(stall).state == "VERIFIED"


def test_a_field_that_was_right_and_then_changed_is_looked_at_again(operator, stall):
    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")
    actions.reject_vendor(actor=operator, vendor_id=stall.pk)
    Vendor.objects.filter(pk=stall.pk).update(street="Jalan Lain 3")
    actions.resubmit_vendor(actor=stalls.owner_of(stall), vendor_id=stall.pk)

    waiting = [each.code for each in queries.vendor_findings(fresh(stall)) if not each.stands]
    assert waiting == ["address", "phone"]


def test_the_words_of_another_language_change_no_fingerprint(stall):
    before = {each.code: each.value_hash for each in queries.vendor_findings(fresh(stall))}
    with translation.override("en"):
        after = {each.code: each.value_hash for each in queries.vendor_findings(fresh(stall))}

    assert before == after


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"field": "phone", "accepted": False, "reason_code": "nib_not_found"}, "unknown_reason"),
        ({"field": "phone", "accepted": False, "reason_code": ""}, "unknown_reason"),
        ({"field": "phone", "accepted": False, "reason_code": "other"}, "note"),
        ({"field": "suket", "accepted": True}, "unknown_field"),
        ({"field": "phone", "accepted": True, "seen": "1:0.0:x"}, "changed_meanwhile"),
    ],
)
def test_a_word_that_does_not_fit_is_refused(operator, stall, said, code):
    word = Judgement(**said)

    refused(lambda: actions.judge_vendor(actor=operator, vendor_id=stall.pk, judgements=[word]), code)


def test_saying_the_same_again_is_nothing(operator, stall):
    word = Judgement(field="phone", accepted=True)
    actions.judge_vendor(actor=operator, vendor_id=stall.pk, judgements=[word])

    refused(
        lambda: actions.judge_vendor(actor=operator, vendor_id=stall.pk, judgements=[word]), "nothing_judged"
    )


def test_only_what_waits_is_checked(operator, stall):
    verified = stalls.vendor("Toko Sudah")
    word = Judgement(field="nib", accepted=True)

    refused(
        lambda: actions.judge_vendor(actor=operator, vendor_id=verified.pk, judgements=[word]), "not_waiting"
    )


@pytest.mark.parametrize("role", [Role.CURATOR, Role.VENDOR, Role.PPK, Role.AUDITOR])
def test_registrations_are_checked_by_operators_alone(stall, role):
    word = Judgement(field="nib", accepted=True)
    actor = people.actor(role)

    refused(lambda: actions.judge_vendor(actor=actor, vendor_id=stall.pk, judgements=[word]), "wrong_role")


def test_another_regions_registration_does_not_exist(stall):
    stranger = stalls.operation(Role.OPERATOR, people.region("D1", "Kabupaten Lain"))
    before = trace()

    with pytest.raises(Vendor.DoesNotExist):
        actions.judge_vendor(
            actor=stranger, vendor_id=stall.pk, judgements=[Judgement(field="nib", accepted=True)]
        )
    assert trace() == before


def test_the_log_holds_fields_and_codes_but_no_value_and_no_note(operator, stall):
    word = Judgement(
        field="owner_nik", accepted=False, reason_code="other", note="NIK 3171065208850001 salah"
    )
    actions.judge_vendor(actor=operator, vendor_id=stall.pk, judgements=[word])

    entry = Entry.objects.get(act="vendor.judge")
    assert entry.facts["to_mend"] == {"owner_nik": "other"}
    assert b"3171065208850001" not in bytes(entry.payload)


@pytest.mark.parametrize(
    "sql", ["UPDATE vendors_verdict SET accepted = false, reason_code = 'x'", "DELETE FROM vendors_verdict"]
)
def test_the_database_keeps_every_word(operator, stall, sql):
    stalls.found_right(stall, operator)
    before = trace()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert trace() == before


def test_a_listing_is_curated_the_same_way():
    stall = stalls.vendor()
    owner, curator = stalls.owner_of(stall), stalls.operation(Role.CURATOR)
    listing = stalls.drafted(owner)
    actions.submit_listing(actor=owner, listing_id=listing.pk)

    refused(lambda: actions.approve_listing(actor=curator, listing_id=listing.pk), "not_all_accepted")
    refused(lambda: actions.send_back_listing(actor=curator, listing_id=listing.pk), "nothing_to_mend")
    stalls.found_right(listing, curator, but="photos", reason="photo_missing")
    actions.send_back_listing(actor=curator, listing_id=listing.pk)
    row = Listing.objects.select_related("product", "category").get(pk=listing.pk)
    assert (row.state, row.curator_note) == ("DRAFT", "Foto: Belum ada foto produk.")
    assert list(queries.listing_mending(row)) == ["photos"]

    actions.change_price(actor=owner, listing_id=listing.pk, price=36_000)
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    row = Listing.objects.select_related("product", "category").get(pk=listing.pk)
    waiting = [each.code for each in queries.listing_findings(row) if not each.stands]
    assert waiting == ["price", "photos"]
    stalls.found_right(listing, curator)
    actions.approve_listing(actor=curator, listing_id=listing.pk)
    assert Listing.objects.get(pk=listing.pk).state == "LIVE"


def test_a_price_that_changes_while_the_curator_looks_is_looked_at_again():
    stall = stalls.vendor()
    owner, curator = stalls.owner_of(stall), stalls.operation(Role.CURATOR)
    listing = stalls.drafted(owner)
    actions.submit_listing(actor=owner, listing_id=listing.pk)
    stalls.found_right(listing, curator)
    actions.change_price(actor=owner, listing_id=listing.pk, price=350_000)

    refused(lambda: actions.approve_listing(actor=curator, listing_id=listing.pk), "not_all_accepted")
