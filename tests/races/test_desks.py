"""Two people at one desk, a vendor against an operator, the clock against a curator: one outcome, never half of two."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from search.models import ListingCard
from tests.races.test_purchases import all_at_once
from tests.vendors import stalls
from tests.vendors.test_sanctions import imposed, listed, row
from vendors import actions, clockwork, queries
from vendors.actions import Judgement
from vendors.actions.blacklist import import_blacklist
from vendors.models import (
    BlacklistRow,
    Listing,
    Objection,
    Permit,
    Sanction,
    Vendor,
    Verdict,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_two_operators_judge_the_same_field():
    """Both looked at the same page: the second is told that somebody was faster."""
    stall = stalls.vendor(verified=False)
    first, second = stalls.operation(Role.OPERATOR), stalls.operation(Role.OPERATOR)
    seen = {each.code: each.seen for each in queries.vendor_findings(stall)}["phone"]
    words = [
        Judgement(field="phone", accepted=True, seen=seen),
        Judgement(field="phone", accepted=False, reason_code="phone_unreachable", seen=seen),
    ]

    outcomes = all_at_once(
        [
            lambda: actions.judge_vendor(actor=first, vendor_id=stall.pk, judgements=[words[0]]),
            lambda: actions.judge_vendor(actor=second, vendor_id=stall.pk, judgements=[words[1]]),
        ]
    )

    assert sorted(outcomes) == ["changed_meanwhile", "done"]
    assert Verdict.objects.count() == 1
    assert Entry.objects.filter(act="vendor.judge").count() == 1


def test_two_operators_judge_different_fields():
    stall = stalls.vendor(verified=False)
    people = [stalls.operation(Role.OPERATOR) for _number in range(4)]
    seen = {each.code: each.seen for each in queries.vendor_findings(stall)}
    fields = list(seen)[:4]

    outcomes = all_at_once(
        [
            lambda actor=actor, field=field: actions.judge_vendor(  # type: ignore[misc]
                actor=actor,
                vendor_id=stall.pk,
                judgements=[Judgement(field=field, accepted=True, seen=seen[field])],
            )
            for actor, field in zip(people, fields, strict=True)
        ]
    )

    assert Counter(outcomes) == {"done": 4}
    assert set(Verdict.objects.values_list("field", flat=True)) == set(fields)


def test_verifying_while_another_operator_finds_a_fault():
    """The fault counts or the verification does: never a verified vendor with a field to be mended."""
    stall = stalls.vendor(verified=False)
    first, second = stalls.operation(Role.OPERATOR), stalls.operation(Role.OPERATOR)
    stalls.found_right(stall, first)
    fault = Judgement(field="phone", accepted=False, reason_code="phone_unreachable")

    outcomes = all_at_once(
        [
            lambda: actions.verify_vendor(actor=first, vendor_id=stall.pk),
            lambda: actions.judge_vendor(actor=second, vendor_id=stall.pk, judgements=[fault]),
        ]
    )

    state = Vendor.objects.get(pk=stall.pk).state
    assert (state, outcomes) in [
        ("VERIFIED", ["done", "not_waiting"]),
        ("REGISTERED", ["not_all_accepted", "done"]),
    ]


def test_handing_in_again_while_the_operator_sends_back():
    """Two clicks of each: one return, one new round, nothing lost."""
    stall = stalls.completed(stalls.vendor(verified=False))
    owner, operator = stalls.owner_of(stall), stalls.operation(Role.OPERATOR)
    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")

    outcomes = all_at_once(
        [
            *[lambda: actions.reject_vendor(actor=operator, vendor_id=stall.pk)] * 2,
            *[lambda: actions.resubmit_vendor(actor=owner, vendor_id=stall.pk)] * 2,
        ]
    )

    vendor = Vendor.objects.get(pk=stall.pk)
    handed_in = Entry.objects.filter(act="vendor.resubmit").count()
    returns = Entry.objects.filter(act="vendor.reject").count()
    assert returns == outcomes[:2].count("done") == 1
    assert handed_in == outcomes[2:].count("done") <= 1
    assert (vendor.state, vendor.round) == (("REGISTERED", 2) if handed_in else ("REJECTED", 1))


@pytest.mark.parametrize("attempt", range(3))
def test_the_clock_ends_a_permit_while_a_curator_approves_what_rests_on_it(attempt):
    """Whoever comes first: in the end nothing is on show on a permit that ended."""
    stall, curator = stalls.vendor(), stalls.operation(Role.CURATOR)
    permit = stalls.permit(stall, by=curator, days=5)
    waiting = [stalls.handed_in(stall, permit, halal=True, title=f"Nasi kotak nomor {n}") for n in range(3)]
    for each in waiting:
        stalls.found_right(each, curator)

    with clock.frozen(clock.now() + timedelta(days=6)):
        outcomes = all_at_once(
            [
                clockwork.tick,
                *[
                    lambda pk=each.pk: actions.approve_listing(actor=curator, listing_id=pk)
                    for each in waiting
                ],
                clockwork.tick,
            ]
        )
        assert outcomes[0] == outcomes[-1] == "done"
        assert set(outcomes[1:-1]) == {"permit_not_in_force"}
    assert Permit.objects.get(pk=permit.pk).state == "EXPIRED"
    assert not Listing.objects.filter(state="LIVE").exists()


@pytest.mark.parametrize("attempt", range(3))
def test_a_permit_is_revoked_while_a_curator_approves_what_rests_on_it(attempt):
    stall, curator = stalls.vendor(), stalls.operation(Role.CURATOR)
    permit = stalls.permit(stall, by=curator)
    listing = stalls.handed_in(stall, permit, halal=True)
    stalls.found_right(listing, curator)

    all_at_once(
        [
            lambda: actions.approve_listing(actor=curator, listing_id=listing.pk),
            lambda: actions.revoke_permit(
                actor=curator, permit_id=permit.pk, reason="Dicabut penerbitnya hari ini."
            ),
        ]
    )
    clockwork.tick()

    assert Permit.objects.get(pk=permit.pk).state == "REVOKED"
    assert Listing.objects.get(pk=listing.pk).state in {"DELISTED", "IN_CURATION"}
    assert not ListingCard.objects.exists()


def test_many_clocks_warn_once():
    stall, curator = stalls.vendor(), stalls.operation(Role.CURATOR)
    stalls.permit(stall, by=curator, days=20)

    outcomes = all_at_once([clockwork.tick] * 4)

    assert outcomes == ["done"] * 4
    assert Entry.objects.filter(act="permit.notice").count() == 1


def test_one_decree_recorded_by_two_operators():
    stall = stalls.vendor()
    people = [stalls.operation(Role.OPERATOR) for _number in range(3)]

    outcomes = all_at_once([partial(imposed, actor, stall) for actor in people])

    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "sanction_known", "wrong_state", "stale"}
    assert Sanction.objects.count() == 1
    assert Entry.objects.filter(act="vendor.suspend").count() == 1
    assert Vendor.objects.get(pk=stall.pk).state == "SUSPENDED"


@pytest.mark.parametrize("attempt", range(4))
def test_the_clock_reinstates_while_an_operator_records_the_next_sanction(attempt):
    """Whichever comes first: in the end the vendor is out of business, and held by the new sanction."""
    stall, operator = stalls.vendor(), stalls.operation(Role.OPERATOR)
    imposed(operator, stall)
    with clock.frozen(clock.now() + timedelta(days=200)):
        outcomes = all_at_once(
            [clockwork.tick, lambda: imposed(operator, stall, "collusion"), clockwork.tick]
        )
        if outcomes[1] != "done":
            assert outcomes[1] in {"stale", "wrong_state"}
            imposed(operator, stall, "collusion")
        clockwork.tick()

    assert Vendor.objects.get(pk=stall.pk).state == "SUSPENDED"
    assert Sanction.objects.get(violation="collusion").holds
    with clock.frozen(clock.now() + timedelta(days=1_000)):
        clockwork.tick()
    assert Vendor.objects.get(pk=stall.pk).state == "VERIFIED"


def test_an_objection_upheld_and_dismissed_at_once():
    stall = stalls.vendor()
    sanction = imposed(stalls.operation(Role.OPERATOR), stall)
    entry = Entry.objects.get(act="sanction.impose")
    text = "Pesanan itu dibatalkan pembeli sendiri; suratnya ada pada kami."
    objection = actions.file_objection(actor=stalls.owner_of(stall), entry_id=entry.pk, text=text)
    answer = "Sudah kami periksa bersama."

    outcomes = all_at_once(
        [
            partial(decide, actor=stalls.operation(Role.OPERATOR), objection_id=objection.pk, answer=answer)
            for decide in (actions.uphold_objection, actions.dismiss_objection) * 2
        ]
    )
    clockwork.tick()

    assert outcomes.count("done") == 1
    upheld = Objection.objects.get().state == "UPHELD"
    state = "VERIFIED" if upheld else "SUSPENDED"
    assert Vendor.objects.get(pk=stall.pk).state == state
    assert Sanction.objects.get(pk=sanction.pk).state == ("LIFTED" if upheld else "IN_FORCE")
    assert Entry.objects.filter(act="objection.carry_out").count() == int(upheld)


def test_an_objection_filed_twice_at_once():
    stall = stalls.vendor()
    imposed(stalls.operation(Role.OPERATOR), stall)
    entry, owner = Entry.objects.get(act="sanction.impose"), stalls.owner_of(stall)
    text = "Pesanan itu dibatalkan pembeli sendiri; suratnya ada pada kami."

    outcomes = all_at_once([partial(actions.file_objection, actor=owner, entry_id=entry.pk, text=text)] * 3)

    assert Counter(outcomes) == {"done": 1, "objected_already": 2}
    assert Objection.objects.count() == 1


def test_the_national_list_and_a_tick_sanction_once():
    stall = stalls.vendor()
    content = listed(row(stall.nib))

    outcomes = all_at_once(
        [partial(import_blacklist, actor=Actor.system("uji"), content=content)] * 2 + [clockwork.tick] * 2
    )
    clockwork.tick()

    assert set(outcomes) == {"done"}
    assert Sanction.objects.count() == 1
    assert BlacklistRow.objects.get().sanction is not None
    assert Vendor.objects.get(pk=stall.pk).state == "SUSPENDED"
