"""Objections: to a decision about oneself, in time, decided by somebody else, carried out as decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from tests import people
from tests.vendors import stalls
from tests.vendors.test_sanctions import imposed
from vendors import actions, clockwork, queries
from vendors.actions import objections
from vendors.models import Listing, Objection, Permit, Sanction, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Nomor telepon itu aktif; operator menelepon pada hari libur ketika warung tutup."
ANSWER = "Sudah kami periksa lagi bersama."


@pytest.fixture
def first():
    return stalls.operation(Role.OPERATOR)


@pytest.fixture
def second():
    return stalls.operation(Role.OPERATOR)


def trace() -> tuple[object, ...]:
    states = [
        list(model._default_manager.order_by("pk").values_list("pk", "state"))
        for model in (Vendor, Listing, Permit, Sanction, Objection)
    ]
    return Entry.objects.count(), states


def refused(act: Callable[[], object], code: str) -> None:
    before = trace()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert trace() == before


def decision(act: str) -> Entry:
    return Entry.objects.filter(act=act).latest("pk")


def returned(first) -> Vendor:
    """A registration that the first operator sent back."""
    stall = stalls.completed(stalls.vendor(verified=False))
    stalls.found_right(stall, first, but="phone", reason="phone_unreachable")
    actions.reject_vendor(actor=first, vendor_id=stall.pk)
    return stall


def objected(stall: Vendor, act: str) -> Objection:
    return actions.file_objection(actor=stalls.owner_of(stall), entry_id=decision(act).pk, text=TEXT)


def fresh(thing):
    return type(thing)._default_manager.get(pk=thing.pk)


def test_a_returned_registration_is_checked_again_when_the_objection_is_upheld(first, second):
    stall = returned(first)
    objection = objected(stall, "vendor.reject")
    assert (objection.state, objection.due_at is not None) == ("SUBMITTED", True)

    actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    vendor = fresh(stall)
    assert (vendor.state, vendor.round) == ("REGISTERED", 2)
    waiting = [each.code for each in queries.vendor_findings(vendor) if not each.stands]
    assert waiting == ["phone"]
    carried = decision("objection.carry_out")
    assert (carried.actor_role, carried.facts["consequence"]) == ("SYSTEM", "pendaftaran diperiksa lagi")
    refused(lambda: objections.carry_out(objection_id=objection.pk), "carried_out")


def test_two_persons(first, second):
    stall = returned(first)
    objection = objected(stall, "vendor.reject")

    for decide in (actions.uphold_objection, actions.dismiss_objection):
        refused(partial(decide, actor=first, objection_id=objection.pk, answer=ANSWER), "own_decision")
    actions.dismiss_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert (fresh(objection).state, fresh(objection).decided_by_id) == ("DISMISSED", second.user_id)
    assert fresh(stall).state == "REJECTED"


@pytest.mark.parametrize(
    ("role", "elsewhere", "failure"),
    [
        (Role.CURATOR, False, Refused),
        (Role.VENDOR, False, Refused),
        (Role.OPERATOR, True, Objection.DoesNotExist),
    ],
)
def test_others_decide_nothing(first, role, elsewhere, failure):
    objection = objected(returned(first), "vendor.reject")
    actor = stalls.operation(role, people.region("D1", "Kabupaten Lain")) if elsewhere else people.actor(role)
    before = trace()

    with pytest.raises(failure):
        actions.uphold_objection(actor=actor, objection_id=objection.pk, answer=ANSWER)
    assert trace() == before


@pytest.mark.parametrize("text", ["", "Saya keberatan.", "x" * 29, "y" * 4001, "z" + " " * 60])
def test_an_objection_says_why(first, text):
    stall = returned(first)
    owner, entry = stalls.owner_of(stall), decision("vendor.reject")

    refused(lambda: actions.file_objection(actor=owner, entry_id=entry.pk, text=text), "objection_text")


def test_once_and_in_time(first):
    stall = returned(first)
    entry, owner = decision("vendor.reject"), stalls.owner_of(stall)
    with clock.frozen(clock.now() + timedelta(days=40)):
        refused(lambda: actions.file_objection(actor=owner, entry_id=entry.pk, text=TEXT), "too_late")
        assert queries.open_decisions(owner) == []
    assert [each.entry.pk for each in queries.open_decisions(owner)] == [entry.pk]

    objected(stall, "vendor.reject")
    assert queries.open_decisions(owner) == []
    refused(lambda: actions.file_objection(actor=owner, entry_id=entry.pk, text=TEXT), "objected_already")


def test_only_decisions_about_oneself(first):
    stall, stranger = returned(first), stalls.owner_of(stalls.vendor("Toko Lain"))
    own = stalls.listing(stall)
    actions.delist_listing(
        actor=stalls.owner_of(stall), listing_id=own.pk, reason="Tidak dijual lagi mulai hari ini."
    )
    before = trace()

    for actor, act in (
        (stranger, "vendor.reject"),
        (stalls.owner_of(stall), "vendor.judge"),
        (stalls.owner_of(stall), "listing.delist"),
    ):
        with pytest.raises(Entry.DoesNotExist):
            actions.file_objection(actor=actor, entry_id=decision(act).pk, text=TEXT)
    assert trace() == before


def test_a_sanction_is_lifted_and_the_vendor_back(first, second):
    stall = stalls.vendor()
    sanction = imposed(first, stall, "withdrew")
    owner = stalls.owner_of(stall)
    # The suspension that carries a sanction out is no decision of its own.
    assert [each.label for each in queries.open_decisions(owner)] == ["Sanksi"]
    objection = objected(stall, "sanction.impose")

    actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert (fresh(sanction).state, fresh(stall).state) == ("LIFTED", "VERIFIED")


def test_a_suspension_is_undone(first, second):
    stall = stalls.vendor()
    actions.suspend_vendor(actor=first, vendor_id=stall.pk, reason="Dua pesanan tidak dipenuhi.")
    objection = objected(stall, "vendor.suspend")

    actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert fresh(stall).state == "VERIFIED"


@pytest.mark.parametrize("how", ["send_back", "delist"])
def test_a_listing_is_curated_again(first, second, how):
    stall = stalls.vendor()
    if how == "send_back":
        listing = stalls.handed_in(stall)
        stalls.found_right(listing, first, but="photos", reason="photo_missing")
        actions.send_back_listing(actor=first, listing_id=listing.pk)
    else:
        listing = stalls.listing(stall)
        actions.delist_listing(actor=first, listing_id=listing.pk, reason="Fotonya bukan barang ini.")
    objection = objected(stall, f"listing.{how}")

    actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert (fresh(listing).state, fresh(listing).curator_note) == ("IN_CURATION", "")


@pytest.mark.parametrize("how", ["reject", "revoke"])
def test_a_permit_is_checked_again(first, second, how):
    stall = stalls.vendor()
    if how == "reject":
        permit = stalls.permit(stall)
        actions.reject_permit(actor=first, permit_id=permit.pk, reason_code="permit_not_found")
    else:
        permit = stalls.permit(stall, by=first)
        actions.revoke_permit(actor=first, permit_id=permit.pk, reason="Dicabut penerbitnya hari ini.")
    objection = objected(stall, f"permit.{how}")

    actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert fresh(permit).state == "SUBMITTED"


def test_what_was_mended_meanwhile_is_left_as_it_is(first, second):
    stall = returned(first)
    objection = objected(stall, "vendor.reject")
    actions.resubmit_vendor(actor=stalls.owner_of(stall), vendor_id=stall.pk)

    actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert (fresh(stall).state, fresh(stall).round) == ("REGISTERED", 2)
    assert "tidak dapat dilakukan" in decision("objection.carry_out").facts["consequence"]


def test_what_a_crash_left_is_carried_out_by_the_clock(first, second, monkeypatch):
    stall = returned(first)
    objection = objected(stall, "vendor.reject")
    with monkeypatch.context() as patch:
        patch.setattr(objections, "carry_out", lambda **said: None)
        actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER)
    assert (fresh(objection).state, fresh(objection).carried_out_at) == ("UPHELD", None)

    clockwork.tick()
    clockwork.tick()
    assert (fresh(stall).state, fresh(stall).round) == ("REGISTERED", 2)
    assert Entry.objects.filter(act="objection.carry_out").count() == 1


def test_the_vendor_takes_it_back(first, second):
    objection = objected(stall := returned(first), "vendor.reject")
    actions.withdraw_objection(actor=stalls.owner_of(stall), objection_id=objection.pk)

    refused(
        lambda: actions.uphold_objection(actor=second, objection_id=objection.pk, answer=ANSWER),
        "wrong_state",
    )


def test_the_log_holds_no_argument(first, second):
    objection = objected(returned(first), "vendor.reject")
    actions.dismiss_objection(actor=second, objection_id=objection.pk, answer=ANSWER)

    told = [bytes(entry.payload).decode() for entry in Entry.objects.filter(aggregate_type="objection")]
    assert len(told) == 2
    assert not any(TEXT in each or ANSWER in each for each in told)
