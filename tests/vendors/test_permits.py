"""Permits: handed in, checked, tied to listings, warned of and ended by the clock, with all that rests on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from search.models import ListingCard
from tests import people
from tests.vendors import stalls
from vendors import actions, clockwork, filing
from vendors.actions import PermitData
from vendors.models import Listing, Permit, VendorDocument

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def curator():
    return stalls.operation(Role.CURATOR)


@pytest.fixture
def stall():
    return stalls.vendor()


def trace() -> tuple[object, ...]:
    """What a refused act must leave as it was."""
    permits = list(Permit.objects.order_by("pk").values_list("pk", "state", "revision", "number"))
    listings = list(Listing.objects.order_by("pk").values_list("pk", "state", "revision"))
    return Entry.objects.count(), permits, listings


def refused(act: Callable[[], object], code: str) -> None:
    before = trace()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert trace() == before


def later(days: int):
    """The clock, so many days from now."""
    return clock.frozen(clock.now() + timedelta(days=days))


def shown(stall, curator, *permits, **said) -> Listing:
    """A listing on show that rests on those permits."""
    listing = stalls.handed_in(stall, *permits, **said)
    stalls.found_right(listing, curator)
    actions.approve_listing(actor=curator, listing_id=listing.pk)
    return listing


def state_of(thing: Permit | Listing) -> str:
    return type(thing).objects.get(pk=thing.pk).state


def acts() -> list[str]:
    return list(Entry.objects.filter(aggregate_type="permit").order_by("pk").values_list("act", flat=True))


def test_a_permit_is_handed_in_sent_back_mended_and_found_valid(stall, curator, png):
    owner = stalls.owner_of(stall)
    permit = actions.add_permit(
        actor=owner, data=PermitData(kind="HALAL", number=" ID 0011 ", issuer="BPJPH"), content=png
    )
    assert (permit.state, permit.number, permit.due_at is not None) == ("SUBMITTED", "ID 0011", True)
    paper = VendorDocument.objects.get()
    assert (paper.kind, paper.media_type) == ("IZIN", "image/webp")
    assert filing.opened(paper.sha256)[:4] == b"RIFF"

    actions.reject_permit(
        actor=curator, permit_id=permit.pk, reason_code="permit_not_found", note="Cek lagi."
    )
    permit.refresh_from_db()
    assert permit.note.startswith("Nomor izin tidak ditemukan pada penerbitnya. Cek lagi. Salin")
    mended = PermitData(kind="BPOM", number="ID 0012")
    actions.resubmit_permit(actor=owner, permit_id=permit.pk, data=mended)
    permit.refresh_from_db()
    assert (permit.kind, permit.number, permit.note, permit.document_id) == ("HALAL", "ID 0012", "", paper.pk)
    actions.verify_permit(actor=curator, permit_id=permit.pk)
    assert acts() == ["permit.add", "permit.reject", "permit.resubmit", "permit.verify"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"number": "1"}, "permit_number"),
        ({"number": "x" * 61}, "permit_number"),
        ({"valid_from": date(2030, 2, 1), "valid_to": date(2030, 1, 1)}, "permit_days"),
        ({"valid_to": date(2020, 1, 1)}, "permit_lapsed"),
    ],
)
def test_a_permit_that_cannot_be_is_refused(stall, said, code):
    data = PermitData(**{"kind": "PIRT", "number": "P-IRT 1", **said})

    refused(lambda: actions.add_permit(actor=stalls.owner_of(stall), data=data), code)


def test_one_number_once(stall):
    permit = stalls.permit(stall)
    data = PermitData(kind=permit.kind, number=permit.number)

    refused(lambda: actions.add_permit(actor=stalls.owner_of(stall), data=data), "permit_known")
    with pytest.raises(IntegrityError), transaction.atomic():
        Permit.objects.create(
            vendor=stall, kind=permit.kind, number=permit.number, created_at=clock.now(), state="SUBMITTED"
        )


def test_a_file_that_is_no_scan_makes_no_permit(stall):
    data = PermitData(kind="PIRT", number="P-IRT 1")

    refused(
        lambda: actions.add_permit(actor=stalls.owner_of(stall), data=data, content=b"<html>"),
        "document_type",
    )
    assert not VendorDocument.objects.exists()


def test_strangers_do_not_reach_a_permit(stall):
    permit = stalls.permit(stall)
    other_region = stalls.operation(Role.CURATOR, people.region("D1", "Kabupaten Lain"))
    stranger = stalls.owner_of(stalls.vendor("Toko Lain"))
    before = trace()

    with pytest.raises(Permit.DoesNotExist):
        actions.verify_permit(actor=other_region, permit_id=permit.pk)
    actions.reject_permit(
        actor=stalls.operation(Role.CURATOR), permit_id=permit.pk, reason_code="permit_lapsed"
    )
    before = trace()
    with pytest.raises(Permit.DoesNotExist):
        data = PermitData(kind="HALAL", number="X-1")
        actions.resubmit_permit(actor=stranger, permit_id=permit.pk, data=data)
    assert trace() == before


@pytest.mark.parametrize("role", [Role.VENDOR, Role.PPK, Role.AUDITOR])
def test_only_the_operation_finds_a_permit_valid(stall, role):
    permit = stalls.permit(stall)
    actor = stalls.owner_of(stall) if role == Role.VENDOR else people.actor(role)

    refused(lambda: actions.verify_permit(actor=actor, permit_id=permit.pk), "wrong_role")


@pytest.mark.parametrize(
    ("said", "kind"),
    [({"halal": True}, "HALAL"), ({"tkdn_bp": 4_000}, "TKDN"), ({"bmp_bp": 1_000}, "TKDN")],
)
def test_what_is_claimed_needs_a_permit_in_force(stall, curator, said, kind):
    def approval(listing: Listing) -> Callable[[], object]:
        stalls.found_right(listing, curator)
        return lambda: actions.approve_listing(actor=curator, listing_id=listing.pk)

    refused(approval(stalls.handed_in(stall, **said)), "permit_not_in_force")
    unchecked = stalls.permit(stall, kind)
    refused(approval(stalls.handed_in(stall, unchecked, **said)), "permit_not_in_force")
    other = stalls.permit(stall, "PIRT", by=curator)
    refused(approval(stalls.handed_in(stall, other, **said)), "permit_not_in_force")

    approval(stalls.handed_in(stall, stalls.permit(stall, kind, by=curator), **said))()


def test_a_permit_is_good_on_its_last_day_and_not_the_day_after(stall, curator):
    permit = stalls.permit(stall, by=curator, days=0)
    listing = stalls.handed_in(stall, permit, halal=True)
    stalls.found_right(listing, curator)
    with later(1):
        refused(lambda: actions.approve_listing(actor=curator, listing_id=listing.pk), "permit_not_in_force")

    actions.approve_listing(actor=curator, listing_id=listing.pk)
    clockwork.tick()
    assert (state_of(permit), state_of(listing)) == ("VERIFIED", "LIVE")


def test_the_clock_warns_once_at_each_number_of_days_then_ends_it_and_takes_down_what_rested_on_it(
    stall, curator
):
    permit = stalls.permit(stall, by=curator, days=100)
    resting, free = shown(stall, curator, permit, halal=True), stalls.listing(stall, "Nasi tanpa tanda halal")
    told: list[tuple[int, int]] = []
    for day in range(103):
        with later(day):
            clockwork.tick()
            clockwork.tick()
        for entry in Entry.objects.filter(act="permit.notice").order_by("pk")[len(told) :]:
            told.append((day, entry.facts["days"]))

    assert told == [(40, 60), (70, 30), (93, 7)]
    assert (state_of(permit), state_of(resting), state_of(free)) == ("EXPIRED", "DELISTED", "LIVE")
    assert acts()[-1] == "permit.expire"
    assert Entry.objects.get(act="permit.expire").facts["listings"] == 1
    down = Entry.objects.get(act="listing.delist")
    assert (down.actor_role, down.facts["permit"]) == ("SYSTEM", permit.pk)
    assert list(ListingCard.objects.values_list("pk", flat=True)) == [free.pk]


@pytest.mark.parametrize(("day", "expected"), [(50, [50]), (80, [20]), (95, [5]), (101, [])])
def test_after_a_standstill_one_warning_that_fits(stall, curator, day, expected):
    stalls.permit(stall, by=curator, days=100)
    with later(day):
        clockwork.tick()
        clockwork.tick()

    assert [entry.facts["days"] for entry in Entry.objects.filter(act="permit.notice")] == expected


def test_a_region_sets_its_own_numbers_of_days(stall, curator):
    Parameter.objects.create(
        code="permit.notice_days",
        region=people.region(),
        value=[90],
        unit="hari",
        legal_basis="Keputusan Kepala Dinas",
        valid_from=date(2020, 1, 1),
        state="ACTIVE",
    )
    forget_rules()
    stalls.permit(stall, by=curator, days=100)
    with later(11):
        clockwork.tick()
    assert [entry.facts["days"] for entry in Entry.objects.filter(act="permit.notice")] == [89]
    with later(70):
        clockwork.tick()
    assert Entry.objects.filter(act="permit.notice").count() == 1
    forget_rules()


def test_a_permit_without_a_last_day_is_left_alone(stall, curator):
    permit = stalls.permit(stall, by=curator, days=None)
    with later(10_000):
        clockwork.tick()

    assert (state_of(permit), acts()) == ("VERIFIED", ["permit.add", "permit.verify"])


def test_a_renewal_that_was_tied_in_time_keeps_the_listing_on_show(stall, curator):
    old = stalls.permit(stall, by=curator, days=10)
    listing = shown(stall, curator, old, halal=True)
    new = stalls.permit(stall, by=curator, days=400)
    owner = stalls.owner_of(stall)
    actions.link_permits(actor=owner, listing_id=listing.pk, permit_ids=[old.pk, new.pk])
    with later(11):
        clockwork.tick()

    assert (state_of(old), state_of(listing)) == ("EXPIRED", "LIVE")


def test_on_show_a_listing_may_only_gain_a_renewal(stall, curator):
    halal, pirt = stalls.permit(stall, by=curator), stalls.permit(stall, "PIRT", by=curator)
    listing = shown(stall, curator, halal, halal=True)
    owner = stalls.owner_of(stall)

    for ids in ([], [pirt.pk], [halal.pk, pirt.pk]):
        said = partial(actions.link_permits, actor=owner, listing_id=listing.pk)
        refused(partial(said, permit_ids=ids), "only_renewal")


def test_another_vendors_permit_is_not_tied(stall, curator):
    foreign = stalls.permit(stalls.vendor("Toko Lain"), by=curator)
    listing = stalls.listing(stall, live=False)

    refused(
        lambda: actions.link_permits(
            actor=stalls.owner_of(stall), listing_id=listing.pk, permit_ids=[foreign.pk]
        ),
        "permit_unknown",
    )


def test_an_ended_permit_is_renewed_and_the_listing_handed_in_again(stall, curator):
    permit = stalls.permit(stall, by=curator, days=5)
    listing = shown(stall, curator, permit, halal=True)
    owner = stalls.owner_of(stall)
    with later(6):
        clockwork.tick()
        renewed = PermitData(kind="HALAL", number="ID-BARU", valid_to=clock.today() + timedelta(days=365))
        actions.resubmit_permit(actor=owner, permit_id=permit.pk, data=renewed)
        actions.submit_listing(actor=owner, listing_id=listing.pk)
        stalls.found_right(listing, curator)
        refused(lambda: actions.approve_listing(actor=curator, listing_id=listing.pk), "permit_not_in_force")
        actions.verify_permit(actor=curator, permit_id=permit.pk)
        actions.approve_listing(actor=curator, listing_id=listing.pk)
        clockwork.tick()
    assert (state_of(permit), state_of(listing)) == ("VERIFIED", "LIVE")


def test_a_revoked_permit_takes_its_listings_down(stall, curator):
    permit = stalls.permit(stall, by=curator)
    listing = shown(stall, curator, permit, halal=True)
    actions.revoke_permit(actor=curator, permit_id=permit.pk, reason="Dicabut penerbitnya tanggal 3.")

    clockwork.tick()
    row = Listing.objects.get(pk=listing.pk)
    assert (row.state, "tidak berlaku lagi (Dicabut)" in row.curator_note) == ("DELISTED", True)


def test_a_listing_that_was_left_on_show_by_a_crash_comes_down_even_after_the_renewal_was_handed_in(
    stall, curator
):
    """The permit had ended and was handed in again before its listings were taken down."""
    permit = stalls.permit(stall, by=curator, days=5)
    listing = shown(stall, curator, permit, halal=True)
    with later(6):
        from_clock = actions.expiry.clock_of_permits()
        actions.permits.expire_permit(actor=from_clock, permit_id=permit.pk)
        renewed = PermitData(kind="HALAL", number="ID-BARU", valid_to=clock.today() + timedelta(days=365))
        actions.resubmit_permit(actor=stalls.owner_of(stall), permit_id=permit.pk, data=renewed)
        clockwork.tick()

    assert state_of(listing) == "DELISTED"
